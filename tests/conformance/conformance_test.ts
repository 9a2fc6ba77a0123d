/**
 * Every case of the documents of this folder: on the I/O-free core, however its bytes are cut, and
 * through a socket.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { date } from "../server/http/protocol/transcript.ts";
import { checkAnswers } from "./answer_checks.ts";
import { type Case, type ExpectedAnswer, parseDocument, type Variant } from "./case_document.ts";
import { playCore, type Played } from "./core_dialogue.ts";
import { playSocket } from "./socket_dialogue.ts";
import { shown } from "./wire_notation.ts";

const casesMin = 400;

/** A further request, which is read as one if the connection goes on, and never if it does not. */
const probe = "GET /probe HTTP/1.1\r\nHost: probe\r\n\r\n";
const probeEvents = ["GET /probe HTTP/1.1 for probe", "field Host: probe", "end"];
const probeAnswer: ExpectedAnswer = {
  status: 200,
  headers: [],
  absent: [],
  body: "",
  wire: undefined,
};

const folder = new URL("./", import.meta.url);
const documents: readonly string[] = [...Deno.readDirSync(folder)].map(({ name }) => name)
  .filter((name) => name.endsWith(".md") && name !== "README.md").toSorted();

const cases: readonly (readonly [document: string, test: Case])[] = documents.flatMap((document) =>
  casesOf(document).map((test) => [document, test] as const)
);

function casesOf(document: string): Case[] {
  try {
    return parseDocument(Deno.readTextFileSync(new URL(document, folder)));
  } catch (cause) {
    throw new Error(`Cannot use ${document}`, { cause });
  }
}

for (const [document, { title, limits, variants }] of cases) {
  Deno.test(`${document}: ${title}`, async () => {
    for (const variant of variants) {
      try {
        await play(variant, limits);
      } catch (cause) {
        if (variant.label === "") throw cause;
        throw new Error(`with ${variant.label}`, { cause });
      }
    }
  });
}

Deno.test(`there are at least ${casesMin} cases, each with a title of its own`, () => {
  const titles = cases.map(([, { title }]) => title);
  assertEquals(titles.filter((title, at) => titles.indexOf(title) !== at), []);
  assert(titles.length >= casesMin, `${titles.length}`);
});

async function play(variant: Variant, limits: Case["limits"]): Promise<void> {
  const { steps, ending } = variant;
  const sent = steps.flatMap((step) => step.type === "send" ? [step.bytes] : []);
  const ends = steps.some(({ type }) => type === "end_input");
  const timeless = !steps.some(({ type }) => type === "pass_time");
  const behind = ends || !timeless ? "" : probe;
  const whole = sent.join("");
  const inTurns = [...sent.slice(0, -1), `${sent.at(-1) ?? ""}${behind}`];
  const ways: readonly (readonly [name: string, pieces: readonly string[], behind: string])[] = [
    ["in turns", inTurns, behind],
    ["whole", [whole], ""],
    ["byte by byte", [...whole], ""],
    ["whole, with bytes behind", [whole + behind], behind],
    ["byte by byte, with bytes behind", [...(whole + behind)], behind],
  ];
  const played = ways.map(([name, pieces, behind]) => {
    const played = playCore(pieces, { limits, ends, date });
    const probed = behind !== "" && ending === "open";
    checkEvents(played.events, variant.events, probed ? probeEvents : [], name);
    if (!timeless) return played;
    assertEquals(played.state, ending === "open" ? "idle" : "ended", name);
    const expected = [...answersOf(variant), ...probed ? [probeAnswer] : []];
    if (name === "in turns") checkAnswers(played.wire, expected, played.requests, ending);
    else checkFinalAnswers(played, expected, ending);
    return played;
  });
  const [{ wire = "", requests = [] } = {}] = played;
  const heard = await playSocket(variant, limits, behind, requests);
  if (timeless) assertEquals(shown(heard), shown(wire), "what the socket and the core send");
  else checkAnswers(heard, answersOf(variant), requests, ending);
}

function answersOf({ steps }: Variant): ExpectedAnswer[] {
  return steps.flatMap((step) => step.type === "answer" ? [step.answer] : []);
}

/** Field lines count where the case speaks of some. */
function checkEvents(
  events: readonly string[],
  expected: readonly string[],
  behind: readonly string[],
  name: string,
): void {
  const isField = (line: string) => line.startsWith("field ");
  const counts = expected.some(isField) ? () => true : (line: string) => !isField(line);
  assertEquals(
    events.filter(counts).map(shown),
    [...expected, ...behind].filter(counts).map(shown),
    name,
  );
}

/** A body that is there already is not asked for, so interim answers depend on the cuts. */
function checkFinalAnswers(
  { wire, requests }: Played,
  expected: readonly ExpectedAnswer[],
  ending: Variant["ending"],
): void {
  const finals = wire.replaceAll("HTTP/1.1 100 Continue\r\n\r\n", "");
  checkAnswers(finals, expected.filter(({ status }) => status >= 200), requests, ending);
}
