import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  openOutboxFile,
  type OutboxFile,
  type OutboxFileSetup,
  waitingMessages,
} from "../../../client/account/outbox_file.ts";
import { deadLinesMax, journalBytesMax } from "../../../client/account/outbox_journal.ts";
import { type JournalLine, keptLine, lineBytesMax } from "../../../client/account/outbox_lines.ts";
import { outboxMessagesMax, type Sending, ShelfFault } from "../../../client/connection/outbox.ts";
import { textCharactersMax } from "../../../lib/domain/bounds.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

const here = "http://127.0.0.1:8000";
const modes = { ignore: Deno.build.os === "windows" };

/** One machine, on which clients come and go. */
class Machine {
  readonly directory: string;
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(1);
  readonly #open: OutboxFile[] = [];
  readonly #crashed: Machine[] = [];

  constructor(readonly parent: string) {
    this.directory = `${parent}/state/chat`;
  }

  /** A client of alice is started, or of someone else. */
  async start(changes: Partial<OutboxFileSetup> = {}): Promise<OutboxFile> {
    // No two clients are started in the same millisecond.
    this.clock.advance(1);
    const { directory, clock, random } = this;
    const setup = { directory, origin: here, user: "alice", clock, random, ...changes };
    const outbox = await openOutboxFile(setup);
    this.#open.push(outbox);
    return outbox;
  }

  async waiting(user = "alice", origin = here): Promise<number> {
    return await waitingMessages({ directory: this.directory, origin, user });
  }

  /** What is on the disk now, as if all clients were killed at this moment. */
  async crashed(): Promise<Machine> {
    const parent = await Deno.makeTempDir({ dir: this.parent });
    const machine = new Machine(parent);
    this.#crashed.push(machine);
    machine.clock.advance(this.clock.monotonic());
    await Deno.mkdir(machine.directory, { recursive: true });
    for (const name of this.names()) {
      await Deno.copyFile(`${this.directory}/${name}`, `${machine.directory}/${name}`);
    }
    return machine;
  }

  names(): string[] {
    try {
      return [...Deno.readDirSync(this.directory)].map(({ name }) => name).toSorted();
    } catch (failure) {
      if (failure instanceof Deno.errors.NotFound) return [];
      throw failure;
    }
  }

  /** Paths of the journals. */
  journals(): string[] {
    return this.names().filter((name) => name.endsWith(".jsonl"))
      .map((name) => `${this.directory}/${name}`);
  }

  /** The only journal. */
  journal(): string {
    const [path, other] = this.journals();
    assert(path !== undefined && other === undefined, this.names().join());
    return path;
  }

  /** Adds to the only journal what a client that has ended would have written. */
  write(lines: readonly JournalLine[]): void {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    Deno.writeTextFileSync(this.journal(), text, { append: true });
  }

  end(): void {
    for (const outbox of this.#open) outbox[Symbol.dispose]();
    for (const machine of this.#crashed) machine.end();
  }
}

function outboxFile(title: string, test: (machine: Machine) => Promise<void>, options = {}): void {
  Deno.test(`OutboxFile ${title}`, options, async () => {
    const machine = new Machine(await Deno.makeTempDir({ prefix: "chat-test-" }));
    try {
      await test(machine);
    } finally {
      machine.end();
      await Deno.remove(machine.parent, { recursive: true });
    }
  });
}

function sendingOf(key: string, changes: Partial<Sending> = {}): Sending {
  return { key, draft: { text: `text of ${key}` }, ...changes };
}

function keysOf(outbox: OutboxFile): string[] {
  return outbox.left.map(({ key }) => key);
}

/** While `work` runs, the file system refuses `call` as on a disk that is full. */
function onFullDisk(call: "writeSync" | "syncDataSync" | "truncateSync", work: () => void): void {
  const { prototype } = Deno.FsFile;
  const real = Object.getOwnPropertyDescriptor(prototype, call);
  assert(real !== undefined);
  const full = () => Object.assign(new Error("No space left on device"), { code: "ENOSPC" });
  const write: Deno.FsFile["writeSync"] = prototype.writeSync;
  Object.defineProperty(prototype, call, {
    ...real,
    value(this: Deno.FsFile, ...given: unknown[]) {
      // Some bytes still find a place.
      const [bytes] = given;
      if (call === "writeSync" && bytes instanceof Uint8Array && bytes.length > 5) {
        return write.call(this, bytes.subarray(0, 5));
      }
      throw full();
    },
  });
  try {
    work();
  } finally {
    Object.defineProperty(prototype, call, real);
  }
}

outboxFile("has nothing before anything is kept, and makes no file", async (machine) => {
  const outbox = await machine.start();
  assertEquals(outbox.left, []);
  outbox.forget(sendingOf("unknown"));
  outbox[Symbol.dispose]();
  assertEquals(machine.names(), []);
  assertEquals(await machine.waiting(), 0);
  assertEquals(machine.names(), []);
});

outboxFile(
  "gives the next run what was left, in order, with all that is known",
  async (machine) => {
    const drafts: Sending[] = [
      sendingOf("a"),
      { key: "b", draft: { text: "тсс\n\u2028\ud800", to: "Оля" }, log: "k3f9", triedMs: 5 },
      { key: "c", draft: { room: "12", files: [4, 5] }, log: "k3f9" },
      { key: "d", draft: { text: "x", commentOn: 7 } },
      { key: "e", draft: { text: "", to: "", commentOn: 0 } },
    ];
    const first = await machine.start();
    for (const draft of drafts) first.keep(draft);
    first[Symbol.dispose]();
    const second = await machine.start();
    assertEquals(second.left, drafts);
    assertEquals(second.damaged, 0);
  },
);

outboxFile("has kept a draft when keep returns, whatever ends the client", async (machine) => {
  const outbox = await machine.start();
  outbox.keep(sendingOf("a"));
  assertEquals(keysOf(await (await machine.crashed()).start()), ["a"]);
  outbox.keep(sendingOf("b"));
  outbox.keep(sendingOf("a", { triedMs: 7 }));
  const crashed = await (await machine.crashed()).start();
  assertEquals(crashed.left, [sendingOf("a", { triedMs: 7 }), sendingOf("b")]);
  outbox.keep(sendingOf("a"));
  outbox.forget(sendingOf("b"));
  assertEquals((await (await machine.crashed()).start()).left, [sendingOf("a")]);
});

outboxFile("leaves no file behind when all is answered", async (machine) => {
  const outbox = await machine.start();
  for (const key of ["a", "b"]) outbox.keep(sendingOf(key));
  for (const key of ["a", "b"]) outbox.forget(sendingOf(key));
  assertEquals(Deno.statSync(machine.journal()).size, 0);
  assertEquals((await (await machine.crashed()).start()).left, []);
  outbox[Symbol.dispose]();
  assertEquals(machine.names(), ["outbox.lock"]);
});

outboxFile("goes on with the file that a client before it has left", async (machine) => {
  (await machine.start()).keep(sendingOf("a"));
  machine.end();
  const path = machine.journal();
  const outbox = await machine.start();
  outbox.keep(sendingOf("b"));
  assertEquals(machine.journal(), path);
  machine.end();
  assertEquals(keysOf(await machine.start()), ["a", "b"]);
});

outboxFile("takes over what a client leaves that ends later", async (machine) => {
  const old = await machine.start();
  old.keep(sendingOf("a"));
  for (const own of [[], ["own"]]) {
    const next = await machine.start();
    for (const key of own) next.keep(sendingOf(key));
    assertEquals(next.more(), [], "it is still there");
    next[Symbol.dispose]();
  }
  const next = await machine.start();
  assertEquals(keysOf(next), ["own"]);
  old.keep(sendingOf("b", { triedMs: 3 }));
  old[Symbol.dispose]();
  assertEquals(next.more(), [sendingOf("a"), sendingOf("b", { triedMs: 3 })]);
  assertEquals(next.more(), []);
  next[Symbol.dispose]();
  assertEquals(next.more(), []);
  assertEquals(keysOf(await machine.start()), ["own", "a", "b"]);
  machine.journal();
});

outboxFile("leaves a damaged file to the next start, which tells of it", async (machine) => {
  const old = await machine.start();
  old.keep(sendingOf("a"));
  const path = machine.journal();
  const next = await machine.start();
  old[Symbol.dispose]();
  Deno.writeTextFileSync(path, "{nonsense}\n", { append: true });
  assertEquals(next.more(), []);
  const last = await machine.start();
  assertEquals([keysOf(last), last.damaged], [["a"], 1]);
});

outboxFile("is of one server and one user, however the name is written", async (machine) => {
  (await machine.start({ user: "Оля" })).keep(sendingOf("a"));
  machine.end();
  const others = [
    { user: "Олa" },
    { user: "alice" },
    { user: "Оля", origin: "http://127.0.0.1:8001" },
    { user: "Оля", origin: "https://127.0.0.1:8000" },
    { user: "Оля", origin: "http://localhost:8000" },
  ];
  for (const other of others) assertEquals((await machine.start(other)).left, []);
  assertEquals(keysOf(await machine.start({ user: "ОЛЯ" })), ["a"]);
  assert(machine.names().every((name) => /^outbox[-.0-9a-z]+$/.test(name)));
});

outboxFile("is for nobody else to read", async (machine) => {
  const modeOf = (path: string) => ((Deno.statSync(path).mode ?? 0) & 0o777).toString(8);
  await Deno.mkdir(machine.directory, { recursive: true, mode: 0o755 });
  await Deno.chmod(machine.directory, 0o755);
  const outbox = await machine.start();
  outbox.keep(sendingOf("a"));
  assertEquals(modeOf(machine.directory), "700");
  for (const name of machine.names()) assertEquals(modeOf(`${machine.directory}/${name}`), "600");
}, modes);

outboxFile("leaves alone what a running client keeps", async (machine) => {
  const first = await machine.start();
  first.keep(sendingOf("a"));
  const second = await machine.start();
  assertEquals(second.left, []);
  second.keep(sendingOf("b"));
  assertEquals(await machine.waiting(), 0);
  assertEquals(machine.journals().length, 2);
  first.keep(sendingOf("c"));
  first.forget(sendingOf("a"));
  machine.end();
  assertEquals(await machine.waiting(), 2);
  // What one client wrote stays together, the earlier client first.
  const third = await machine.start();
  assertEquals(keysOf(third), ["c", "b"]);
  machine.journal();
  machine.end();
  assertEquals(keysOf(await machine.start()), ["c", "b"]);
});

outboxFile("has each draft once if it was killed while it took files over", async (machine) => {
  const [first, second] = [await machine.start(), await machine.start()];
  first.keep(sendingOf("a", { triedMs: 5 }));
  second.keep(sendingOf("b"));
  second.keep(sendingOf("a"));
  machine.end();
  assertEquals(await machine.waiting(), 2);
  assertEquals((await machine.start()).left, [sendingOf("a", { triedMs: 5 }), sendingOf("b")]);
});

outboxFile("takes over as many as may wait, and the rest in a later run", async (machine) => {
  const first = await machine.start();
  const second = await machine.start();
  const third = await machine.start();
  second.keep(sendingOf("b2"));
  for (let count = 3; count <= outboxMessagesMax; count++) {
    machine.write([keptLine(sendingOf(`b${count}`))]);
  }
  for (const key of ["a", "b"]) first.keep(sendingOf(key));
  third.keep(sendingOf("c"));
  machine.end();
  const next = await machine.start();
  assertEquals(keysOf(next), ["a", "b"]);
  next.forget(sendingOf("a"));
  machine.end();
  const full = await machine.start();
  assertEquals(full.left.length, outboxMessagesMax);
  assertEquals(full.left.at(-1)?.key, `b${outboxMessagesMax}`);
  machine.end();
  assertEquals(await machine.waiting(), outboxMessagesMax + 1);
});

outboxFile("ignores what was being written when the client was killed", async (machine) => {
  const outbox = await machine.start();
  outbox.keep(sendingOf("a"));
  const size = Deno.statSync(machine.journal()).size;
  outbox.keep(sendingOf("b"));
  const end = Deno.statSync(machine.journal()).size;
  for (let cut = size; cut < end; cut++) {
    const crashed = await machine.crashed();
    Deno.truncateSync(crashed.journal(), cut);
    const next = await crashed.start();
    assertEquals([keysOf(next), next.damaged], [["a"], 0]);
    next.keep(sendingOf("c"));
    crashed.end();
    assertEquals(keysOf(await crashed.start()), ["a", "c"]);
    crashed.end();
  }
});

outboxFile("loses nothing but a damaged line, and takes the others for tried", async (machine) => {
  const outbox = await machine.start();
  const bornMs = machine.clock.now();
  for (const key of ["a", "b", "c"]) outbox.keep(sendingOf(key));
  outbox.keep(sendingOf("c", { triedMs: bornMs + 5 }));
  machine.end();
  const lines = Deno.readTextFileSync(machine.journal()).split("\n");
  const wrongs = [
    "",
    "{",
    "null",
    "\0\0\0",
    '{"type":"kept","key":"b"}',
    '{"type":"kept","key":"b","draft":{"text":"x","cc":"carol"}}',
    '{"type":"kept","key":"b","draft":{"text":"x"},"triedMs":-1}',
    '{"type":"kept","key":"new\\nline","draft":{"text":"x"}}',
    '{"type":"pinned","key":"b"}',
  ];
  for (const wrong of wrongs) {
    Deno.writeTextFileSync(machine.journal(), lines.with(1, wrong).join("\n"));
    const next = await machine.start();
    assertEquals(next.left, [
      sendingOf("a", { triedMs: bornMs }),
      sendingOf("c", { triedMs: bornMs + 5 }),
    ], wrong);
    assertEquals(next.damaged, 1);
    machine.end();
  }
  // What is no UTF-8 must not be sent as something else.
  const bytes = new TextEncoder().encode(lines.join("\n"));
  bytes[bytes.indexOf("b".charCodeAt(0), (lines[0]?.length ?? 0) + 30)] = 0xff;
  Deno.writeFileSync(machine.journal(), bytes);
  assertEquals(keysOf(await machine.start()), ["a", "c"]);
});

for (const call of ["writeSync", "syncDataSync"] as const) {
  outboxFile(`does not take what a full disk refuses (${call})`, async (machine) => {
    const outbox = await machine.start();
    outbox.keep(sendingOf("a"));
    onFullDisk(call, () => {
      assertThrows(
        () => outbox.keep(sendingOf("b")),
        ShelfFault,
        "Cannot keep message: No space left on device",
      );
      assertThrows(() => outbox.keep(sendingOf("a", { triedMs: 5 })), ShelfFault);
    });
    assertEquals((await (await machine.crashed()).start()).left, [sendingOf("a")]);
    outbox.keep(sendingOf("c"));
    outbox.keep(sendingOf("a", { triedMs: 6 }));
    const next = await (await machine.crashed()).start();
    assertEquals(next.left, [sendingOf("a", { triedMs: 6 }), sendingOf("c")]);
    assertEquals(next.damaged, 0);
  });
}

outboxFile("cuts off later what it could not write and could not cut off", async (machine) => {
  const outbox = await machine.start();
  outbox.keep(sendingOf("a"));
  onFullDisk("truncateSync", () => {
    onFullDisk("writeSync", () => assertThrows(() => outbox.keep(sendingOf("b")), ShelfFault));
    assertThrows(() => outbox.keep(sendingOf("b")), ShelfFault);
  });
  assertEquals(keysOf(await (await machine.crashed()).start()), ["a"]);
  outbox.keep(sendingOf("c"));
  assertEquals(keysOf(await (await machine.crashed()).start()), ["a", "c"]);
});

outboxFile("brings back marked as tried what a full disk could not forget", async (machine) => {
  const outbox = await machine.start();
  for (const key of ["a", "b"]) outbox.keep(sendingOf(key));
  outbox.keep(sendingOf("a", { triedMs: 5 }));
  onFullDisk("writeSync", () => outbox.forget(sendingOf("a")));
  const next = await (await machine.crashed()).start();
  assertEquals(next.left, [sendingOf("a", { triedMs: 5 }), sendingOf("b")]);
});

outboxFile("says so if there is no place for it", async (machine) => {
  Deno.writeTextFileSync(`${machine.parent}/state`, "a file");
  await assertRejects(() => machine.start(), ShelfFault, "Cannot take over the messages that wait");
  Deno.removeSync(`${machine.parent}/state`);
  const outbox = await machine.start();
  Deno.writeTextFileSync(`${machine.parent}/state`, "a file");
  assertThrows(() => outbox.keep(sendingOf("a")), ShelfFault, "Cannot keep message: ");
  Deno.removeSync(`${machine.parent}/state`);
  outbox.keep(sendingOf("a"));
  assertEquals(keysOf(await (await machine.crashed()).start()), ["a"]);
});

outboxFile("takes nothing when it has ended", async (machine) => {
  const outbox = await machine.start();
  outbox[Symbol.dispose]();
  assertThrows(() => outbox.keep(sendingOf("a")), ShelfFault, "the program is ending");
});

outboxFile("has room for the longest message, and bounds what it takes", async (machine) => {
  const outbox = await machine.start();
  const key = "k".repeat(64);
  // Each of these characters takes six in JSON.
  const longest = "\u0001".repeat(textCharactersMax);
  const files = Array.from({ length: 10 }, () => Number.MAX_SAFE_INTEGER);
  outbox.keep({ key, draft: { text: longest, to: "o".repeat(256), files }, log: "k".repeat(16) });
  outbox.keep(sendingOf("a"));
  const shellBytes = JSON.stringify({ type: "kept", key: "b", draft: { text: "" } }).length + 1;
  outbox.keep({ key: "b", draft: { text: "x".repeat(lineBytesMax - shellBytes) } });
  assertThrows(
    () => outbox.keep({ key: "c", draft: { text: "x".repeat(lineBytesMax - shellBytes + 1) } }),
    ShelfFault,
    "it takes more than 32 KB",
  );
  assertEquals(keysOf(await (await machine.crashed()).start()), [key, "a", "b"]);
});

/** Lines that say again and again what was tried. */
function attempts(key: string, count: number): JournalLine[] {
  return Array.from({ length: count }, (_, at) => ({ type: "tried", key, triedMs: at + 1 }));
}

function linesIn(path: string): number {
  return Deno.readTextFileSync(path).split("\n").length - 1;
}

outboxFile("is written anew when too many lines tell of nothing any more", async (machine) => {
  const first = await machine.start();
  for (const key of ["a", "b"]) first.keep(sendingOf(key));
  machine.end();
  machine.write(attempts("a", deadLinesMax - 1));
  const outbox = await machine.start();
  outbox.keep(sendingOf("a", { triedMs: 0 }));
  outbox.keep(sendingOf("a"));
  assertEquals(linesIn(machine.journal()), 2 + deadLinesMax + 1);
  outbox.keep(sendingOf("c"));
  assertEquals(linesIn(machine.journal()), 3);
  // It is still held, and nothing else lies about.
  assertEquals((await machine.start()).left, []);
  assertEquals(machine.names().filter((name) => name.endsWith(".new")), []);
  const next = await (await machine.crashed()).start();
  assertEquals(next.left, [sendingOf("a"), sendingOf("b"), sendingOf("c")]);
  outbox.forget(sendingOf("b"));
  outbox.keep(sendingOf("d"));
  assertEquals(keysOf(await (await machine.crashed()).start()), ["a", "c", "d"]);
});

outboxFile("stays as it was if it can't be written anew", async (machine) => {
  (await machine.start()).keep(sendingOf("a"));
  machine.end();
  machine.write(attempts("a", deadLinesMax + 1));
  const outbox = await machine.start();
  onFullDisk("writeSync", () => assertThrows(() => outbox.keep(sendingOf("b")), ShelfFault));
  assertEquals(linesIn(machine.journal()), 1 + deadLinesMax + 1);
  assertEquals(machine.names().filter((name) => name.endsWith(".new")), []);
  outbox.keep(sendingOf("c"));
  assertEquals(linesIn(machine.journal()), 2);
  assertEquals(keysOf(await (await machine.crashed()).start()), ["a", "c"]);
});

outboxFile("is written anew rather than grow beyond its bound", async (machine) => {
  const keys = Array.from({ length: 500 }, (_, at) => `k${at}`);
  const text = "x".repeat(lineBytesMax - 1000);
  const line = keptLine(sendingOf("last"));
  const bytes = JSON.stringify(line).length + 1;
  for (const spare of [0, 1]) {
    (await machine.start()).keep(sendingOf("a"));
    machine.end();
    machine.write(keys.map((key) => keptLine(sendingOf(key, { draft: { text } }))));
    machine.write(keys.map((key) => keptLine(sendingOf(key, { draft: { text } }))));
    const path = machine.journal();
    // Up to the bound, by longer lines in place of others.
    const missing = journalBytesMax - Deno.statSync(path).size - bytes + spare;
    const filler = lineBytesMax - 500;
    for (let left = missing; left > 0; left -= filler) {
      const shell = JSON.stringify(keptLine(sendingOf("k0", { draft: { text: "" } }))).length + 1;
      const length = Math.min(left, filler) - shell;
      machine.write([keptLine(sendingOf("k0", { draft: { text: "x".repeat(length) } }))]);
    }
    assertEquals(Deno.statSync(path).size + bytes, journalBytesMax + spare);
    const outbox = await machine.start();
    assertEquals(outbox.damaged, 0);
    outbox.keep(sendingOf("last"));
    if (spare === 0) assertEquals(Deno.statSync(path).size, journalBytesMax);
    else assert(Deno.statSync(path).size < 0.6 * journalBytesMax);
    machine.end();
    assertEquals((await machine.start()).left.length, 2 + keys.length);
    machine.end();
    Deno.removeSync(path);
  }
});

outboxFile("does not read what is larger than it can be", async (machine) => {
  (await machine.start()).keep(sendingOf("a"));
  machine.end();
  Deno.truncateSync(machine.journal(), journalBytesMax);
  assertEquals(keysOf(await machine.start()), ["a"]);
  machine.end();
  Deno.truncateSync(machine.journal(), journalBytesMax + 1);
  await assertRejects(() => machine.start(), ShelfFault, "larger than an outbox can be");
  await assertRejects(() => machine.waiting(), ShelfFault, "larger than an outbox can be");
});

outboxFile("clears what a killed client was writing anew", async (machine) => {
  (await machine.start()).keep(sendingOf("a"));
  machine.end();
  Deno.writeTextFileSync(`${machine.journal()}.new`, '{"type":"kept"');
  assertEquals(keysOf(await machine.start()), ["a"]);
  machine.journal();
  assertEquals(machine.names().length, 2);
});

outboxFile("follows its user to another name, and so do all others of them", async (machine) => {
  const [first, second] = [await machine.start(), await machine.start()];
  first.keep(sendingOf("a"));
  second.keep(sendingOf("b"));
  (await machine.start({ user: "bob" })).keep(sendingOf("bob"));
  await first.rename("Алиса");
  first.keep(sendingOf("c"));
  // Told of the new name a little later.
  second.keep(sendingOf("d"));
  await second.rename("Алиса");
  const third = await machine.start();
  await third.rename("Алиса");
  third.keep(sendingOf("e"));
  machine.end();
  assertEquals((await machine.start()).left, []);
  assertEquals(keysOf(await machine.start({ user: "алиса" })), ["a", "c", "b", "d", "e"]);
  assertEquals(keysOf(await machine.start({ user: "bob" })), ["bob"]);
});

outboxFile("is written anew under the name that it has by now", async (machine) => {
  (await machine.start()).keep(sendingOf("a"));
  machine.end();
  machine.write(attempts("a", deadLinesMax + 1));
  const [second, first] = [await machine.start(), await machine.start()];
  await first.rename("Алиса");
  second.keep(sendingOf("b"));
  machine.journal();
  machine.end();
  assertEquals(keysOf(await machine.start({ user: "Алиса" })), ["a", "b"]);
});

outboxFile("is removed when empty, whatever it is called by then", async (machine) => {
  const [first, second] = [await machine.start(), await machine.start()];
  second.keep(sendingOf("a"));
  await first.rename("Алиса");
  second.forget(sendingOf("a"));
  machine.end();
  assertEquals(machine.journals(), []);
});

outboxFile("finds what was written under a former name", async (machine) => {
  (await machine.start()).keep(sendingOf("a"));
  machine.end();
  (await machine.start({ user: "Алиса" })).keep(sendingOf("b"));
  machine.end();
  const outbox = await machine.start({ user: "Алиса", formerly: "alice" });
  assertEquals(keysOf(outbox), ["a", "b"]);
  machine.end();
  assertEquals([await machine.waiting(), await machine.waiting("Алиса")], [0, 2]);
});

type Step =
  | { readonly do: "keep" | "forget" | "try" | "untry"; readonly at: number }
  | { readonly do: "restart" | "crash" | "tear" | "fail" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constantFrom("keep", "keep", "forget", "try", "untry"),
    at: fc.nat(7),
  }),
  fc.record({ do: fc.constantFrom("restart", "crash", "tear", "fail") }),
);

Deno.test("OutboxFile holds what a map would, over ends, crashes and full disks", async () => {
  const parent = await Deno.makeTempDir({ prefix: "chat-test-" });
  try {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let machine = new Machine(await Deno.makeTempDir({ dir: parent }));
        let outbox = await machine.start();
        const expected = new Map<string, Sending>();
        for (const [count, each] of steps.entries()) {
          switch (each.do) {
            case "keep":
            case "untry": {
              const sending = sendingOf(String(each.at));
              if (each.do === "untry" && !expected.has(sending.key)) break;
              outbox.keep(sending);
              expected.set(sending.key, sending);
              break;
            }
            case "try": {
              const sending = sendingOf(String(each.at), { triedMs: count });
              if (!expected.has(sending.key)) break;
              outbox.keep(sending);
              expected.set(sending.key, sending);
              break;
            }
            case "forget":
              outbox.forget(sendingOf(String(each.at)));
              expected.delete(String(each.at));
              break;
            case "fail":
              onFullDisk("writeSync", () => {
                if (machine.journals().length === 0) return;
                assertThrows(() => outbox.keep(sendingOf("refused")), ShelfFault);
              });
              break;
            case "restart":
              machine.end();
              outbox = await machine.start();
              break;
            case "crash":
            case "tear": {
              const before = machine;
              machine = await machine.crashed();
              before.end();
              if (each.do === "tear") {
                for (const path of machine.journals()) {
                  Deno.writeTextFileSync(path, '{"type":"forgotten","key":"1', { append: true });
                }
              }
              outbox = await machine.start();
              break;
            }
          }
          if (["restart", "crash", "tear"].includes(each.do)) {
            assertEquals(outbox.left, [...expected.values()]);
            assertEquals(outbox.damaged, 0);
          }
        }
        machine.end();
        assertEquals((await machine.start()).left, [...expected.values()]);
        machine.end();
      }),
      { numRuns: 60 },
    );
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
});
