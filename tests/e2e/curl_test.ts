/**
 * A conversation by `curl` through the real program, over a restart.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Workspace } from "../support/chat_process.ts";
import { bearer, curl, curlJson, hasCurl } from "../support/curl.ts";

const ignore = !hasCurl;
const plain = ["-H", "Accept: text/plain"] as const;

async function connect(url: string, ...fields: readonly string[]): Promise<string> {
  const data = fields.flatMap((field) => ["--data-urlencode", field]);
  return (await curl(...plain, ...data, `${url}/connect`)).trim();
}

Deno.test({ name: "a conversation by curl survives a restart", ignore }, async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await connect(url, "user=alice");
  const boris = await connect(url, "user=Борис", "password=секрет");
  assertMatch(alice, /^chat_[\w-]{43}$/);

  const hello = await curlJson(...bearer(alice), "-d", "text=hello", `${url}/send`);
  assertEquals([hello["author"], hello["room"], hello["text"]], ["alice", "common", "hello"]);
  const secret = await curlJson(
    ...bearer(alice),
    ...["--data-urlencode", "to=борис", "--data-urlencode", "text=тсс 🤫"],
    `${url}/send`,
  );
  assertEquals([secret["room_kind"], secret["to"]], ["private", "Борис"]);
  const comment = await curlJson(
    ...bearer(boris),
    ...["-H", "Content-Type: application/json"],
    ...["-d", JSON.stringify({ message: hello["id"], text: "привет" })],
    `${url}/comment`,
  );
  assertEquals(comment["comment_on"], hello["id"]);

  assertEquals((await process.kill("SIGTERM")).code, 0);
  const { url: again } = await workspace.serve();

  const back = await curlJson(
    ...["-d", "user=Борис", "--data-urlencode", "password=секрет"],
    `${again}/connect`,
  );
  const unread = back["unread"] as { text: string }[];
  assertEquals(unread.map(({ text }) => text), ["hello", "тсс 🤫"]);
  const page = await curlJson(...bearer(alice), `${again}/messages`);
  const items = page["items"] as { id: number; text: string; comments: number }[];
  assertEquals(items.map(({ text, comments }) => [text, comments]), [["hello", 1], ["привет", 0]]);
  assert(items.every(({ id }, at) => at === 0 || id > (items[at - 1]?.id ?? 0)));
});

Deno.test({ name: "a long poll by curl brings what comes while it waits", ignore }, async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await connect(url, "user=alice");
  const bob = await connect(url, "user=bob");
  const { cursor } = await curlJson(...bearer(bob), "-d", "", `${url}/connect`);
  const poll = curlJson(...bearer(bob), `${url}/events?wait=60&after=${cursor}`);
  await curl(...bearer(alice), "-d", "text=now", `${url}/send`);
  const { events } = await poll;
  assertEquals((events as { text: string }[]).map(({ text }) => text), ["now"]);
});

Deno.test({ name: "a stream by curl is told goodbye when the server stops", ignore }, async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await connect(url, "user=alice");
  const stream = new Deno.Command("curl", {
    args: ["-sSN", "--max-time", "60", ...bearer(alice), `${url}/events`],
    stdout: "piped",
  }).spawn();
  const chunks = stream.stdout.pipeThrough(new TextDecoderStream());
  let text = "";
  let told = false;
  for await (const chunk of chunks) {
    text += chunk;
    if (!told && text.includes("event: caught_up")) {
      told = true;
      await curl(...bearer(alice), "-d", "text=last", `${url}/send`);
      // One press of Ctrl-C may come several times, when `deno task` passes it on as well. Two
      // kinds, for the system makes one of two alike.
      process.signal("SIGTERM");
      assertEquals((await process.kill("SIGINT")).code, 0);
    }
  }
  // Ended in order: curl would complain of a chunked body that was cut.
  assertEquals((await stream.status).code, 0);
  assertMatch(text, /data: \{"type":"message",.*"text":"last".*\n\nevent: bye\n/);
});
