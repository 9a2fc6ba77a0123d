/**
 * The hosts that the server answers for.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { AllowedHosts, isHost } from "../../../../server/api/front/hosts.ts";

const local = [
  "localhost",
  "LocalHost:8000",
  "localhost.",
  "chat.localhost:1",
  "127.0.0.1",
  "127.0.0.1:8000",
  "127.1.2.3",
  "[::1]",
  "[0:0:0:0:0:0:0:1]:80",
  "[::ffff:127.0.0.1]",
];
const elsewhere = [
  "evil.example",
  "evil.example:8000",
  "localhost.evil.example",
  "127.0.0.1.evil.example",
  "localhostevil",
  "192.0.2.1",
  "0.0.0.0:8000",
  "[::]",
  "[2001:db8::1]",
  "localhost:80:80",
  "user@localhost",
  "localhost/",
  "a%2elocalhost",
  "",
];

function answering(named: readonly string[], { toOthers }: { readonly toOthers: boolean }) {
  const hosts = new AllowedHosts(named);
  if (toOthers) hosts.openToOthers();
  return hosts;
}

Deno.test("a server that only this machine reaches answers for this machine alone", () => {
  const hosts = answering([], { toOthers: false });
  for (const authority of local) assertEquals(hosts.allows(authority), true, authority);
  for (const authority of elsewhere) assertEquals(hosts.allows(authority), false, authority);
});

Deno.test("a server that others reach answers for any host, until it is told for which", () => {
  const hosts = answering([], { toOthers: true });
  for (const authority of [...local, ...elsewhere]) {
    assertEquals(hosts.allows(authority), true, authority);
  }
});

for (const toOthers of [false, true]) {
  const where = toOthers ? "outside" : "at home";
  Deno.test(`named hosts are answered for beside local ones, ${where}`, () => {
    const allowed = ["Chat.Example.", "xn--e1aybc.example", "192.0.2.1", "[2001:DB8::1]", "::2"];
    const hosts = answering(allowed, { toOthers });
    const named = [
      "chat.example",
      "CHAT.EXAMPLE:8443",
      "chat.example.:80",
      "chat.example:",
      "xn--e1aybc.example",
      "192.0.2.1:8000",
      "[2001:db8:0::1]:1",
      "[::2]",
    ];
    for (const authority of [...named, ...local]) {
      assertEquals(hosts.allows(authority), true, authority);
    }
    const others = ["a.chat.example", "chat.example.evil", "achat.example", "example", "192.0.2.2"];
    const given = ["192.0.2.1", "[2001:db8::1]"];
    const strange = elsewhere.filter((authority) => !given.includes(authority));
    for (const authority of [...others, ...strange]) {
      assertEquals(hosts.allows(authority), false, authority);
    }
  });
}

Deno.test("whether hosts are named is known, wherever the server can be reached from", () => {
  for (const toOthers of [false, true]) {
    assertEquals(answering([], { toOthers }).areNamed, false);
    assertEquals(answering(["localhost"], { toOthers }).areNamed, true);
  }
});

Deno.test("each host is judged by itself, whichever came before", () => {
  const hosts = answering(["chat.example"], { toOthers: false });
  for (const _ of [1, 2]) {
    assertEquals(
      ["chat.example", "evil.example", "chat.example"].map((host) => hosts.allows(host)),
      [
        true,
        false,
        true,
      ],
    );
  }
});

for (
  const [text, expected] of [
    ["chat.example", true],
    ["CHAT.example.", true],
    ["192.0.2.1", true],
    ["::1", true],
    ["[::1]", true],
    ["chat.example:80", false],
    ["[::1]:80", false],
    ["http://chat.example", false],
    ["chat.example/", false],
    ["*.example", false],
    ["*", false],
    ["", false],
    ["тест.example", false],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} is ${expected ? "a host" : "no host"} to be allowed`, () => {
    assertEquals(isHost(text), expected);
    const make = () => new AllowedHosts([text]);
    if (expected) make();
    else assertThrows(make, RangeError, text);
  });
}
