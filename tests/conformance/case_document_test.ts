/**
 * A document that is not written as it must be is refused, loudly: a case that is misread tests
 * nothing.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseDocument } from "./case_document.ts";
import { bytesOf, lineOf, shown } from "./wire_notation.ts";

const heading = "## A request is answered";
const requirement = "RFC 9112 §3, MUST: It is answered.";
const block = ["> GET / HTTP/1.1", "> Host: a", ">", "= GET / HTTP/1.1 for a", "= end", "< 200"];

function written(lines: readonly string[], { title = heading, text = requirement } = {}): string {
  return `# Title\n\nA paragraph.\n\n${title}\n\n${text}\n\n\`\`\`text\n${
    lines.join("\n")
  }\n\`\`\`\n`;
}

Deno.test("parseDocument() reads what is sent, what is told and what comes back", () => {
  const [read, ...others] = parseDocument(written([
    "limits: headerLinesMax=5 requestLineBytesMax=40",
    "> GET / HTTP/1.1",
    "> Host: a",
    ">",
    "= GET / HTTP/1.1 for a, last",
    "= end",
    "< 200",
    "<   Content-Length: 3",
    "<   no Transfer-Encoding",
    "<   body a\\tb",
    "<   wire",
    ">|",
    "= closed",
    "< close",
  ]));
  assertEquals(others, []);
  assertEquals(read?.title, "A request is answered");
  assertEquals(read?.requirement, requirement);
  assertEquals(read?.limits, { headerLinesMax: 5, requestLineBytesMax: 40 });
  assertEquals(read?.variants, [{
    label: "",
    steps: [
      { type: "send", bytes: "GET / HTTP/1.1\r\nHost: a\r\n\r\n" },
      {
        type: "answer",
        answer: {
          status: 200,
          headers: [["Content-Length", "3"]],
          absent: ["Transfer-Encoding"],
          body: "a\tb",
          wire: "",
        },
      },
      { type: "end_input" },
    ],
    events: ["GET / HTTP/1.1 for a, last", "end", "closed"],
    ending: "close",
  }]);
});

Deno.test("parseDocument() makes a variant of each word, and of each byte of a range", () => {
  const lines = ["each: a$& \\x1e..\\x20", ...block, "<   X: {each}"];
  const labels = parseDocument(written(lines)).flatMap(({ variants }) =>
    variants.map(({ label, steps }) => {
      const last = steps.at(-1);
      return [label, last?.type === "answer" ? last.answer.headers[0]?.[1] : undefined];
    })
  );
  assertEquals(labels, [["a$&", "a$&"], ["\\x1e", "\x1e"], ["\\x1f", "\x1f"], ["\\x20", " "]]);
});

const faulty: readonly (readonly [what: string, document: string, why: RegExp])[] = [
  ["no title", `${heading}\n\n${requirement}\n`, /does not open with a title/],
  ["no paragraph under its title", `# Title\n\n${heading}\n`, /does not open with a title/],
  ["no case", "# Title\n\nA paragraph.\n", /has no case/],
  ["a case without a block", `# T\n\nA.\n\n${heading}\n\n${requirement}\n`, /has no block/],
  ["a block of another language", written(block).replace("```text", "```http"), /has no block/],
  ["a block that does not end", written(block).replace(/```\n$/, ""), /has no block/],
  [
    "two blocks in a case",
    `${written(block)}\n\`\`\`text\n> x\n\`\`\`\n`,
    /stands behind its block/,
  ],
  ["a case without a section", written(block, { text: "MUST: It is." }), /does not begin with a/],
  ["a case without a level", written(block, { text: "RFC 9112 §3: It is." }), /does not begin/],
  ["a level that is none", written(block, { text: "RFC 9112 §3, WILL: It is." }), /does not begin/],
  [
    "a requirement without words",
    written(block, { text: "RFC 9112 §3, MUST: " }),
    /does not begin/,
  ],
  ["an unknown key", written(["limit: headerLinesMax=5", ...block]), /no key "limit"/],
  [
    "a key in the wrong place",
    written([...block, "limits: headerLinesMax=5"]),
    /no line of a case/,
  ],
  ["a bound that is none", written(["limits: headerMax=5", ...block]), /no limit "headerMax=5"/],
  ["a bound without a number", written(["limits: headerLinesMax", ...block]), /no limit/],
  ["a list of one", written(["each: a", ...block]), /list of one/],
  ["a list that is not used", written(["each: a b", ...block]), /does not occur/],
  ["an unknown sign", written([...block, "? what"]), /no line of a case/],
  ["a sign without its blank", written([">GET / HTTP/1.1", ...block]), /no line of a case/],
  ["an empty line in a block", written([...block, ""]), /no line of a case/],
  ["a blank at the end of a line", written(["> a ", ...block]), /is not seen/],
  ["a tab", written(["> a\tb", ...block]), /Cannot read \tb/],
  ["more than ASCII", written(["> ä", ...block]), /Cannot read ä/],
  ["an unknown escape", written(["> \\q", ...block]), /escape \\q/],
  ["half an escape", written(["> \\x1", ...block]), /escape \\x/],
  ["a brace that stands alone", written(["> {", ...block]), /Cannot read \{/],
  ["a repetition without a number", written(["> {a*}", ...block]), /Cannot read \{a\*\}/],
  ["an empty event", written([...block, "="]), /no line of a case/],
  ["an answer without a status", written([...block, "< OK"]), /no status/],
  ["a header before its answer", written(["> a", "<   A: b", ...block]), /belongs to no answer/],
  ["a header without a value", written([...block, "<   A:"]), /says nothing/],
  ["nothing that is sent", written(["= end", "< 200"]), /nothing is sent/],
  ["nothing that comes back", written(["> a", "= end"]), /nothing comes back/],
  ["no events", written(["> a", "< 200"]), /no events/],
  [
    "something behind the end",
    written([...block, "= closed", "< close", "> a"]),
    /end came before/,
  ],
  ["an end that the core tells alone", written([...block, "= closed"]), /end differently/],
  ["an end that the wire tells alone", written([...block, "< close"]), /end differently/],
  [
    "an error without an end",
    written(["> a", "= error 400 malformed", "< 400"]),
    /end differently/,
  ],
  ["time that ends nothing", written([...block, "~"]), /does not end/],
];

for (const [what, document, why] of faulty) {
  Deno.test(`parseDocument() refuses a document with ${what}`, () => {
    const error = assertThrows(() => parseDocument(document));
    assert(error instanceof SyntaxError && why.test(error.message), String(error));
  });
}

Deno.test("bytesOf() reads escapes and repetitions", () => {
  assertEquals(bytesOf("a\\r\\n\\t\\0\\s\\\\\\{\\}\\xff"), "a\r\n\t\0 \\{}\xff");
  assertEquals(bytesOf("{ab\\n*3}{*5}{2*2*2}"), "ab\nab\nab\n2*22*2");
  assertEquals(bytesOf("{x*0}"), "");
});

Deno.test("lineOf() ends a line unless a lone backslash stands at its end", () => {
  assertEquals(lineOf("a"), "a\r\n");
  assertEquals(lineOf(""), "\r\n");
  assertEquals(lineOf("a\\"), "a");
  assertEquals(lineOf("a\\\\"), "a\\\r\n");
  assertEquals(lineOf("a\\\\\\"), "a\\");
});

Deno.test("shown() is the notation of what bytesOf() reads", () => {
  for (const text of ["plain", "\\x01\\xff\\r\\n\\0", "a\\{b\\}", "end\\s", "{x*100}", "a\\\\"]) {
    assertEquals(shown(bytesOf(text)), text);
  }
});
