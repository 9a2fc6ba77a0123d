import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Message } from "../../../../../lib/api/schemas.ts";
import {
  linkUnitsMax,
  mentionUnitsMax,
  messageLinksMax,
  textParts,
} from "../../../../../client/web/page/views/text_parts.ts";

function said(text: string, author = "bob"): Message {
  return {
    id: 1,
    room: "common",
    room_kind: "common",
    author,
    text,
    at: "2026-11-20T18:30:00.000Z",
    expires_at: "2026-11-20T19:30:00.000Z",
    comments: 0,
    files: [],
  };
}

/** The links, or the mentions, in a text as alice reads it. */
function found(kind: "link" | "mention", text: string): string[] {
  return textParts(said(text), "alice").filter((part) => part.kind === kind)
    .map((part) => part.text);
}

const links: readonly (readonly [string, readonly string[]])[] = [
  ["nothing", []],
  ["https://example.org", ["https://example.org"]],
  ["HTTP://example.org/A", ["HTTP://example.org/A"]],
  ["see https://example.org/a?b=c#d.", ["https://example.org/a?b=c#d"]],
  ["(https://example.org/)", ["https://example.org/"]],
  ["https://example.org/Deno_(animal)", ["https://example.org/Deno_(animal)"]],
  ["(https://example.org/Deno_(animal)).", ["https://example.org/Deno_(animal)"]],
  ["<https://example.org/>", ["https://example.org/"]],
  ['"https://example.org/"', ["https://example.org/"]],
  ["https://a.example https://b.example", ["https://a.example", "https://b.example"]],
  ["javascript:alert(1) data:text/html,x ftp://example.org file:///etc", []],
  ["xhttps://example.org", []],
  ["https://", []],
  ["https://[", []],
];
for (const [text, expected] of links) {
  Deno.test(`textParts() finds links in ${text}`, () => {
    assertEquals(found("link", text), expected);
  });
}

Deno.test("a link ends before what would make it look like another one", () => {
  assertEquals(found("link", "https://a.example/\u202eelpmaxe.b//:sptth"), ["https://a.example/"]);
  assertEquals(found("link", "https://a.example/\u2066x"), ["https://a.example/"]);
  assertEquals(found("link", "https://a\u200b.example/"), ["https://a"]);
  assertEquals(found("link", "https://a.example/\u0007x"), ["https://a.example/"]);
});

Deno.test("an address becomes a link up to its bound", () => {
  const begin = "https://example.org/";
  const longest = begin + "a".repeat(linkUnitsMax - begin.length);
  assertEquals(found("link", longest), [longest]);
  assertEquals(found("link", `${longest}a`), []);
});

Deno.test("a message has as many links as its bound, and then text", () => {
  const many = (count: number) => "http://a.example ".repeat(count);
  assertEquals(found("link", many(messageLinksMax)).length, messageLinksMax);
  assertEquals(found("link", many(messageLinksMax + 1)).length, messageLinksMax);
});

const calls: readonly (readonly [string, readonly string[]])[] = [
  ["hello @alice", ["@alice"]],
  ["@ALICE, @alice's and (@Alice).", ["@ALICE", "@alice", "@Alice"]],
  ["＠ａｌｉｃｅ", ["＠ａｌｉｃｅ"]],
  ["@bob,@alice", ["@alice"]],
  ["@alice, not @alicex", ["@alice"]],
  ["@alice2 @alicex mail@alice.example", []],
  ["@bob", []],
  ["alice", []],
  ["https://example.org/@alice", []],
];
for (const [text, expected] of calls) {
  Deno.test(`textParts() finds who is called in ${text}`, () => {
    assertEquals(found("mention", text), expected);
  });
}

Deno.test("nobody calls themselves", () => {
  const parts = textParts(said("@alice", "alice"), "alice");
  assertEquals(parts, [{ kind: "text", text: "@alice" }]);
});

Deno.test("a word is compared with a name up to its bound", () => {
  const name = (units: number) => "a".repeat(units);
  const parts = (units: number) => textParts(said(`@${name(units)}`), name(units));
  assertEquals(parts(mentionUnitsMax - 1).map(({ kind }) => kind), ["mention"]);
  assertEquals(parts(mentionUnitsMax).map(({ kind }) => kind), ["text"]);
});

Deno.test("the parts of a text are all of it, in order", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "@alice",
      "@",
      "https://a.example/",
      ")",
      "(",
      ".",
      " ",
      "\n",
      "\u202e",
      "http",
    ),
    fc.string({ unit: "binary-ascii", maxLength: 5 }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
    const text = pieces.join("");
    const parts = textParts(said(text), "alice");
    assertEquals(parts.map((part) => part.text).join(""), text);
    assertEquals(parts.some((part) => part.text === ""), false);
  }));
});
