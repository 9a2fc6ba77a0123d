/**
 * The page that documents the API.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { curlLine, placeholders } from "../../../lib/docs/curl_examples.ts";
import { type DocsFacts, docsPage, docsStyle } from "../../../lib/docs/page.ts";
import { prose } from "../../../lib/docs/prose.ts";
import { eventGuide, noticeGuide } from "../../../lib/docs/event_guide.ts";
import { type Operation, operations, topics } from "../../../lib/api/operations.ts";
import { problemGuide } from "../../../lib/docs/problem_guide.ts";
import { type ProblemCode, problemKinds } from "../../../lib/api/problems.ts";
import { shapeNames } from "../../../lib/docs/shapes.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { escapeHtml } from "../../../lib/text/html.ts";

const facts: DocsFacts = { version: "1.2.3", policy: defaultPolicy, fileBytesMax: 5_242_880 };
const page = docsPage(facts);
const all: readonly (readonly [string, Operation])[] = Object.entries(operations);
const codes = Object.keys(problemKinds) as ProblemCode[];

/** A tag of the page with its attributes, as far as it has any. */
interface Tag {
  readonly name: string;
  readonly closes: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

const tagText = /<(\/?)([a-z]\w*)((?: [a-z-]+="[^"<>]*")*)>/g;

function tagsOf(html: string): Tag[] {
  return [...html.matchAll(tagText)].map(([, slash, name = "", attributes = ""]) => ({
    name,
    closes: slash === "/",
    attributes: new Map(
      [...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) =>
        [name, value] as const
      ),
    ),
  }));
}

const tags = tagsOf(page);

function attributes(name: string): string[] {
  return tags.flatMap(({ attributes }) => attributes.get(name) ?? []);
}

/** What stands between the element with this id and the next heading. */
function sectionOf(id: string): string {
  const [, after = ""] = page.split(`id="${id}"`);
  return after.split(/<h[1-6]/)[0] ?? "";
}

/** What the tags of `html` leave to read. */
function textOf(html: string): string {
  return html.replaceAll(tagText, "").replaceAll(
    /&(#39|\w+);/g,
    (entity) =>
      ({ "&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"', "&#39;": "'" })[entity] ?? entity,
  );
}

Deno.test("the page is whole: a language, a title, and every element is closed in its order", () => {
  assertMatch(page, /^<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">/);
  assertMatch(page, /<meta name="viewport" content="width=device-width, initial-scale=1">/);
  assertMatch(page, /<title>[^<]+<\/title>/);
  const open: string[] = [];
  for (const { name, closes } of tags) {
    if (name === "meta") continue;
    if (closes) assertEquals(open.pop(), name);
    else open.push(name);
  }
  assertEquals(open, []);
});

Deno.test("whatever begins like markup in the page is a tag", () => {
  const rest = page.replace("<!DOCTYPE html>", "").replace(docsStyle, "").replaceAll(tagText, "");
  assertEquals(rest.match(/[<>]/g), null);
  assertEquals(rest.replaceAll(/&(lt|gt|amp|quot|#39);/g, "").match(/&/g), null);
});

Deno.test("no element stands where it must not", () => {
  const open: string[] = [];
  for (const { name, closes } of tags) {
    if (name === "meta") continue;
    if (closes) {
      open.pop();
      continue;
    }
    const parent = open.at(-1);
    if (name === "li") assertEquals(parent, "ul");
    if (name === "dt" || name === "dd") assertEquals(parent, "dl");
    if (name === "ul" || name === "dl" || name === "pre" || name === "p") {
      assert(!open.includes("p"), `${name} in a paragraph`);
    }
    if (parent === "ul") assertEquals(name, "li");
    open.push(name);
  }
});

Deno.test("the page runs no script and loads nothing", () => {
  assertEquals(
    tags.filter(({ name }) => /^(script|link|img|iframe|object|form|base)$/.test(name)),
    [],
  );
  assertEquals([...new Set(tags.flatMap(({ attributes }) => [...attributes.keys()]))].toSorted(), [
    "aria-label",
    "aria-labelledby",
    "charset",
    "content",
    "href",
    "id",
    "lang",
    "name",
  ]);
  assertEquals(docsStyle.match(/url\(|@import|<|https?:/g), null);
  assertEquals(tags.filter(({ name, closes }) => name === "style" && !closes).length, 1);
  assert(page.includes(`<style>${docsStyle}</style>`));
});

Deno.test("the page is light or dark as the reader has it, and can be printed", () => {
  assertMatch(docsStyle, /@media \(prefers-color-scheme: dark\)/);
  assertMatch(docsStyle, /@media print/);
});

Deno.test("every id is there once, and every link in the page has its target", () => {
  const ids = attributes("id");
  assertEquals(ids.filter((id, at) => ids.indexOf(id) !== at), []);
  assertEquals(ids.filter((id) => !/^[a-zA-Z][\w-]*$/.test(id)), []);
  const links = attributes("href");
  assert(links.length > 300);
  for (const link of links) {
    if (link === "/openapi.json") continue;
    assertEquals(link[0], "#");
    assert(ids.includes(link.slice(1)), `${link} leads nowhere`);
  }
  for (const label of attributes("aria-labelledby")) assert(ids.includes(label), label);
});

Deno.test("headings go down one step at a time", () => {
  const levels = tags.filter(({ name, closes }) => /^h[1-6]$/.test(name) && !closes)
    .map(({ name }) => Number(name[1]));
  assertEquals(levels[0], 1);
  assertEquals(levels.filter((level) => level === 1).length, 1);
  for (const [at, level] of levels.slice(1).entries()) assert(level <= (levels[at] ?? 0) + 1);
});

for (const [name, operation] of all) {
  Deno.test(`${name} is shown with its summary, its line, its fields, its ends`, () => {
    const section = sectionOf(`operation-${name}`);
    const text = textOf(section);
    assert(text.includes(`${operation.method} ${operation.route}`));
    assert(text.includes(`${operation.summary.replaceAll("`", "")}.`));
    assert(section.includes(`<pre><code>${escapeHtml(curlLine(operation))}</code></pre>`));
    for (const { shape } of [operation.path, operation.query, operation.body]) {
      for (const field of Object.keys(shape)) {
        assert(section.includes(`<dt><code>${field}</code>`), field);
      }
    }
    for (const status of operation.statuses) {
      assert(section.includes(`<strong>${status}</strong>`), `${status}`);
    }
    for (const code of operation.problems) assert(section.includes(`href="#${code}"`), code);
    assert(attributes("href").includes(`#operation-${name}`), "it is in the contents");
  });
}

for (const code of codes) {
  Deno.test(`${code} is explained where its problems link to`, () => {
    const { status, title } = problemKinds[code];
    const { cause, cure } = problemGuide[code];
    const text = textOf(sectionOf(code));
    assert(text.includes(`${status}`));
    for (const sentence of [`${title}.`, cause, cure]) {
      assert(text.includes(sentence.replaceAll("`", "")), sentence);
      assertMatch(sentence, /^[`A-Z].*\.$/);
    }
  });
}

Deno.test("every chapter, placeholder, event, notice and shape is there", () => {
  const headings = [...page.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, heading]) => heading);
  for (const topic of topics) assert(headings.includes(topic));
  const words = [
    ...Object.keys(placeholders).map((name) => `$${name}`),
    ...Object.keys(eventGuide),
    ...Object.keys(noticeGuide),
  ];
  for (const word of words) assert(page.includes(`<dt><code>${word}</code></dt>`), word);
  for (const name of shapeNames) assert(attributes("id").includes(`shape-${name}`), name);
});

Deno.test("bounds, fallbacks and choices of fields are told", () => {
  const text = textOf(sectionOf("operation-listMessages"));
  assert(text.includes("whole number, 1–200, 50 if left out"));
  assert(textOf(sectionOf("shape-RoomSummary")).includes("common or private or room"));
  assert(sectionOf("shape-MessagePage").includes('list, each <a href="#shape-Message">'));
  assert(textOf(sectionOf("operation-comment")).includes("in the body, required"));
});

Deno.test("the page tells how this server is set", () => {
  const text = textOf(sectionOf("limits"));
  assert(text.includes("at most 20 messages"));
  assert(text.includes("At 3 reports a user cannot send for 4h."));
  assert(text.includes("A file has at most 5MB."));
  const free = docsPage({ ...facts, policy: { ...defaultPolicy, limit: 0, banAfter: 0 } });
  assert(free.includes("There is no limit on messages"));
  assert(free.includes("Reports ban nobody."));
});

Deno.test("what is put into the page is escaped", () => {
  const hostile = docsPage({ ...facts, version: `<script>alert("1")</script>&'` });
  assert(hostile.includes("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;"));
  assert(!hostile.includes("<script"));
});

Deno.test("prose() makes code of what is in backticks, and links of the codes of problems", () => {
  assertEquals(
    String(prose("a <b> `c<d>` is `not_found` or `constructor`")),
    'a &lt;b&gt; <code>c&lt;d&gt;</code> is <a href="#not_found"><code>not_found</code></a> or <code>constructor</code>',
  );
});
