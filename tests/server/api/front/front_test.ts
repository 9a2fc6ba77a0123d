/**
 * What stands in front of the operations, all together.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../../server/api/failure.ts";
import { Front, type FrontSettings } from "../../../../server/api/front/front.ts";
import { type Asking, asking } from "./asking.ts";

const home: FrontSettings = {
  trustedProxies: [],
  allowedHosts: [],
  corsOrigins: [],
};

interface Settings extends Partial<FrontSettings> {
  /** Whether other machines can reach the server. */
  readonly toOthers?: boolean;
}

/** The failure that a request meets, with its detail; `undefined` if it is let in. */
function refusal(
  { toOthers = false, ...settings }: Settings,
  request: Asking,
): string | undefined {
  const front = new Front({ ...home, ...settings });
  if (toOthers) front.openToOthers();
  const asked = asking(request);
  try {
    front.admit(asked, front.callerOf(asked));
    return undefined;
  } catch (failure) {
    assert(failure instanceof Failure, String(failure));
    return `${failure.code}: ${failure.message}`;
  }
}

const proxy = "127.0.0.1";
const behind = { trustedProxies: ["loopback"] };
const host = (name: string) => [["X-Forwarded-Host", name]] as const;
const standardHost = (name: string) => [["Forwarded", `for=192.0.2.7;host=${name}`]] as const;
const chat = { ...behind, allowedHosts: ["chat.example"] };
const passedOn = { from: proxy, authority: "chat.example" };
const unreadable = "misdirected: This server does not answer for that host.";
const notHere = (name: string) =>
  `misdirected: This server does not answer for ${name}. If it should, it is to be started ` +
  `with --allowed-host ${name}.`;
const unsafe = "misdirected: What is asked for by https must come by TLS.";

for (
  const [does, settings, request, expected] of [
    ["the machine itself", {}, { from: proxy, authority: "localhost:8000" }, undefined],
    [
      "a page whose name leads here",
      {},
      { from: proxy, authority: "Evil.example:8000" },
      notHere("evil.example"),
    ],
    [
      "a page whose name leads here, and which says that it does not",
      {},
      { from: proxy, authority: "evil.example", headers: host("localhost") },
      notHere("evil.example"),
    ],
    [
      "a page whose name leads here, as if it came by a proxy",
      behind,
      { from: proxy, authority: "evil.example", headers: host("localhost") },
      notHere("evil.example"),
    ],
    [
      "a page whose name leads to the proxy",
      behind,
      { from: proxy, authority: "127.0.0.1:8000", headers: host("evil.example") },
      notHere("evil.example"),
    ],
    [
      "a proxy that passes on a name of ours",
      { ...behind, allowedHosts: ["chat.example"] },
      { from: proxy, authority: "127.0.0.1:8000", headers: host("chat.example:443") },
      undefined,
    ],
    [
      "a proxy that keeps the name for itself",
      behind,
      { from: proxy, authority: "127.0.0.1:8000" },
      undefined,
    ],
    ...["-x.evil.example", "a!b.evil.example", `${"a".repeat(300)}.evil.example`].flatMap(
      (name) => {
        const shown = name.slice(-16);
        return [
          [`a proxy's …${shown}`, chat, { ...passedOn, headers: host(name) }, unreadable],
          [
            `the standard …${shown}`,
            chat,
            { ...passedOn, headers: standardHost(name) },
            unreadable,
          ],
          [`a client's …${shown}`, { allowedHosts: ["chat.example"] }, {
            ...passedOn,
            headers: host(name),
          }, undefined],
        ] as const;
      },
    ),
    [
      "a host in Forwarded that is empty",
      chat,
      { ...passedOn, headers: standardHost('""') },
      unreadable,
    ],
    [
      "a host that cannot be read, by a proxy, where any will do",
      { ...behind, toOthers: true },
      { ...passedOn, headers: host("-x.evil.example") },
      undefined,
    ],
    ["no host at all", {}, { from: proxy, authority: null }, undefined],
    [
      "a host that cannot be",
      {},
      { from: proxy, authority: "a%2e" },
      "misdirected: This server does not answer for that host.",
    ],
    [
      "a host that is too long to be repeated",
      {},
      { from: proxy, authority: `${"a".repeat(300)}.example` },
      "misdirected: This server does not answer for that host.",
    ],
    ["a Unix socket, by any name", {}, { from: "", authority: "whatever" }, undefined],
    [
      "a Unix socket, by a name that is not among those given",
      { allowedHosts: ["chat.example"] },
      { from: "", authority: "evil.example" },
      notHere("evil.example"),
    ],
    [
      "a Unix socket, by a name that is given",
      { allowedHosts: ["chat.example"] },
      { from: "", authority: "chat.example:80" },
      undefined,
    ],
    [
      "a Unix socket, by the machine's own name, where others are given",
      { allowedHosts: ["chat.example"] },
      { from: "", authority: "localhost" },
      undefined,
    ],
    [
      "a Unix socket, without a name, where some are given",
      { allowedHosts: ["chat.example"] },
      { from: "", authority: null },
      undefined,
    ],
    [
      "a Unix socket, by any name, where others can come elsewhere",
      { toOthers: true },
      { from: "", authority: "whatever" },
      undefined,
    ],
    [
      "a proxy at a Unix socket",
      { trustedProxies: ["unix"] },
      { from: "", authority: "evil.example" },
      notHere("evil.example"),
    ],
    [
      "any name, where others can come",
      { toOthers: true },
      { authority: "evil.example" },
      undefined,
    ],
    [
      "any name, where it is told which",
      { toOthers: true, allowedHosts: ["chat.example"] },
      { authority: "evil.example" },
      notHere("evil.example"),
    ],
    ["what is asked of https, without TLS", {}, {
      from: proxy,
      scheme: "https",
      authority: "localhost",
    }, unsafe],
    ["what is asked of https by a Unix socket", {}, { from: "", scheme: "https" }, unsafe],
    [
      "what is asked of https by TLS",
      {},
      { from: proxy, secure: true, scheme: "https", authority: "localhost" },
      undefined,
    ],
    [
      "what is asked of https by a proxy",
      behind,
      { from: proxy, scheme: "https", authority: "localhost" },
      undefined,
    ],
    [
      "what is asked of http, as a URL",
      {},
      { from: proxy, scheme: "http", authority: "localhost" },
      undefined,
    ],
    [
      "a page of another origin that writes",
      {},
      {
        method: "POST",
        from: proxy,
        authority: "localhost",
        headers: [["Origin", "https://evil.example"]],
      },
      "forbidden: A page of https://evil.example may not do this here. If it should, the server is " +
      "to be started with --cors-origin https://evil.example.",
    ],
    [
      "a page of the host that a proxy tells",
      { ...behind, allowedHosts: ["chat.example"] },
      {
        method: "POST",
        from: proxy,
        authority: "127.0.0.1",
        headers: [...host("chat.example"), ["Origin", "https://chat.example"]],
      },
      undefined,
    ],
  ] as readonly (readonly [string, Settings, Asking, string | undefined])[]
) {
  Deno.test(`${expected === undefined ? "let in" : "kept out"}: ${does}`, () => {
    assertEquals(refusal(settings, request), expected);
  });
}

Deno.test("a proxy may stand for many, and nobody else", () => {
  const front = new Front({ ...home, trustedProxies: ["10.0.0.0/8", "unix"] });
  const addresses = ["10.1.2.3", "", "192.0.2.1", "::ffff:10.0.0.1", "10.1.2.3"];
  assertEquals(addresses.map((address) => front.isProxy(address)), [true, true, false, true, true]);
  assertEquals(new Front(home).isProxy(""), false);
});

Deno.test("settings that cannot be read are told at once", () => {
  assertThrows(() => new Front({ ...home, trustedProxies: ["proxy.example"] }), RangeError);
  assertThrows(() => new Front({ ...home, allowedHosts: ["a:80"] }), RangeError);
});
