/**
 * Places to listen at: TCP addresses and Unix sockets.
 *
 * @module
 */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  clearStaleSocket,
  type Endpoint,
  EndpointError,
  endpointText,
  openEndpoints,
} from "../../../server/http/endpoints.ts";
import type { Handler } from "../../../server/http/exchange.ts";
import { RawClient, withListener } from "./loopback.ts";

const onUnix = Deno.build.os !== "windows";
const free: Endpoint = { hostname: "127.0.0.1", port: 0 };
const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const tellPeer: Handler = ({ peer }) => ({ status: 200, headers: [], body: JSON.stringify(peer) });

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "chat-test-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a server that was killed leaves: a socket that nobody answers. */
function leaveSocket(path: string): void {
  const listener = Deno.listen({ transport: "unix", path: `${path}.live` });
  Deno.renameSync(`${path}.live`, path);
  listener.close();
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw failure;
  }
}

for (
  const [endpoint, text] of [
    [{ hostname: "127.0.0.1", port: 8000 }, "127.0.0.1:8000"],
    [{ hostname: "localhost", port: 0 }, "localhost:0"],
    [{ hostname: "::1", port: 8000 }, "[::1]:8000"],
    [{ path: "/run/chat.sock" }, "unix:/run/chat.sock"],
  ] as const
) {
  Deno.test(`endpointText() writes ${text}`, () => assertEquals(endpointText(endpoint), text));
}

Deno.test("a listener takes connections at all of its endpoints, and counts them together", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat.sock`;
    const endpoints = [free, free, ...onUnix ? [{ path }] : []];
    await withListener(tellPeer, async ({ listener }) => {
      const clients: RawClient[] = [];
      for (const endpoint of listener.addresses) {
        const conn = "path" in endpoint
          ? await Deno.connect({ transport: "unix", path })
          : await Deno.connect({ ...endpoint });
        const client = new RawClient(conn);
        clients.push(client);
        await client.send(get);
        const address = "path" in endpoint ? "" : "127.0.0.1";
        const body = JSON.stringify({ address, secure: false });
        assertEquals((await client.answer())?.body, body);
      }
      assertEquals(listener.connections, endpoints.length);
      const over = new RawClient(await Deno.connect({ ...listener.address }));
      assertEquals((await over.answer())?.status, 503);
      for (const client of [...clients, over]) client.close();
    }, { endpoints, limits: { connectionsMax: endpoints.length } });
    assertEquals(await exists(path), false);
  });
});

Deno.test("address is the first endpoint of TCP, and addresses are all as they turned out", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat.sock`;
    const endpoints = [...onUnix ? [{ path }] : [], free, free];
    await withListener(tellPeer, ({ listener }) => {
      const ports = listener.addresses.flatMap((place) => "port" in place ? [place.port] : []);
      assertEquals(listener.addresses.map((place) => "path" in place), [onUnix, false, false]);
      assertEquals(listener.address.port, ports[0]);
      assert(ports.every((port) => port > 0) && ports[0] !== ports[1], `${ports}`);
      return Promise.resolve();
    }, { endpoints });
  });
});

Deno.test("if one endpoint can't be opened, none stays open, and the error names it", () => {
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const [first] = openEndpoints([free]);
  assert(first !== undefined);
  first.close();
  const error = assertThrows(
    () => openEndpoints([first.endpoint, { hostname: "127.0.0.1", port: taken.addr.port }]),
    EndpointError,
  );
  assertEquals(error.message, `Cannot listen on 127.0.0.1:${taken.addr.port}`);
  assert(error.cause instanceof Deno.errors.AddrInUse);
  for (const entrance of openEndpoints([first.endpoint])) entrance.close();
  taken.close();
});

Deno.test({
  name: "a Unix socket is open to its owner and group, and is gone with its listener",
  ignore: !onUnix,
}, async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/chat.sock`;
    const [entrance] = openEndpoints([{ path }]);
    const { mode } = await Deno.lstat(path);
    assertEquals((mode ?? 0) & 0o777, 0o660);
    entrance?.close();
    assertEquals(await exists(path), false);
  });
});

Deno.test(
  { name: "a listener that ends leaves what others have put in its place", ignore: !onUnix },
  async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/chat.sock`;
      const [first] = openEndpoints([{ path }]);
      await Deno.remove(path);
      const [second] = openEndpoints([{ path }]);
      first?.close();
      (await Deno.connect({ transport: "unix", path })).close();
      await Deno.remove(path);
      await Deno.writeTextFile(path, "kept");
      second?.close();
      assertEquals(await Deno.readTextFile(path), "kept");
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assertEquals(names, ["chat.sock"]);
    });
  },
);

Deno.test(
  { name: "a Unix socket is not found before its mode is set", ignore: !onUnix },
  async () => {
    await withFolder((folder) => {
      const path = `${folder}/chat.sock`;
      const { linkSync } = Deno;
      const modes: number[] = [];
      Deno.linkSync = (from, to) => {
        modes.push((Deno.lstatSync(from).mode ?? 0) & 0o777);
        linkSync(from, to);
      };
      try {
        for (const entrance of openEndpoints([{ path }])) entrance.close();
      } finally {
        Deno.linkSync = linkSync;
      }
      assertEquals(modes, [0o660]);
      return Promise.resolve();
    });
  },
);

Deno.test(
  { name: "a Unix socket takes a free name beside its own to begin with", ignore: !onUnix },
  async () => {
    await withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/chat.soc0`, "kept");
      for (const name of ["chat.sock", "chat.soc1", "x", "ü"]) {
        const [entrance] = openEndpoints([{ path: `${folder}/${name}` }]);
        (await Deno.connect({ transport: "unix", path: `${folder}/${name}` })).close();
        entrance?.close();
      }
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assertEquals(names, ["chat.soc0"]);
    });
  },
);

Deno.test(
  { name: "a path by which nobody could connect is refused", ignore: !onUnix },
  async () => {
    await withFolder((folder) => {
      // The system takes a hundred bytes and some.
      const path = `${folder}/${"x".repeat(120)}`;
      assertThrows(() => openEndpoints([{ path }]), EndpointError);
      assertEquals([...Deno.readDirSync(folder)], []);
      return Promise.resolve();
    });
  },
);

Deno.test(
  { name: "clearStaleSocket() leaves a socket where many wait to be accepted", ignore: !onUnix },
  async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/chat.sock`;
      const [entrance] = openEndpoints([{ path }]);
      const { connect } = Deno;
      const busy = () =>
        Promise.reject(new Deno.errors.WouldBlock("Resource temporarily unavailable"));
      Deno.connect = busy as typeof Deno.connect;
      try {
        const error = await assertRejects(() => clearStaleSocket({ path }), EndpointError);
        assert(error.cause instanceof Deno.errors.AddrInUse);
      } finally {
        Deno.connect = connect;
      }
      assertEquals(await exists(path), true);
      entrance?.close();
    });
  },
);

Deno.test(
  { name: "clearStaleSocket() removes a socket that nobody answers", ignore: !onUnix },
  async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/chat.sock`;
      leaveSocket(path);
      assertThrows(() => openEndpoints([{ path }]), EndpointError);
      assertEquals(await exists(path), true);
      await clearStaleSocket({ path });
      assertEquals(await exists(path), false);
      await clearStaleSocket({ path });
    });
  },
);

Deno.test(
  { name: "clearStaleSocket() leaves a socket that someone answers", ignore: !onUnix },
  async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/chat.sock`;
      const [entrance] = openEndpoints([{ path }]);
      const error = await assertRejects(() => clearStaleSocket({ path }), EndpointError);
      assertEquals(error.message, `Cannot listen on unix:${path}`);
      assert(error.cause instanceof Deno.errors.AddrInUse);
      assertEquals(await exists(path), true);
      entrance?.close();
    });
  },
);

Deno.test({ name: "clearStaleSocket() leaves what is no socket", ignore: !onUnix }, async () => {
  await withFolder(async (folder) => {
    const [file, link, away] = [`${folder}/file`, `${folder}/link`, `${folder}/away`];
    await Deno.writeTextFile(file, "kept");
    await Deno.symlink(file, link);
    leaveSocket(`${folder}/stale`);
    await Deno.symlink(`${folder}/stale`, away);
    for (const path of [file, link, away, folder]) {
      const error = await assertRejects(() => clearStaleSocket({ path }), EndpointError);
      assertEquals(String(error.cause), "Error: there is something that is no socket");
    }
    assertEquals(await Deno.readTextFile(link), "kept");
  });
});
