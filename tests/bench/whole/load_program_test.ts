/**
 * Tests of the program that makes the load, with servers that do what they are told to, well or not.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { hasProgram } from "../pinning.ts";
import { freePort } from "../server_process.ts";
import { compiler, LoadProgram } from "./load_program.ts";
import { type Plan, serialText } from "./plan.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A text as a sender sends it. */
function frame(sender: number, number: number): string {
  const digits = String(sender).padStart(4, "0") + String(number).padStart(8, "0");
  return serialText.replace(/%+/, digits);
}

/** What a server of lines does. */
interface Script {
  /** What a receiver is told when it listens; it is the Nth to do so. */
  readonly greeting?: (receiver: number) => readonly string[];
  /** What the Nth receiver is told of a message. */
  readonly tell?: (text: string, receiver: number) => readonly string[];
}

/** Tells all who say `LISTEN` what others say, and answers those with `OK`. */
class LineServer implements AsyncDisposable {
  readonly #script: Script;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #listening: Deno.Conn[] = [];
  readonly #served: Promise<void>;

  constructor(script: Script = {}) {
    this.#script = script;
    this.#served = this.#serve();
  }

  get target(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#served;
  }

  async #serve(): Promise<void> {
    const conversations: Promise<void>[] = [];
    for await (const conn of this.#listener) {
      // The load leaves as it likes: in the middle of what it is told, too.
      conversations.push(this.#converse(conn).catch(() => {}).finally(() => conn.close()));
    }
    await Promise.all(conversations);
  }

  async #converse(conn: Deno.Conn): Promise<void> {
    let rest = "";
    const buffer = new Uint8Array(4096);
    for (;;) {
      const bytes = await conn.read(buffer);
      if (bytes === null) return;
      const lines = (rest + decoder.decode(buffer.subarray(0, bytes))).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) await this.#take(conn, line);
    }
  }

  async #take(conn: Deno.Conn, line: string): Promise<void> {
    const { greeting = () => [], tell = (text) => [`${text}\n`] } = this.#script;
    if (line === "LISTEN") {
      this.#listening.push(conn);
      await say(conn, ["READY\n", ...greeting(this.#listening.length - 1)]);
      return;
    }
    for (const [at, listener] of this.#listening.entries()) await say(listener, tell(line, at));
    await say(conn, ["OK\n"]);
  }
}

/** Each part is a write of its own. */
async function say(conn: Deno.Conn, parts: readonly string[]): Promise<void> {
  for (const part of parts) await conn.write(encoder.encode(part));
}

const marks = { ready: "READY\n", ack: "OK\n" };

function planOf({ receivers = 3, senders = 2, messages = 20 } = {}): Plan {
  return {
    marks,
    receivers: Array.from({ length: receivers }, () => ({ room: 0, hello: "LISTEN\n" })),
    senders: Array.from(
      { length: senders },
      () => ({ room: 0, hello: "", message: `${serialText}\n` }),
    ),
    seconds: 60,
    messages,
  };
}

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** Compiled once, by the first who needs it. */
let compiled: Promise<LoadProgram> | undefined;

function test(name: string, run: (program: LoadProgram) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !hasProgram(compiler),
    async fn() {
      await run(await (compiled ??= LoadProgram.compile(folder)));
    },
  });
}

test("a load ends when all that was sent has come, and says how long each took", async (program) => {
  await using server = new LineServer();
  const outcome = await program.run(server.target, planOf());
  assertEquals(outcome.messages, 20);
  assertEquals(outcome.deliveries, 60);
  assertEquals(outcome.latencyMicros.length, 20);
});

test("a load finds texts however they are cut into pieces", async (program) => {
  await using server = new LineServer({
    tell: (text) => ["data: ", text.slice(0, 5), text.slice(5, 60), `${text.slice(60)}\n`],
  });
  const outcome = await program.run(server.target, planOf({ senders: 1 }));
  assertEquals(outcome.deliveries, 60);
});

test("a load sends at a steady pace if it is told to", async (program) => {
  await using server = new LineServer();
  const plan = { ...planOf({ senders: 1, messages: 5 }), intervalMicros: 10_000 };
  const { micros, messages } = await program.run(server.target, plan);
  assertEquals(messages, 5);
  assertEquals(micros >= 4 * 10_000, true);
});

test("a load without receivers waits for what its senders are answered", async (program) => {
  await using server = new LineServer();
  const { messages, deliveries } = await program.run(server.target, planOf({ receivers: 0 }));
  assertEquals([messages, deliveries], [20, 0]);
});

test("a message that comes twice is a fault", async (program) => {
  await using server = new LineServer({ tell: (text) => [`${text}\n${text}\n`] });
  await assertRejects(() => program.run(server.target, planOf()), Error, "was due, and");
});

test("a message that is cut short is a fault", async (program) => {
  const cut = (text: string) => `${text.slice(0, -1)}\n${text.slice(0, -1)}\n`;
  await using server = new LineServer({ tell: (text, at) => [at === 1 ? cut(text) : `${text}\n`] });
  await assertRejects(() => program.run(server.target, planOf()), Error, "not sent so");
});

test("a message of another room is a fault", async (program) => {
  await using server = new LineServer();
  const plan = planOf({ receivers: 1 });
  const senders = plan.senders.map((sender) => ({ ...sender, room: 1 }));
  await assertRejects(
    () => program.run(server.target, { ...plan, senders }),
    Error,
    "another room",
  );
});

test("an answer to nothing is a fault", async (program) => {
  await using server = new LineServer();
  const plan = planOf({ receivers: 1, senders: 1 });
  // Two lines are two messages to this server.
  const senders = plan.senders.map((sender) => ({ ...sender, message: `${serialText}\nmore\n` }));
  await assertRejects(() => program.run(server.target, { ...plan, senders }), Error, "to nothing");
});

test("nobody at the door is a fault", async (program) => {
  const port = freePort();
  const run = () => program.run({ hostname: "127.0.0.1", port }, planOf());
  await assertRejects(run, Error, "Connection refused");
});

/** Receivers that get what was sent before by two senders. */
function expecting(messages: number, receivers = 1): Plan {
  return { ...planOf({ receivers, senders: 0 }), expect: { messages, senders: 2 } };
}

test("a load that expects something ends when all have it", async (program) => {
  const missed = [frame(0, 0), frame(1, 0), frame(0, 1)].map((text) => `${text}\n`);
  await using server = new LineServer({ greeting: () => missed });
  const { deliveries, oneOrder } = await program.expect(server.target, expecting(3, 2));
  assertEquals([deliveries, oneOrder], [6, true]);
});

test("a message that is missing is a fault", async (program) => {
  await using server = new LineServer({ greeting: () => [`${frame(0, 0)}\n${frame(0, 2)}\n`] });
  await assertRejects(
    () => program.expect(server.target, expecting(2)),
    Error,
    "message 1 of sender 0 was due, and 2 came",
  );
});

test("more than was expected is a fault", async (program) => {
  const tooMuch = [frame(0, 0), frame(1, 0), frame(1, 1)].join("\n");
  await using server = new LineServer({ greeting: () => [`${tooMuch}\n`] });
  await assertRejects(() => program.expect(server.target, expecting(2)), Error, "more messages");
});

test("a load says whether all were told in one order", async (program) => {
  const both = [`${frame(0, 0)}\n`, `${frame(1, 0)}\n`];
  await using server = new LineServer({ greeting: (at) => at === 0 ? both : both.toReversed() });
  const { oneOrder } = await program.expect(server.target, expecting(2, 2));
  assertEquals(oneOrder, false);
});

test("a server that leaves is a fault", async (program) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const left = listener.accept().then((conn) => conn.close());
  await assertRejects(
    () => program.run(listener.addr, planOf({ receivers: 1, senders: 0 })),
    Error,
  );
  await left;
});
