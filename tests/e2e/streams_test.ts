/**
 * Streams over real sockets: who leaves is gone, who is told too much at once is not.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Workspace } from "../support/chat_process.ts";

const streamsPerUser = 16;

async function connect(url: string, user: string): Promise<{ readonly authorization: string }> {
  const response = await fetch(`${url}/connect`, {
    method: "POST",
    headers: { accept: "text/plain" },
    body: new URLSearchParams({ user }),
  });
  return { authorization: `Bearer ${(await response.text()).trim()}` };
}

Deno.test("a client that leaves its stream is gone at once, and makes room for another", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const headers = await connect(url, "alice");
  const leaving = new AbortController();
  const open = (signal: AbortSignal) => fetch(`${url}/events`, { headers, signal });
  const streams = await Promise.all(
    Array.from({ length: streamsPerUser }, () => open(leaving.signal)),
  );
  assertEquals(streams.map(({ status }) => status), Array(streamsPerUser).fill(200));
  const over = await open(leaving.signal);
  assertEquals([over.status, (await over.json()).code], [429, "too_many_streams"]);

  leaving.abort();
  for (const { body } of streams) await body?.cancel().catch(() => undefined);
  // Far sooner than the next heartbeat, at which a write would have shown that nobody is there.
  let online = streamsPerUser;
  for (let asked = 0; online > 0 && asked < 500; asked++) {
    const users = await fetch(`${url}/users?online=true`, { headers });
    online = (await users.json()).items.length;
  }
  assertEquals(online, 0);
  const another = new AbortController();
  const last = await open(another.signal);
  assertEquals(last.status, 200);
  another.abort();
  await last.body?.cancel().catch(() => undefined);
});

Deno.test("many of the longest messages at once reach a reader, live and when it resumes", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const alice = await connect(url, "alice");
  const bob = await connect(url, "bob");
  const body = { method: "POST", headers: bob };
  const { cursor } = await (await fetch(`${url}/connect`, body)).json();
  const messages = 120;

  /** Reads a stream until all have come; gives their ids. */
  async function readAll(path: string): Promise<number[]> {
    const leave = new AbortController();
    const { signal } = leave;
    const headers = { ...bob, accept: "application/x-ndjson" };
    const stream = await fetch(`${url}${path}`, { headers, signal });
    const ids: number[] = [];
    let rest = "";
    const texts = stream.body?.pipeThrough(new TextDecoderStream()) ?? [];
    for await (const text of texts) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const event = JSON.parse(line);
        if (event.type === "message") ids.push(event.id);
      }
      if (ids.length >= messages) break;
    }
    leave.abort();
    return ids;
  }

  const live = readAll(`/events?after=${cursor}`);
  const sent = await Promise.all(Array.from({ length: messages }, async () => {
    const text = "\u0001".repeat(4000);
    const headers = { ...alice, "content-type": "application/json" };
    const request = { method: "POST", headers, body: JSON.stringify({ text }) };
    return (await (await fetch(`${url}/send`, request)).json()).id as number;
  }));
  const inOrder = sent.toSorted((a, b) => a - b);
  assertEquals(await live, inOrder);
  assertEquals(await readAll(`/events?after=${cursor}`), inOrder);
});
