/**
 * A dialogue by TLS whose cipher leaves everything as it is, so that each end can be held.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Handler, ResponseStream } from "../../../../server/http/exchange.ts";
import { defaultHttpLimits } from "../../../../server/http/limits.ts";
import type { ByteStream } from "../../../../server/http/socket.ts";
import {
  SecureDialogue,
  type SecureDialogueHost,
} from "../../../../server/http/tls/secure_dialogue.ts";
import type { Passage } from "../../../../server/http/tls/tls_door.ts";
import { octets } from "../protocol/transcript.ts";

const { headerTimeoutMs, idleTimeoutMs, lingerMs, sweepPeriodMs } = defaultHttpLimits;
const greeting = "\x16greeting";
const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** One end of a connection in memory. */
class End implements ByteStream {
  /** Takes nothing that is written. */
  stalled = false;
  closed = false;
  closedWrite = false;
  received = "";
  other: End | undefined;
  #arrived = "";
  #change = Promise.withResolvers<void>();

  static pair(): [End, End] {
    const [a, b] = [new End(), new End()];
    [a.other, b.other] = [b, a];
    return [a, b];
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      if (this.closed) throw new Deno.errors.BadResource("closed");
      const part = this.#arrived.slice(0, buffer.length);
      this.#arrived = this.#arrived.slice(part.length);
      buffer.set(octets(part));
      if (part !== "") return part.length;
      if (this.other?.closed || this.other?.closedWrite) return null;
      await this.#change.promise;
    }
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (this.stalled && !this.closed) await this.#change.promise;
    if (this.closed || this.other === undefined) throw new Deno.errors.BadResource("closed");
    this.other.#arrived += String.fromCharCode(...bytes);
    this.other.wake();
    return bytes.length;
  }

  async closeWrite(): Promise<void> {
    await this.write(new Uint8Array());
    this.closedWrite = true;
    this.other?.wake();
  }

  close(): void {
    assert(!this.closed, "closed twice");
    this.closed = true;
    this.wake();
    this.other?.wake();
  }

  wake(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

class Scene {
  readonly #pairs = { line: End.pair(), way: End.pair() };
  readonly peer = this.#pairs.line[0];
  readonly conn = this.#pairs.line[1];
  readonly outside = this.#pairs.way[0];
  readonly inside = this.#pairs.way[1];
  readonly refusals: string[] = [];
  readonly faults: string[] = [];
  readonly handshake = Promise.withResolvers<void>();
  readonly entering = Promise.withResolvers<Passage>();
  readonly host: SecureDialogueHost & { nowMs: number };
  readonly dialogue: SecureDialogue;
  over = false;

  constructor(handler: Handler = () => ({ status: 200, headers: [], body: "hello" })) {
    this.host = {
      nowMs: 0,
      date: "now",
      limits: defaultHttpLimits,
      handler,
      door: { enter: () => this.entering.promise },
      onProtocolError: ({ status }) => ({ status, headers: [] }),
      onHandlerFailure: () => ({ status: 500, headers: [] }),
      onFault: (what, cause) => this.faults.push(`${what}: ${cause}`),
      onSlowReader: () => {},
      onHandshakeFailure: (cause) => this.refusals.push(String(cause)),
    };
    this.dialogue = new SecureDialogue(this.conn, { address: "a", secure: true }, this.host);
    void this.dialogue.run().then(() => this.over = true);
  }

  /** Lets the peer in. */
  async enter(): Promise<void> {
    this.entering.resolve({
      outside: this.outside,
      inside: Object.assign(this.inside, { handshake: () => this.handshake.promise }),
    });
    await this.say(greeting);
    this.handshake.resolve();
    // What stands for a handshake is no request, and is taken out of its way.
    await this.inside.read(new Uint8Array(greeting.length));
    await turn();
  }

  async say(text: string): Promise<void> {
    await this.peer.write(octets(text));
    await turn();
  }

  async hear(): Promise<string | null> {
    const buffer = new Uint8Array(65_536);
    const length = await this.peer.read(buffer);
    return length === null ? null : String.fromCharCode(...buffer.subarray(0, length));
  }

  async pass(ms: number): Promise<void> {
    this.host.nowMs += ms;
    this.dialogue.sweep(this.host.nowMs);
    await turn();
  }

  get allClosed(): boolean {
    return [this.conn, this.outside, this.inside].every(({ closed }) => closed);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("after the handshake requests are answered, and the end is told", async () => {
  const scene = new Scene();
  await scene.enter();
  await scene.say(get);
  assert((await scene.hear())?.startsWith("HTTP/1.1 200 OK\r\n"));
  await scene.pass(idleTimeoutMs + sweepPeriodMs);
  assertEquals(await scene.hear(), null);
  assertEquals([scene.inside.closedWrite, scene.allClosed, scene.over], [true, true, true]);
  assertEquals([scene.refusals, scene.faults], [[], []]);
});

Deno.test("a peer that can't be told of the end is cut when the time for it is over", async () => {
  const scene = new Scene();
  await scene.enter();
  await scene.say(get);
  await scene.hear();
  scene.conn.stalled = true;
  await scene.pass(idleTimeoutMs + sweepPeriodMs);
  assertEquals([scene.inside.closedWrite, scene.conn.closed], [true, false]);
  await scene.pass(0);
  await scene.pass(lingerMs + sweepPeriodMs - 1);
  assertEquals([scene.conn.closed, scene.over], [false, false]);
  await scene.pass(1);
  assertEquals([scene.allClosed, scene.over], [true, true]);
});

Deno.test("a peer that has not taken all is not told that it was all", async () => {
  const started = Promise.withResolvers<ResponseStream>();
  const scene = new Scene(() => ({ status: 200, headers: [], stream: started.resolve }));
  await scene.enter();
  await scene.say(get);
  const stream = await started.promise;
  scene.conn.stalled = true;
  for (const part of ["on its way", "not taken"]) {
    stream.write(octets(part));
    await turn();
  }
  await scene.pass(defaultHttpLimits.writeTimeoutMs + sweepPeriodMs);
  assertEquals([scene.allClosed, scene.over], [true, true]);
  assertEquals([scene.inside.closedWrite, scene.conn.closedWrite], [false, false]);
});

Deno.test("while the peer takes nothing, nothing is taken from the one who writes", async () => {
  const started = Promise.withResolvers<ResponseStream>();
  const scene = new Scene(() => ({ status: 200, headers: [], stream: started.resolve }));
  await scene.enter();
  await scene.say(get);
  const stream = await started.promise;
  scene.conn.stalled = true;
  stream.write(octets("on its way"));
  await turn();
  assertEquals(stream.backlogBytes, 0);
  stream.write(octets("not taken"));
  await turn();
  assert(stream.backlogBytes > 0);
  scene.dialogue.cut();
  await turn();
  assertEquals([scene.allClosed, scene.over], [true, true]);
});

Deno.test("the handshake has as long as a head, from the connection on", async () => {
  for (const entered of [false, true]) {
    const scene = new Scene();
    if (entered) {
      scene.entering.resolve({
        outside: scene.outside,
        inside: Object.assign(scene.inside, { handshake: () => scene.handshake.promise }),
      });
      await scene.say(greeting);
    }
    await scene.pass(headerTimeoutMs + sweepPeriodMs - 1);
    assertEquals([scene.conn.closed, scene.refusals], [false, []]);
    await scene.pass(1);
    assertEquals(scene.conn.closed, true);
    assertEquals(scene.refusals, ["Error: Cannot wait longer for the handshake"]);
    if (entered) scene.handshake.reject(new Error("too late to matter"));
    await turn();
    assertEquals([scene.over, scene.refusals.length, scene.allClosed], [true, 1, entered]);
  }
});

Deno.test("a passage that opens too late is closed", async () => {
  const scene = new Scene();
  await scene.say(greeting);
  scene.dialogue.stop();
  assertEquals([scene.conn.closed, scene.outside.closed], [true, false]);
  scene.entering.resolve({
    outside: scene.outside,
    inside: Object.assign(scene.inside, { handshake: () => scene.handshake.promise }),
  });
  await turn();
  assertEquals([scene.allClosed, scene.over, scene.refusals], [true, true, []]);
});

Deno.test("a door that lets nobody in is told of, and the peer closed", async () => {
  const scene = new Scene();
  await scene.say(greeting);
  scene.entering.reject(new Error("no room"));
  await turn();
  assertEquals([scene.conn.closed, scene.over, scene.refusals], [true, true, ["Error: no room"]]);
});

Deno.test("a failed handshake is told of, and the peer gets the alert before the end", async () => {
  const scene = new Scene();
  scene.entering.resolve({
    outside: scene.outside,
    inside: Object.assign(scene.inside, { handshake: () => scene.handshake.promise }),
  });
  await scene.say(greeting);
  scene.conn.stalled = true;
  await scene.inside.write(octets("alert"));
  scene.handshake.reject(new Error("no common ground"));
  await turn();
  assertEquals(scene.conn.closed, false);
  scene.conn.stalled = false;
  scene.conn.wake();
  await turn();
  assertEquals([await scene.hear(), await scene.hear()], ["alert", null]);
  assertEquals([scene.allClosed, scene.over], [true, true]);
  assertEquals(scene.refusals, ["Error: no common ground"]);
});

Deno.test("a peer that is gone before it says anything is nobody's failure", async () => {
  const scene = new Scene();
  scene.peer.close();
  await turn();
  assertEquals([scene.conn.closed, scene.over, scene.refusals], [true, true, []]);
});
