/**
 * Hosts and ports as requests name them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  authorityCharactersMax,
  isLocalHost,
  parseAuthority,
} from "../../../../server/api/front/authority.ts";

for (
  const [text, host, port] of [
    ["chat.example", "chat.example", ""],
    ["Chat.EXAMPLE:8000", "chat.example", "8000"],
    ["chat.example.", "chat.example", ""],
    ["chat.example.:80", "chat.example", "80"],
    ["chat.example:", "chat.example", ""],
    ["xn--e1aybc.example", "xn--e1aybc.example", ""],
    ["my_host", "my_host", ""],
    ["_sip.example", "_sip.example", ""],
    ["127.0.0.1:8000", "127.0.0.1", "8000"],
    ["[::1]", "[::1]", ""],
    ["[0:0::0:1]:8000", "[::1]", "8000"],
    ["[2001:DB8::1]:80", "[2001:db8::1]", "80"],
    ["[::ffff:127.0.0.1]", "127.0.0.1", ""],
  ] as const
) {
  Deno.test(`parseAuthority() reads ${text}`, () => {
    assertEquals(parseAuthority(text), { host, port });
  });
}

for (
  const text of [
    "",
    ":80",
    ".",
    ".example",
    "-a",
    "a b",
    "a/b",
    "a?b",
    "a#b",
    "user@a",
    "a@b:80",
    "a:b",
    "a:80:80",
    "a:123456",
    "a%2e",
    "<b>",
    'a"',
    "тест.example",
    "::1",
    "[::1",
    "::1]",
    "[]",
    "[127.0.0.1",
    "[1.2.3]",
    "[::g]",
    "[::1]a",
    "[fe80::1%25eth0]",
    "a, b",
  ]
) {
  Deno.test(`parseAuthority() refuses ${JSON.stringify(text)}`, () => {
    assertEquals(parseAuthority(text), undefined);
  });
}

Deno.test(`an authority has at most ${authorityCharactersMax} characters`, () => {
  for (const over of [-1, 0, 1]) {
    const text = "a".repeat(authorityCharactersMax + over);
    assertEquals(parseAuthority(text) !== undefined, over <= 0, `${text.length}`);
  }
});

for (
  const [text, expected] of [
    ["localhost", true],
    ["LOCALHOST.", true],
    ["chat.localhost", true],
    ["a.b.localhost:3000", true],
    ["127.0.0.1", true],
    ["127.8.9.10:80", true],
    ["[::1]:80", true],
    ["[::ffff:127.0.0.1]", true],
    ["localhost.example", false],
    ["notlocalhost", false],
    ["evil-localhost", false],
    ["127.0.0.1.example", false],
    ["127.1", false],
    ["0.0.0.0", false],
    ["[::]", false],
    ["128.0.0.1", false],
    ["[::2]", false],
    ["[fe80::1]", false],
  ] as const
) {
  Deno.test(`${text} leads ${expected ? "nowhere but here" : "perhaps elsewhere"}`, () => {
    const authority = parseAuthority(text);
    assert(authority !== undefined);
    assertEquals(isLocalHost(authority.host), expected);
  });
}
