/**
 * Where the server listens, as its options say.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { readOptions, UsageError } from "../../lib/options.ts";
import { serveOptions } from "../../server/config.ts";
import { EndpointError } from "../../server/http/mod.ts";
import { endpointsOf, isLocal, listenFailure, urlsOf } from "../../server/listening.ts";

function endpoints(args: readonly string[], environment: Record<string, string> = {}) {
  const { values, sources } = readOptions(serveOptions, args, environment);
  return endpointsOf(values, sources);
}

for (
  const [text, endpoint] of [
    ["127.0.0.1:8000", { hostname: "127.0.0.1", port: 8000 }],
    ["localhost:0", { hostname: "localhost", port: 0 }],
    ["chat.example.org:65535", { hostname: "chat.example.org", port: 65_535 }],
    ["0.0.0.0:80", { hostname: "0.0.0.0", port: 80 }],
    ["[::1]:8000", { hostname: "::1", port: 8000 }],
    ["[::]:8000", { hostname: "::", port: 8000 }],
    ["[fe80::1%eth0]:8000", { hostname: "fe80::1%eth0", port: 8000 }],
    ["unix:/run/chat.sock", { path: "/run/chat.sock" }],
    ["unix:chat.sock", { path: "chat.sock" }],
    ["unix:/a folder/b,c:1", { path: "/a folder/b,c:1" }],
  ] as const
) {
  Deno.test(`--listen understands ${text}`, () => {
    assertEquals<unknown>(endpoints(["--listen", text]), [endpoint]);
  });
}

for (
  const text of [
    "",
    "8000",
    ":8000",
    "*8000",
    "127.0.0.1",
    "127.0.0.1:",
    "127.0.0.1:65536",
    "127.0.0.1:8000000",
    "127.0.0.1:x",
    "127.0.0.1:-1",
    "::1:8000",
    "[]:8000",
    "[::1]",
    "[127.0.0.1]:8000",
    "http://127.0.0.1:8000",
    "127.0.0.1:8000/",
    "127.0.0.1:80,127.0.0.1:81",
    " 127.0.0.1:80",
    "unix:",
  ]
) {
  Deno.test(`--listen does not understand ${JSON.stringify(text)}, and says what would do`, () => {
    const error = assertThrows(() => endpoints([`--listen=${text}`]), UsageError);
    assertEquals(
      error.message,
      "Cannot read --listen: expected an address with a port like 127.0.0.1:8000 or [::1]:8000, " +
        `or unix:FILE, got ${JSON.stringify(text)}`,
    );
  });
}

const [one, two, three] = [
  { hostname: "127.0.0.1", port: 1 },
  { hostname: "::1", port: 2 },
  { path: "/three" },
];

for (
  const [args, environment, expected] of [
    [[], {}, [{ hostname: "127.0.0.1", port: 8000 }]],
    [["--host", "::1", "--port", "2"], {}, [two]],
    [["--port", "1"], {}, [one]],
    [[], { CHAT_PORT: "1" }, [one]],
    [["--listen", "127.0.0.1:1", "--listen", "[::1]:2", "--listen=unix:/three"], {}, [
      one,
      two,
      three,
    ]],
    [[], { CHAT_LISTEN: "127.0.0.1:1,[::1]:2 unix:/three" }, [one, two, three]],
    // A flag wins over a variable, whichever of the two they are.
    [["--listen", "127.0.0.1:1"], { CHAT_LISTEN: "[::1]:2" }, [one]],
    [["--listen", "127.0.0.1:1"], { CHAT_HOST: "::1", CHAT_PORT: "2" }, [one]],
    [["--port", "1"], { CHAT_LISTEN: "[::1]:2" }, [one]],
    [["--host", "::1"], { CHAT_LISTEN: "127.0.0.1:1", CHAT_PORT: "2" }, [two]],
  ] as const
) {
  const what = `${JSON.stringify(args)} with ${JSON.stringify(environment)}`;
  Deno.test(`endpointsOf() finds where ${what} leads`, () => {
    assertEquals<unknown>(endpoints(args, environment), expected);
  });
}

for (
  const [args, environment] of [
    [["--listen", "127.0.0.1:1", "--port", "2"], {}],
    [["--listen", "127.0.0.1:1", "--host", "127.0.0.1"], {}],
    [[], { CHAT_LISTEN: "127.0.0.1:1", CHAT_PORT: "2" }],
    [[], { CHAT_LISTEN: "127.0.0.1:1", CHAT_HOST: "::1" }],
  ] as const
) {
  const what = `${JSON.stringify(args)} with ${JSON.stringify(environment)}`;
  Deno.test(`endpointsOf() refuses to choose between ${what}`, () => {
    const error = assertThrows(() => endpoints(args, environment), UsageError);
    assertEquals(error.message.split(":")[0], "Cannot use --listen with --host or --port");
  });
}

Deno.test("endpointsOf() says how to name what --host and --port name", () => {
  const error = assertThrows(
    () => endpoints(["--listen", "unix:/a", "--host", "::", "--port", "80"]),
    UsageError,
  );
  assertEquals(
    error.message,
    "Cannot use --listen with --host or --port: " +
      "write --listen [::]:80 for the address that they name",
  );
});

for (
  const [place, local] of [
    [{ hostname: "127.0.0.1", port: 1 }, true],
    [{ hostname: "127.8.9.1", port: 1 }, true],
    [{ hostname: "::1", port: 1 }, true],
    [{ hostname: "localhost", port: 1 }, true],
    [{ path: "/a" }, true],
    [{ hostname: "0.0.0.0", port: 1 }, false],
    [{ hostname: "::", port: 1 }, false],
    [{ hostname: "192.168.0.1", port: 1 }, false],
    [{ hostname: "chat.example.org", port: 1 }, false],
  ] as const
) {
  Deno.test(`isLocal() says ${local} of ${JSON.stringify(place)}`, () => {
    assertEquals(isLocal(place), local);
  });
}

Deno.test("urlsOf() tells of TCP before Unix sockets, with the scheme that is spoken", () => {
  const places = [three, one, two];
  assertEquals(urlsOf(places, { secure: false }), [
    "http://127.0.0.1:1",
    "http://[::1]:2",
    "unix:/three",
  ]);
  assertEquals(urlsOf(places, { secure: true }), [
    "https://127.0.0.1:1",
    "https://[::1]:2",
    "unix:/three",
  ]);
  assertEquals(urlsOf([three], { secure: true }), ["unix:/three"]);
});

for (
  const [place, cause, sentence] of [
    [
      one,
      new Deno.errors.AddrInUse("os error 98"),
      "Cannot listen on 127.0.0.1:1: something else listens there; " +
      "choose another with --port or --listen",
    ],
    [
      three,
      new Deno.errors.AddrInUse("os error 98"),
      "Cannot listen on unix:/three: something else listens there; choose another with --listen",
    ],
    [
      two,
      new Deno.errors.PermissionDenied("os error 13"),
      "Cannot listen on [::1]:2: it is not permitted",
    ],
    [
      two,
      new Deno.errors.AddrNotAvailable("os error 99"),
      "Cannot listen on [::1]:2: this machine has no such address",
    ],
    [
      three,
      new Deno.errors.NotFound("os error 2"),
      "Cannot listen on unix:/three: there is no such folder",
    ],
    [one, new Error("failed to look it up"), "Cannot listen on 127.0.0.1:1: failed to look it up"],
  ] as const
) {
  Deno.test(`listenFailure() says ${sentence}`, () => {
    assertEquals(listenFailure(new EndpointError(place, cause)), sentence);
  });
}
