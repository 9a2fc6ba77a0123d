/**
 * A short fuzzing with fixed seeds; `deno task fuzz` goes on for as long as one likes.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Response } from "../../server/http/exchange.ts";
import { canaries } from "./canaries.ts";
import { Fault } from "./core_drive.ts";
import { escapedText } from "./escaped_text.ts";
import { findingText } from "./finding.ts";
import { fuzz, type FuzzReport } from "./fuzzer.ts";
import { minimised, movedPlace } from "./minimiser.ts";
import { neverSaid, refusalTexts, unknownTo } from "./refusals.ts";
import { SocketArena } from "./socket_arena.ts";

const cases = 1200;
/** Faults that were put in must show within so many. */
const canaryCases = 4000;

/** What was found, for a reader of a failed test. */
function found({ finding }: FuzzReport): string | undefined {
  return finding && findingText(finding);
}

Deno.test("whatever bytes come, each way of reading them is the same, and the server stays well", async () => {
  const report = await fuzz({ seed: 1, sockets: true, goesOn: (number) => number < cases });
  assertEquals(found(report), undefined);
  assertEquals(report.cases, cases);
  assert(report.dialogues > 100 && report.connections > 100 && report.shapes.size > 100);
  const texts = refusalTexts();
  assert(texts.length > 30, "the source is read");
  assertEquals(unknownTo(texts, report.messages.keys()), []);
  assert(neverSaid(texts, report.messages.keys()).length < texts.length / 4);
});

Deno.test("a seed replays the same cases", async () => {
  const run = (seed: number) => fuzz({ seed, goesOn: (number) => number < 100 });
  const first = await run(2);
  assertEquals(await run(2), first);
  assert((await run(3)).shapes.size !== 0);
});

for (const [name, canary] of Object.entries(canaries)) {
  Deno.test(`fuzzing notices ${name}`, async () => {
    const goesOn = (number: number) => number < canaryCases;
    const report = await fuzz({ seed: 3, canary, goesOn, asFound: true });
    assert(report.finding !== undefined, `not within ${canaryCases} cases`);
  });
}

Deno.test("what is found is told with the shortest input, its case and its circumstances", async () => {
  const canary = canaries["an error that is told only once"];
  assert(canary !== undefined);
  const { finding } = await fuzz({ seed: 5, canary, goesOn: () => true });
  assert(finding !== undefined);
  assertEquals(finding.texts.map((text) => text.length), [1]);
  const text = findingText(finding);
  assert(text.startsWith(`Found in case ${finding.caseNumber} (core): Fault: it goes on after`));
  assert(text.includes("input, 1 bytes:") && text.includes(`circumstances: {"limits":`));
});

Deno.test("the peers of a listener notice an answer that belongs to another", async () => {
  const arena = new SocketArena(canaries["an answer that belongs to another request"]?.wrap);
  const peer = (path: string) => ({
    text: `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
    cuts: [],
    leaving: "end" as const,
  });
  const paths = Array.from({ length: 40 }, (_, number) => `/${number}`);
  try {
    await assertRejects(
      () => arena.round(paths.map(peer)),
      Fault,
    );
  } finally {
    await arena.close();
  }
});

Deno.test("the peers of a listener notice one that does not answer", async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const arena = new SocketArena(() => () => promise, { patienceMs: 100 });
  try {
    await assertRejects(() => arena.round([]), Fault, "a fresh request: waited for in vain");
  } finally {
    resolve({ status: 200, headers: [] });
    await arena.close();
  }
});

Deno.test("the minimiser leaves nothing that can be left out", async () => {
  const fails = ({ text }: { text: string }) => /b.*y/.test(text);
  const without = ({ text }: { text: string }, from: number, to: number) => ({
    text: text.slice(0, from) + text.slice(to),
  });
  assertEquals(await minimised({ text: "aaaabccccccyzz".repeat(20) }, without, fails), {
    text: "by",
  });
  assertEquals(await minimised({ text: "by" }, without, fails), { text: "by" });
  assertEquals([3, 5, 9].map((place) => movedPlace(place, 3, 7)), [3, 3, 5]);
});

Deno.test("a text is escaped so that it can be pasted", () => {
  assertEquals(escapedText('GET "\\\r\n\t\0\xff'), 'GET \\"\\\\\\r\\n\\t\\x00\\xff');
  assertEquals(escapedText(`a${"x".repeat(12)}\0`), "a{×12 x}\\x00");
});

Deno.test("refusals that were never reached, and unknown ones, are told", () => {
  assertEquals(neverSaid(["a b", "c d"], ["Cannot: a b."]), ["c d"]);
  assertEquals(unknownTo(["a b", "c d"], ["Cannot: a b.", "Cannot: e"]), ["Cannot: e"]);
});
