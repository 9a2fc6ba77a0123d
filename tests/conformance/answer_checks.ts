/**
 * Holds answers against what a case expects, and against what holds for every answer.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Answer, readAnswer } from "../server/http/answer_reader.ts";
import type { Ending, ExpectedAnswer } from "./case_document.ts";

/** An answer, and what follows its head as it is on the wire. */
interface ReadAnswer extends Answer {
  readonly wire: string;
}

/** What the answers are to. */
export interface Asked {
  readonly method: string;
  readonly minorVersion: 0 | 1;
}

/**
 * Checks that `text` is made of the answers in `expected`, to `requests` in order, and nothing else.
 *
 * @param ending What the last of them must say of the connection.
 */
export function checkAnswers(
  text: string,
  expected: readonly ExpectedAnswer[],
  requests: readonly Asked[],
  ending: Ending,
): void {
  let rest = text;
  let finals = 0;
  for (const [at, wanted] of expected.entries()) {
    const request = requests[finals];
    const method = wanted.absent.includes("body") ? "HEAD" : request?.method ?? "";
    const read = readAnswer(rest, { method, ended: true });
    assert(read !== undefined, `answer ${at + 1} of ${expected.length} is not whole: ${rest}`);
    const headBytes = rest.indexOf("\r\n\r\n") + 4;
    const wire = rest.slice(headBytes, rest.length - read.rest.length);
    rest = read.rest;
    const answer = { ...read.answer, wire };
    checkExpected(answer, wanted);
    checkInvariants(answer, request, method);
    if (wanted.status >= 200) finals++;
    const isLast = at === expected.length - 1;
    assertEquals(saysClose(answer), isLast && ending === "close", "Connection: close");
  }
  assertEquals(rest, "", "more came than was to come");
}

function checkExpected(answer: ReadAnswer, wanted: ExpectedAnswer): void {
  assertEquals(answer.status, wanted.status);
  for (const [name, value] of wanted.headers) assertEquals(valuesOf(answer, name), [value], name);
  for (const name of wanted.absent) assertEquals(valuesOf(answer, name), [], name);
  if (wanted.body !== undefined) assertEquals(answer.body, wanted.body);
  if (wanted.wire !== undefined) assertEquals(answer.wire, wanted.wire);
}

/** What RFC 9110 and RFC 9112 ask of every answer. */
function checkInvariants(answer: ReadAnswer, request: Asked | undefined, method: string): void {
  const { status } = answer;
  const lengths = valuesOf(answer, "Content-Length");
  const codings = valuesOf(answer, "Transfer-Encoding");
  if (status < 200) {
    assertEquals(request?.minorVersion, 1, "an interim answer goes to HTTP/1.1 only");
    assertEquals(answer.headers, []);
    return;
  }
  // RFC 9110 §6.6.1: in the one form that may be sent.
  const [date = "", ...more] = valuesOf(answer, "Date");
  assertEquals(date, new Date(date).toUTCString());
  assertEquals(more, []);
  // RFC 9112 §6.1 and §6.2: never both, and chunks to HTTP/1.1 only.
  assert(lengths.length + codings.length <= 1, "more than one framing");
  if (codings.length > 0) assertEquals([codings, request?.minorVersion], [["chunked"], 1]);
  if (status === 204) assertEquals([lengths, codings], [[], []], "204 has no framing");
  if (method !== "HEAD" && status !== 304 && lengths.length > 0) {
    assertEquals(answer.wire.length, Number(lengths[0]));
  }
}

function valuesOf(answer: Answer, name: string): string[] {
  const wanted = name.toLowerCase();
  return answer.headers.filter(([other]) => other.toLowerCase() === wanted)
    .map(([, value]) => value);
}

function saysClose(answer: Answer): boolean {
  return valuesOf(answer, "Connection").includes("close");
}
