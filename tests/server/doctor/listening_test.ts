/**
 * What is said of the places where a server listens.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  connectionsHighShare,
  judgeEndpoint,
  type Occupant,
  placeOf,
  readCounts,
  type ServerFacts,
  type Surroundings,
} from "../../../server/doctor/listening.ts";
import { type Endpoint, EndpointError } from "../../../server/http/mod.ts";

const here: Endpoint = { hostname: "127.0.0.1", port: 8000 };
const quiet: Surroundings = {
  db: "chat.db",
  holder: { kind: "nobody" },
  connectionsMax: 1000,
  isSecure: false,
  hasProxies: false,
};
const busy: Surroundings = { ...quiet, holder: { kind: "server", process: 42 } };

function told(occupant: Occupant, surroundings = quiet, endpoint = here): string[] {
  return judgeEndpoint(endpoint, occupant, surroundings).map(({ verdict, found }) =>
    `${verdict}: ${found}`
  );
}

function server(server: ServerFacts): Occupant {
  return { kind: "chat", server };
}

Deno.test("a free place is well, unless a server should be there", () => {
  assertEquals(told({ kind: "nobody" }), ["ok: it is free"]);
  assertMatch(told({ kind: "nobody" }, busy)[0] ?? "", /^warning: nobody listens here, but a serv/);
  assertMatch(told({ kind: "left" })[0] ?? "", /^ok: a socket that a killed server has left/);
});

Deno.test("a place that someone else has is a failure, with the command that finds them", () => {
  const stranger = { kind: "stranger", what: "another HTTP server (nginx)" } as const;
  const [finding] = judgeEndpoint(here, stranger, quiet);
  assertEquals(finding?.found, "it is taken by another HTTP server (nginx)");
  assertMatch(finding?.advice ?? "", /^ss -ltnp 'sport = :8000'/);
  const [socket] = judgeEndpoint({ path: "/run/a b" }, stranger, quiet);
  assertMatch(socket?.advice ?? "", /^ls -l '\/run\/a b'/);
});

Deno.test("who takes connections and says nothing is the server, if there is one", () => {
  const [hangs] = judgeEndpoint(here, { kind: "silent" }, busy);
  assertEquals(
    `${hangs?.verdict}: ${hangs?.found}`,
    "failed: the server that uses chat.db has not answered within 5 s: it hangs, or its disk does",
  );
  assertMatch(hangs?.advice ?? "", /^kill -CONT 42 .* kill -KILL 42 /);
  assertEquals(told({ kind: "silent" }), [
    "failed: it is taken by something that does not answer within 5 s",
  ]);
});

Deno.test("what the system refuses is told with what to do about it", () => {
  const closed = (cause: Error, endpoint: Endpoint) =>
    judgeEndpoint(endpoint, { kind: "closed", failure: new EndpointError(endpoint, cause) }, {
      ...quiet,
      isSecure: true,
    })[0];
  const denied = new Deno.errors.PermissionDenied("x");
  const low = closed(denied, { hostname: "0.0.0.0", port: 1023 });
  assertEquals(low?.found, "it can't be listened on: it is not permitted");
  assertMatch(low?.advice ?? "", /CAP_NET_BIND_SERVICE/);
  assert(!closed(denied, { hostname: "0.0.0.0", port: 1024 })?.advice?.includes("CAP_NET"));
  const foreign = closed(new Deno.errors.AddrNotAvailable("x"), here);
  assertEquals(foreign?.found, "it can't be listened on: this machine has no such address");
  const socket = closed(new Deno.errors.NotFound("x"), { path: "/none/a: b" });
  assertEquals(socket?.found, "it can't be listened on: there is no such folder");
});

Deno.test("a server at work is told with what it counts", () => {
  const counts = { version: "1.2.3", uptimeMs: 7_200_000, connections: 12, isWritable: true };
  assertEquals(told(server(counts), busy), [
    "ok: a chat server 1.2.3 answers, up for 2 h, 12 of 1000 connections",
  ]);
  assertEquals(told(server({}), { ...busy, holder: { kind: "unknown" } }), [
    "ok: a chat server answers",
  ]);
});

Deno.test("a server of another database is a failure", () => {
  assertMatch(
    told(server({}))[0] ?? "",
    /^failed: a chat server answers, but not with chat.db, which nobody uses/,
  );
});

Deno.test("what ails a server at work is told", () => {
  const ails = (facts: ServerFacts) => told(server(facts), busy)[1] ?? "";
  assertMatch(
    ails({ isWritable: false, unready: "x" }),
    /^failed: the server can't save any more$/,
  );
  assertMatch(ails({ unready: "It stops." }), /^failed: it is not ready: It stops\.$/);
  assertMatch(ails({ linesDropped: 1 }), /^warning: 1 lines of its log/);
  assertEquals(ails({ linesDropped: 0 }), "");
  const high = 1000 * connectionsHighShare;
  assertEquals(ails({ connections: high - 1 }), "");
  assertMatch(ails({ connections: high }), /^warning: 900 of 1000 connections are in use/);
});

Deno.test("a server that shows the certificate of before is told to read it anew", () => {
  const surroundings = { ...busy, isSecure: true, fingerprint: "AB" };
  assertEquals(told(server({ fingerprint: "AB" }), surroundings).length, 1);
  const [, stale] = judgeEndpoint(here, server({ fingerprint: "CD" }), surroundings);
  assertEquals([stale?.verdict, stale?.advice], ["warning", "kill -HUP 42"]);
});

Deno.test("what others on the network can read is a warning", () => {
  const open = { hostname: "0.0.0.0", port: 8000 };
  const free = { kind: "nobody" } as const;
  assertMatch(told(free, quiet, open)[1] ?? "", /^warning: others on the network can read/);
  assertEquals(told(free, { ...quiet, isSecure: true }, open).length, 1);
  assertEquals(told(free, { ...quiet, hasProxies: true }, open).length, 1);
  assertEquals(told(free, quiet, { path: "/run/chat.sock" }).length, 1);
});

Deno.test("placeOf() asks by an address of this machine", () => {
  assertEquals(placeOf({ hostname: "0.0.0.0", port: 1 }, false), {
    hostname: "127.0.0.1",
    port: 1,
    secure: false,
  });
  assertEquals(placeOf({ hostname: "::", port: 1 }, true), {
    hostname: "::1",
    port: 1,
    secure: true,
  });
  assertEquals(placeOf({ path: "/a" }, true), { path: "/a" });
});

Deno.test("readCounts() reads a page of metrics, and nothing out of another one", () => {
  assertEquals(readCounts("<html>chat_connections 5</html>"), {});
  const text = '# TYPE x\nchat_build_info{version="0.1.0"} 1\nchat_uptime_seconds 4.5\n' +
    "chat_connections 7\nchat_store_writable 0\nchat_log_lines_dropped_total 2e+3\n";
  assertEquals(readCounts(text), {
    version: "0.1.0",
    uptimeMs: 4500,
    connections: 7,
    isWritable: false,
    linesDropped: 2000,
  });
});
