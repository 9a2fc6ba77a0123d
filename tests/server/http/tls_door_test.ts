/**
 * The way into TLS, and who may take it.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Handler } from "../../../server/http/exchange.ts";
import { defaultHttpLimits } from "../../../server/http/limits.ts";
import { TlsDoor } from "../../../server/http/tls_door.ts";
import { CertificateAuthority } from "../../support/certificates.ts";
import { testWith } from "../../support/tools.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { withListener } from "./loopback.ts";

const echoPath: Handler = ({ path }) => ({ status: 200, headers: [], body: path });

interface Scene {
  readonly door: TlsDoor;
  /** The port that only this process is to connect to. */
  readonly port: number;
  readonly faults: string[];
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
    const [door, port = 0] = overhear(() =>
      new TlsDoor(pair, {
        clock: new VirtualClock(),
        limits: defaultHttpLimits,
        onFault: (what, cause) => faults.push(`${what}: ${cause}`),
      })
    );
    try {
      await test({ door, port, faults });
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
  await assertRejects(() => door.enter(), Deno.errors.ConnectionRefused);
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
