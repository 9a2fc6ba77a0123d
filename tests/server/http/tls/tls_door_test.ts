/**
 * The way into TLS, and who may take it.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Handler } from "../../../../server/http/exchange.ts";
import { defaultHttpLimits } from "../../../../server/http/limits.ts";
import {
  strangersMax,
  strangersPerPortMax,
  TlsDoor,
} from "../../../../server/http/tls/tls_door.ts";
import { CertificateAuthority } from "../../../support/certificates.ts";
import { testWith } from "../../../support/tools.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";
import { withListener } from "../loopback.ts";

const echoPath: Handler = ({ path }) => ({ status: 200, headers: [], body: path });

interface Scene {
  readonly door: TlsDoor;
  /** The port that only this process is to connect to. */
  readonly port: number;
  readonly faults: string[];
  readonly clock: VirtualClock;
}

/** Runs `open`, and tells the ports that were opened: a door tells nobody where it is. */
function overhear<T>(open: () => T): [T, ...number[]] {
  const { listenTls } = Deno;
  const ports: number[] = [];
  Deno.listenTls = (options) => {
    const listener = listenTls(options);
    ports.push(listener.addr.port);
    return listener;
  };
  try {
    return [open(), ...ports];
  } finally {
    Deno.listenTls = listenTls;
  }
}

function testDoor(title: string, test: (scene: Scene) => Promise<void>): void {
  testWith(["openssl"], title, async () => {
    await using authority = await CertificateAuthority.create();
    const pair = await authority.issue();
    const faults: string[] = [];
    const clock = new VirtualClock();
    const [door, port = 0] = overhear(() =>
      new TlsDoor(pair, {
        clock,
        limits: defaultHttpLimits,
        onFault: (what, cause) => faults.push(`${what}: ${cause}`),
      })
    );
    try {
      await test({ door, port, faults, clock });
    } finally {
      door.shut();
      await door.done;
    }
    assertEquals(faults, []);
  });
}

async function isShut(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return false;
  } catch (failure) {
    return failure instanceof Deno.errors.ConnectionRefused;
  }
}

testDoor("many who enter at once get two ends of the same passage each", async ({ door }) => {
  const passages = await Promise.all(Array.from({ length: 20 }, () => door.enter()));
  for (const [at, { outside, inside }] of passages.entries()) {
    // What comes out on the other side is no handshake, and is answered by an alert.
    await outside.write(new TextEncoder().encode(`no handshake ${at}`));
    await assertRejects(() => inside.handshake());
    const buffer = new Uint8Array(7);
    assertEquals([await outside.read(buffer), buffer[0]], [7, 21]);
    outside.close();
    inside.close();
  }
});

testDoor("another program that connects is turned away", async ({ door, port }) => {
  // Whoever speaks no TLS gets an alert, and whoever is turned away gets the end of the connection.
  const isTurnedAway = async (stranger: Deno.TcpConn) => {
    await stranger.write(new TextEncoder().encode("no handshake"));
    const buffer = new Uint8Array(100);
    while (await stranger.read(buffer) !== null) assertEquals(buffer[0], 21);
    stranger.close();
  };
  await isTurnedAway(await Deno.connect({ hostname: "127.0.0.1", port }));
  const among = await Deno.connect({ hostname: "127.0.0.1", port });
  const { outside, inside } = await door.enter();
  await isTurnedAway(among);
  outside.close();
  inside.close();
});

testDoor("a door that retires lets in who is entering, and shuts after them", async (scene) => {
  const { door, port } = scene;
  const entering = [door.enter(), door.enter()];
  door.retire();
  for (const { outside, inside } of await Promise.all(entering)) {
    outside.close();
    inside.close();
  }
  await door.done;
  assert(await isShut(port));
  await assertRejects(() => door.enter(), Error, "the door is shut");
});

testDoor("a door that retires while nobody enters shuts at once", async ({ door, port }) => {
  assertEquals(await isShut(port), false);
  door.retire();
  await door.done;
  assert(await isShut(port));
});

testDoor("a door that is shut lets nobody in, and leaves who is in", async ({ door }) => {
  const { outside, inside } = await door.enter();
  const entering = door.enter();
  door.shut();
  await assertRejects(() => entering);
  await outside.write(new TextEncoder().encode("no handshake"));
  await assertRejects(() => inside.handshake());
  const buffer = new Uint8Array(7);
  assertEquals([await outside.read(buffer), buffer[0]], [7, 21]);
  outside.close();
  inside.close();
});

/** Connects `count` times to `port`, and sends nothing; ends them at the end. */
class Strangers implements Disposable {
  readonly #conns: Deno.TcpConn[] = [];

  async come(port: number, count: number): Promise<void> {
    for (; count > 0; count--) {
      this.#conns.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    }
  }

  /** Ends them, and waits until the other side has done so, too. */
  async leave(): Promise<void> {
    for (const conn of this.#conns) {
      await conn.closeWrite();
      while (await conn.read(new Uint8Array(100)) !== null);
    }
    this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    for (const conn of this.#conns.splice(0)) conn.close();
  }
}

/** Waits until it is so; the runtime takes a turn or two. */
async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  for (let turns = 0; turns < 1000; turns++) {
    if (await what()) return;
    await new Promise(setImmediate);
  }
  throw new Error("It has not come to that");
}

/** Enters, and leaves. */
async function visit(door: Pick<TlsDoor, "enter">): Promise<void> {
  const { outside, inside } = await door.enter();
  outside.close();
  inside.close();
}

/** Whether it takes another port to enter. */
async function opensAnother(door: TlsDoor): Promise<boolean> {
  const [entering, ...ports] = overhear(() => door.enter());
  await visit({ enter: () => entering });
  return ports.length > 0;
}

/** Has `count` strangers wait at the port until each of them has been counted. */
async function crowd(door: TlsDoor, port: number, strangers: Strangers, count: number) {
  await strangers.come(port, count);
  // Who enters comes after them.
  await visit(door);
}

testDoor("a port stays while fewer than strangersPerPortMax hang about", async (scene) => {
  const { door, port } = scene;
  using strangers = new Strangers();
  await crowd(door, port, strangers, strangersPerPortMax - 1);
  assertEquals(await opensAnother(door), false);
});

for (const count of [strangersPerPortMax, strangersPerPortMax + 1]) {
  testDoor(`a port is given up for another one when ${count} hang about`, async (scene) => {
    const { door, port, faults } = scene;
    using strangers = new Strangers();
    const { outside, inside } = await door.enter();
    await strangers.come(port, strangersPerPortMax);
    if (count > strangersPerPortMax) {
      // The last one may be told so at once.
      await strangers.come(port, 1).catch(() => {});
    }
    await until(() => isShut(port));
    assert(await opensAnother(door));
    await outside.write(new TextEncoder().encode("no handshake"));
    await assertRejects(() => inside.handshake());
    outside.close();
    inside.close();
    assertEquals(faults.splice(0), [
      "accept for TLS: Error: Cannot keep a port: other programs of this machine connect to the " +
      `port that is for the server itself; connections of theirs: ${strangersPerPortMax}`,
    ]);
  });
}

testDoor("strangers who have gone do not count", async ({ door, port }) => {
  for (let round = 0; round < 3; round++) {
    using strangers = new Strangers();
    await crowd(door, port, strangers, strangersPerPortMax - 1);
    await strangers.leave();
  }
  assertEquals(await opensAnother(door), false);
});

testDoor("strangers are told from ours although somebody is always entering", async (scene) => {
  const { door, port, faults } = scene;
  using strangers = new Strangers();
  let entering = door.enter();
  let isGivenUp = false;
  for (let count = 0; count < 4 * strangersPerPortMax && !isGivenUp; count++) {
    await strangers.come(port, 1).catch(() => isGivenUp = true);
    const next = door.enter();
    await visit({ enter: () => entering });
    entering = next;
  }
  await visit({ enter: () => entering });
  assertEquals([isGivenUp, faults.splice(0).length], [true, 1]);
});

testDoor("one that came before we set out is not ours, whatever its address", async (scene) => {
  const { door, port } = scene;
  const { connect } = Deno;
  const first = Promise.withResolvers<never>();
  Deno.connect = () => first.promise;
  try {
    const entering = door.enter();
    const stranger = await connect({ hostname: "127.0.0.1", port });
    // The runtime looks at its sockets in some of these.
    for (let turns = 0; turns < 300; turns++) await new Promise(setImmediate);
    Deno.connect = () => Promise.resolve(stranger as never);
    const late = door.enter();
    await new Promise(setImmediate);
    door.shut();
    first.reject(new Error("no room"));
    await assertRejects(() => entering, Error, "no room");
    await assertRejects(() => late, Error, "the door is shut");
  } finally {
    Deno.connect = connect;
  }
});

testDoor("with strangersMax about nobody enters, until one of them goes", async (scene) => {
  const { door, faults, clock } = scene;
  const groups: Strangers[] = [];
  let { port } = scene;
  for (let count = 0; count < strangersMax; count += strangersPerPortMax) {
    const strangers = new Strangers();
    groups.push(strangers);
    if (count > 0) {
      const [entering, next = 0] = overhear(() => door.enter());
      port = next;
      await visit({ enter: () => entering });
    }
    await strangers.come(port, strangersPerPortMax);
    await until(() => isShut(port));
  }
  assertEquals(faults.length, 1, "told once in each period");
  await assertRejects(() => door.enter(), Error, "other programs of this machine are in the way");
  clock.advance(defaultHttpLimits.acceptFaultPeriodMs);
  groups[0]?.[Symbol.dispose]();
  await until(() => visit(door).then(() => true, () => false));
  for (const group of groups) group[Symbol.dispose]();
  faults.length = 0;
});

testWith(["openssl"], "whoever still waits when the door is shut is told", async () => {
  await using authority = await CertificateAuthority.create();
  const pair = await authority.issue();
  const { listenTls } = Deno;
  const closed = Promise.withResolvers<never>();
  // Nobody is ever accepted.
  Deno.listenTls = (options) => {
    const listener = listenTls(options);
    return {
      ...listener,
      addr: listener.addr,
      accept: () => closed.promise,
      close() {
        listener.close();
        closed.reject(new Deno.errors.BadResource("closed"));
      },
    };
  };
  try {
    const options = { clock: new VirtualClock(), limits: defaultHttpLimits, onFault: () => {} };
    const door = new TlsDoor(pair, options);
    const entering = door.enter();
    // Should it take longer to come to the waiting, it is told the same.
    for (let turns = 0; turns < 100; turns++) await new Promise(setImmediate);
    door.shut();
    await assertRejects(() => entering, Error, "the door is shut");
    await door.done;
  } finally {
    Deno.listenTls = listenTls;
  }
});

testWith(["openssl"], "a certificate that has been renewed keeps no door open", async () => {
  await using authority = await CertificateAuthority.create();
  const pair = await authority.issue();
  await withListener(echoPath, async ({ listener }) => {
    const ports = [0, 0, 0].map(() => overhear(() => listener.renewTls(pair))[1] ?? 0);
    const [first = 0, second = 0, third = 0] = ports;
    // The runtime takes a turn or two.
    for (let turns = 0; turns < 100 && !await isShut(second); turns++) {
      await new Promise(setImmediate);
    }
    assertEquals([await isShut(first), await isShut(second)], [true, true]);
    assertEquals(await isShut(third), false);
  }, { tls: pair });
});
