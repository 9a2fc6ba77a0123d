/**
 * A second process on the database of a running server, as `chat admin` is one: what it does reaches
 * those who listen there as if it had been done there.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Command, OutcomeOf } from "../../lib/domain/command.ts";
import type { TokenId, UserId } from "../../lib/domain/ids.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import { systemRandom } from "../../lib/random.ts";
import { foldName } from "../../lib/text/names.ts";
import { openSqliteStore } from "../../server/store/sqlite/store.ts";
import { saying } from "../support/chat.ts";
import { TextSoFar, Workspace } from "../support/chat_process.ts";
import { secondProcessWords } from "../support/second_process.ts";

/** By when what was done must have been told: far more than it takes, far less than for ever. */
const patienceMs = 60_000;

/** How many messages each of two processes sends at the same time as the other. */
const manyMessages = 500;

interface Guest {
  readonly id: UserId;
  readonly token: TokenId;
  readonly headers: { readonly authorization: string };
  readonly cursor: string;
}

async function connect(url: string, path: string, user: string): Promise<Guest> {
  const body = new URLSearchParams({ user });
  const { token: secret, cursor } = await (await fetch(`${url}/connect`, { method: "POST", body }))
    .json();
  const store = openSqliteStore({ path, durability: "full", random: systemRandom, beside: true });
  const found = await store.findUser(foldName(user));
  assert(found !== undefined);
  const [token] = await store.tokensOf(found.id);
  assert(token !== undefined);
  await store.close();
  const headers = { authorization: `Bearer ${secret}` };
  return { id: found.id, token: token.id, headers, cursor };
}

/** A process beside the server that is ready to carry commands out. */
class SecondProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #out: TextSoFar;

  private constructor(path: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [...secondProcessWords(path)],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#out = new TextSoFar(this.#child.stdout);
  }

  static async start(path: string): Promise<SecondProcess> {
    const process = new SecondProcess(path);
    await process.#out.find(/^ready\n/);
    return process;
  }

  /** Carries them out, one after the other, and ends. */
  async run<C extends Command>(commands: readonly C[]): Promise<readonly Decision<OutcomeOf<C>>[]> {
    const input = this.#child.stdin.getWriter();
    await input.write(new TextEncoder().encode(JSON.stringify(commands)));
    await input.close();
    await this.#out.all;
    assertEquals((await this.#child.status).code, 0);
    return this.#out.text.trim().split("\n").slice(1).map((line) => JSON.parse(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.close().catch(() => undefined);
    await this.#child.status;
  }
}

/** What a stream tells, one object an event. */
async function* listen(
  url: string,
  { headers, cursor }: Guest,
  signal: AbortSignal,
): AsyncGenerator<{ readonly type: string; readonly id?: number; readonly text?: string }> {
  const accept = "application/x-ndjson";
  const { body, status } = await fetch(`${url}/events?after=${cursor}`, {
    headers: { ...headers, accept },
    signal,
  });
  assertEquals(status, 200);
  let rest = "";
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield JSON.parse(line);
  }
}

/** The ids of the first `count` messages that a stream tells. */
async function messageIds(
  url: string,
  guest: Guest,
  count: number,
): Promise<readonly number[]> {
  const leave = new AbortController();
  const ids: number[] = [];
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(patienceMs)]);
  for await (const { type, id } of listen(url, guest, signal)) {
    if (type === "message" && id !== undefined) ids.push(id);
    if (ids.length >= count) break;
  }
  leave.abort();
  return ids;
}

Deno.test("what a second process says is told by the streams of the server", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const path = workspace.path("chat.db");
  const [alice, bob] = [await connect(url, path, "alice"), await connect(url, path, "bob")];
  const leave = new AbortController();
  const signal = AbortSignal.any([leave.signal, AbortSignal.timeout(patienceMs)]);
  const bobs = listen(url, bob, signal);
  assertEquals((await bobs.next()).value?.type, "caught_up");
  await using second = await SecondProcess.start(path);
  const [said] = await second.run([saying(alice, "from elsewhere")]);
  assert(said?.ok);
  const { value } = await bobs.next();
  assertEquals([value?.type, value?.id, value?.text], [
    "message",
    Number(said.outcome.message.id),
    "from elsewhere",
  ]);
  leave.abort();
});

Deno.test("a token that a second process revokes is of no use at the server any more", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const path = workspace.path("chat.db");
  const alice = await connect(url, path, "alice");
  const status = async () => {
    const response = await fetch(`${url}/status`, { headers: alice.headers });
    await response.body?.cancel();
    return response.status;
  };
  const alices = listen(url, alice, AbortSignal.timeout(patienceMs));
  assertEquals((await alices.next()).value?.type, "caught_up");
  assertEquals(await status(), 200);
  await using second = await SecondProcess.start(path);
  await second.run([{ type: "token.revoke", actor: alice.id, token: alice.token }]);
  const told: string[] = [];
  for await (const { type } of alices) told.push(type);
  assertEquals(told, ["token.revoked", "bye"]);
  assertEquals(await status(), 401);
});

Deno.test("two processes that write at the same time make one log, which all are told once and in order", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "0"] });
  const path = workspace.path("chat.db");
  const [alice, bob] = [await connect(url, path, "alice"), await connect(url, path, "bob")];
  await using second = await SecondProcess.start(path);
  const live = [alice, alice, bob, bob].map((guest) => messageIds(url, guest, 2 * manyMessages));

  const theirs = second.run(
    Array.from({ length: manyMessages }, (_, n) => saying(alice, `there ${n}`)),
  );
  const ours: number[] = [];
  async function send(): Promise<void> {
    while (sending < manyMessages) {
      const body = JSON.stringify({ text: `here ${sending++}` });
      const headers = { ...bob.headers, "content-type": "application/json" };
      const response = await fetch(`${url}/send`, { method: "POST", headers, body });
      assertEquals(response.status, 201);
      ours.push((await response.json()).id);
    }
  }
  let sending = 0;
  await Promise.all([send(), send(), send(), send()]);
  const there = (await theirs).map((decision) => {
    assert(decision.ok);
    return Number(decision.outcome.message.id);
  });

  const all = [...ours, ...there].toSorted((a, b) => a - b);
  assertEquals(new Set(all).size, 2 * manyMessages);
  for (const ids of await Promise.all(live)) assertEquals(ids, all);
  assertEquals(await messageIds(url, bob, 2 * manyMessages), all);
  // They took turns: neither waited for the other to be done.
  const [firstThere = 0, lastThere = 0] = [there[0], there.at(-1)];
  const between = ours.filter((id) => id > firstThere && id < lastThere).length;
  assert(between > manyMessages / 50, `${between} of ours between theirs`);
});
