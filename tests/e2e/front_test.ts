/**
 * What stands in front of the operations, through the real program and real sockets: hosts, proxies,
 * pages of other origins, and methods.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { FieldLines } from "../../server/http/mod.ts";
import { type ServerProcess, Workspace } from "../support/chat_process.ts";

/** Where to connect to. */
type Place = { readonly hostname: string; readonly port: number } | {
  readonly transport: "unix";
  readonly path: string;
};

interface Answered {
  readonly status: number;
  readonly headers: FieldLines;
  readonly body: string;
}

/** Asks in so many words, of which each is a line; the server closes behind its answer. */
async function ask(place: Place, lines: readonly string[], body = ""): Promise<Answered> {
  using connection = "path" in place ? await Deno.connect(place) : await Deno.connect(place);
  const text = [...lines, "Connection: close", "", body].join("\r\n");
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  const answer = await new Response(connection.readable).text();
  const [head = "", ...rest] = answer.split("\r\n\r\n");
  const [statusLine = "", ...fields] = head.split("\r\n");
  const pairs = fields.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1]);
  return { status, headers: FieldLines.from(pairs), body: rest.join("\r\n\r\n") };
}

function placeOf({ url }: ServerProcess): Place {
  const { hostname, port } = new URL(url);
  return { hostname: hostname === "0.0.0.0" ? "127.0.0.1" : hostname, port: Number(port) };
}

/** Runs `work` on a server with these options. */
async function serving(
  args: readonly string[],
  work: (place: Place, server: ServerProcess) => Promise<void>,
): Promise<void> {
  await using workspace = new Workspace();
  const server = await workspace.serve({ args });
  await work(placeOf(server), server);
}

const health = (host: string, target = "/healthz") => [`GET ${target} HTTP/1.1`, `Host: ${host}`];

/** The status, and the code of the problem that it is. */
function outcome({ status, body }: Answered): unknown {
  return status < 400 ? status : [status, JSON.parse(body).code];
}

const safely = health("localhost", "https://localhost/healthz");

const misdirected = [421, "misdirected"];

Deno.test("a page whose name is made to lead to this machine gets nothing", async () => {
  await serving([], async (place) => {
    for (const host of ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "0.0.0.0"]) {
      const refused = await ask(place, health(host));
      assertEquals(outcome(refused), misdirected, host);
      const [name] = host.split(":");
      assert(refused.body.includes(`--allowed-host ${name}.`), refused.body);
    }
    // Nor by any other request, as one that would register a name.
    const form = "user=mallory";
    const register = [
      "POST /connect HTTP/1.1",
      "Host: evil.example",
      "Origin: http://evil.example",
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${form.length}`,
    ];
    assertEquals(outcome(await ask(place, register, form)), misdirected);
    for (const host of ["localhost", "LOCALHOST.:1", "chat.localhost", "127.0.0.9:80", "[::1]"]) {
      assertEquals(outcome(await ask(place, health(host))), 200, host);
    }
    assertEquals(outcome(await ask(place, ["GET /healthz HTTP/1.0"])), 200);
    // The host of the target counts, whatever the field says.
    const target = "http://evil.example/healthz";
    assertEquals(outcome(await ask(place, health("localhost", target))), misdirected);
    assertEquals(
      outcome(await ask(place, health("evil.example", "http://localhost/healthz"))),
      200,
    );
    // What is asked of https is not there without TLS.
    assertEquals(outcome(await ask(place, safely)), misdirected);
  });
});

Deno.test("a host that the operator names is answered for, and no other", async () => {
  const args = ["--allowed-host", "Chat.Example", "--allowed-host=::2"];
  await serving(args, async (place) => {
    for (const host of ["chat.example", "chat.example:443", "[::2]:80", "localhost"]) {
      assertEquals(outcome(await ask(place, health(host))), 200, host);
    }
    assertEquals(outcome(await ask(place, health("www.chat.example"))), misdirected);
  });
});

Deno.test("behind a trusted proxy, no name that nobody can read and no second report gets through", async () => {
  const args = ["--trusted-proxy", "loopback", "--allowed-host", "chat.example"];
  const contradicted = [400, "malformed"];
  await serving(args, async (place) => {
    const client = "X-Forwarded-For: 203.0.113.9";
    const standard = "Forwarded: for=203.0.113.9;host=chat.example";
    for (
      const [expected, ...fields] of [
        [200, client, "X-Forwarded-Host: chat.example"],
        [200, client, "X-Forwarded-Host: chat.example", standard],
        [200, client, standard],
        [misdirected, client, "X-Forwarded-Host: evil.example"],
        [misdirected, client, "X-Forwarded-Host: -x.evil.example"],
        [misdirected, client, "X-Forwarded-Host: a!b.evil.example"],
        [misdirected, client, `X-Forwarded-Host: ${"a.".repeat(200)}evil.example`],
        [misdirected, "Forwarded: for=203.0.113.9;host=-x.evil.example"],
        [contradicted, "Forwarded: for=203.0.113.9;host=evil.example:80"],
        [contradicted, client, "X-Forwarded-Host: evil.example", standard],
        [contradicted, client, "X-Forwarded-Proto: https", standard],
        [contradicted, client, `${standard};proto=https`],
      ] as const
    ) {
      const answered = await ask(place, [...health("chat.example"), ...fields]);
      assertEquals(outcome(answered), expected, fields.join(", "));
    }
  });
});

Deno.test("a server on the open network answers for any host", async () => {
  await serving(["--host", "0.0.0.0"], async (place) => {
    assertEquals(outcome(await ask(place, health("whatever.example"))), 200);
  });
});

/** The addresses in the lines that the log has of failures, from a place on. */
async function addressesLogged({ process }: ServerProcess, count: number): Promise<string[]> {
  await process.err.find(new RegExp(`(?:"address":"[^"]*"[^]*){${count}}`));
  return [...process.err.text.matchAll(/"address":"([^"]*)"/g)].map(([, address = ""]) => address);
}

const nothing = (...fields: readonly string[]) => [
  "GET /nothing HTTP/1.1",
  "Host: localhost",
  ...fields,
];

Deno.test("the log names the client that a trusted proxy tells of, and no other", async () => {
  await serving(["--trusted-proxy", "127.0.0.0/8"], async (place, server) => {
    await ask(place, nothing("X-Forwarded-For: 192.0.2.66, 192.0.2.7"));
    await ask(place, nothing('Forwarded: for="[2001:DB8::7]:80"'));
    await ask(place, nothing("X-Forwarded-For: unknown"));
    const both = ["X-Forwarded-For: 192.0.2.7", "Forwarded: for=192.0.2.66"];
    assertEquals(outcome(await ask(place, nothing(...both))), [400, "malformed"]);
    const alike = ["X-Forwarded-For: 192.0.2.8", "Forwarded: for=192.0.2.8"];
    assertEquals(outcome(await ask(place, nothing(...alike))), [404, "not_found"]);
    // It may have come by TLS to the proxy.
    assertEquals(outcome(await ask(place, safely)), 200);
    assertEquals(await addressesLogged(server, 5), [
      "192.0.2.7",
      "2001:db8::7",
      "127.0.0.1",
      "127.0.0.1",
      "192.0.2.8",
    ]);
  });
});

Deno.test("wrong passwords are counted by the client, and not by the proxy in front", async () => {
  const guess = (password: string, ...fields: readonly string[]) => {
    const form = `user=alice&password=${password}`;
    const lines = [
      "POST /connect HTTP/1.1",
      "Host: localhost",
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${form.length}`,
      ...fields,
    ];
    return [lines, form] as const;
  };
  const wrong = [401, "bad_password"];
  const tooMany = [429, "too_many_attempts"];
  await serving(["--trusted-proxy", "loopback"], async (place) => {
    assertEquals((await ask(place, ...guess("right", "X-Forwarded-For: 192.0.2.1"))).status, 201);
    const outcomes: unknown[] = [];
    for (let count = 0; count < 6; count++) {
      outcomes.push(outcome(await ask(place, ...guess("wrong", "X-Forwarded-For: 192.0.2.7"))));
    }
    assertEquals(outcomes, [wrong, wrong, wrong, wrong, wrong, tooMany]);
    assertEquals(outcome(await ask(place, ...guess("wrong", "X-Forwarded-For: 192.0.2.8"))), wrong);
  });
  await serving(["--trusted-proxy", "10.0.0.0/8"], async (place, server) => {
    assertEquals((await ask(place, ...guess("right"))).status, 201);
    const outcomes: unknown[] = [];
    // Nobody gets more attempts by saying that they are someone else.
    for (let count = 0; count < 6; count++) {
      outcomes.push(
        outcome(await ask(place, ...guess("wrong", `X-Forwarded-For: 192.0.2.${count}`))),
      );
    }
    assertEquals(outcomes, [wrong, wrong, wrong, wrong, wrong, tooMany]);
    assertEquals(new Set(await addressesLogged(server, 6)), new Set(["127.0.0.1"]));
  });
});

const origin = "https://app.example";
const preflight = [
  "OPTIONS /send HTTP/1.1",
  "Host: localhost",
  `Origin: ${origin}`,
  "Access-Control-Request-Method: POST",
  "Access-Control-Request-Headers: authorization, content-type",
];
const register = (user: string, ...fields: readonly string[]) => {
  const form = `user=${user}`;
  const lines = [
    "POST /connect HTTP/1.1",
    "Host: localhost:8000",
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${form.length}`,
    ...fields,
  ];
  return [lines, form] as const;
};

function corsOf({ headers }: Answered): string[] {
  return [...headers].map(([name]) => name).filter((name) => /^Access-Control|^Vary$/.test(name));
}

Deno.test("pages of other origins neither read nor write, unless they are allowed to", async () => {
  await serving([], async (place) => {
    const told = await ask(place, preflight);
    assertEquals([told.status, told.headers.get("allow")], [204, "POST, OPTIONS"]);
    assertEquals(corsOf(told), []);
    const refused = await ask(place, ...register("eve", `Origin: ${origin}`));
    assertEquals(outcome(refused), [403, "forbidden"]);
    assertEquals(
      (await ask(place, ...register("eve", "Origin: http://localhost:8000"))).status,
      201,
    );
  });
  await serving(["--cors-origin", origin, "--cors-origin=http://b.example"], async (place) => {
    const told = await ask(place, preflight);
    assertEquals(told.status, 204);
    assertEquals(told.headers.get("access-control-allow-origin"), origin);
    assertEquals(told.headers.get("access-control-allow-methods"), "POST, OPTIONS");
    assert(told.headers.get("access-control-allow-headers")?.includes("Authorization"));
    assertEquals(told.headers.get("vary"), "Origin");
    const done = await ask(place, ...register("eve", `Origin: ${origin}`));
    assertEquals([done.status, done.headers.get("access-control-allow-origin")], [201, origin]);
    const failed = await ask(place, nothing("Origin: http://b.example"));
    assertEquals(failed.headers.get("access-control-allow-origin"), "http://b.example");
    assertEquals(corsOf(await ask(place, nothing("Origin: https://evil.example"))), ["Vary"]);
  });
});

Deno.test("by a Unix socket any host will do, unless hosts are named or a proxy is behind it", async () => {
  await using workspace = new Workspace();
  for (
    const [name, args, status, client] of [
      ["plain", [], 200, ""],
      ["proxy", ["--trusted-proxy", "unix"], 421, "192.0.2.7"],
      ["named", ["--allowed-host", "chat.example"], 421, ""],
    ] as const
  ) {
    const path = workspace.path(`${name}.sock`);
    const words = ["serve", "--listen", `unix:${path}`, "--db", workspace.path(`${name}.db`)];
    const process = workspace.start([...words, "--log-format", "json", ...args]);
    await process.err.find(/"chat is listening"/);
    const place = { transport: "unix", path } as const;
    assertEquals((await ask(place, health("evil.example"))).status, status, name);
    assertEquals((await ask(place, health("localhost"))).status, 200, name);
    const known = name === "named" ? "chat.example" : "localhost";
    assertEquals((await ask(place, health(known))).status, 200, name);
    await ask(place, nothing("X-Forwarded-For: 192.0.2.7"));
    // The refusal above is logged, too, where it came from the socket itself.
    const logged = await addressesLogged({ process, url: "" }, status === 200 ? 1 : 2);
    assertEquals(logged.at(-1), client, name);
    await process.kill("SIGTERM");
  }
});

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

Deno.test("HEAD has the head of GET, to the letter", async () => {
  await serving([], async (place) => {
    for (const path of ["/healthz", "/docs", "/openapi.json", "/nothing", "/status"]) {
      const lines = (method: string) => [`${method} ${path} HTTP/1.1`, "Host: localhost"];
      const [got, head] = [await ask(place, lines("GET")), await ask(place, lines("HEAD"))];
      // A second may pass in between.
      const fieldsOf = ({ headers }: Answered) => [...headers].filter(([name]) => name !== "Date");
      assertEquals([head.status, fieldsOf(head)], [got.status, fieldsOf(got)]);
      assertEquals([head.body, Number(head.headers.get("content-length"))], [
        "",
        bytesOf(got.body),
      ]);
    }
  });
});

Deno.test("what cannot be done is told apart: the method, the coding, the length", async () => {
  await serving([], async (place) => {
    const request = (line: string, ...fields: readonly string[]) =>
      ask(place, [line, "Host: localhost", ...fields]);
    assertEquals(outcome(await request("BREW /healthz HTTP/1.1")), [501, "not_implemented"]);
    assertEquals(outcome(await request("get /healthz HTTP/1.1")), [501, "not_implemented"]);
    const refused = await request("TRACE /healthz HTTP/1.1");
    assertEquals(outcome(refused), [405, "method_not_allowed"]);
    assertEquals(refused.headers.get("allow"), "GET, HEAD, OPTIONS");
    const all = await request("OPTIONS * HTTP/1.1");
    assertEquals([all.status, all.headers.get("allow")?.includes("PATCH")], [204, true]);

    const connected = await ask(place, ...register("alice", "Accept: text/plain"));
    assertEquals([connected.status, connected.headers.get("vary")], [201, "Accept"]);
    const token = `Authorization: Bearer ${connected.body.trim()}`;
    assertEquals(outcome(await request("POST /files HTTP/1.1", token)), [411, "length_required"]);
    const empty = await request("POST /files HTTP/1.1", token, "Content-Length: 0");
    assertEquals(empty.status, 201);
    const lines = [
      "POST /files HTTP/1.1",
      "Host: localhost",
      token,
      "Content-Encoding: gzip",
      "Content-Length: 5",
    ];
    const coded = await ask(place, lines, "12345");
    assertEquals(outcome(coded), [415, "unsupported_media_type"]);
    assertEquals(coded.headers.get("accept-encoding"), "identity");
  });
});

Deno.test("options that cannot be read are told before anything is opened", async () => {
  await using workspace = new Workspace();
  for (
    const [flag, text] of [
      ["trusted-proxy", "10.0.0.1/8"],
      ["trusted-proxy", "proxy.example"],
      ["allowed-host", "chat.example:8000"],
      ["allowed-host", "http://chat.example"],
      ["cors-origin", "https://app.example/"],
      ["cors-origin", "app.example"],
    ] as const
  ) {
    const { code, err } = await workspace.run(["serve", `--${flag}`, text]);
    assertEquals(code, 2);
    assert(err.includes(`--${flag}: expected`) && err.includes(`got "${text}"`), err);
  }
});
