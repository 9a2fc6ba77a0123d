/**
 * What must hold of the protocol core for any bytes at all.
 *
 * @module
 */
import { type Answer, readAnswer } from "../server/http/answer_reader.ts";
import type { CoreCase } from "./core_case.ts";
import { type ConnectionMaker, type Drive, drive, Fault, withoutError } from "./core_drive.ts";
import { coreExpectation, type ExpectedAnswer } from "./core_expectation.ts";
import { escapedText } from "./escaped_text.ts";

/** What a case was like. */
export interface CoreOutcome {
  readonly shape: string;
  /** Text of the error that ended it, if one did. */
  readonly message: string | undefined;
}

/**
 * Runs a case whole, byte by byte and cut as it says, and compares with the reference reading.
 * Throws `Fault`, or whatever the core throws that it must not.
 */
export function checkCore(make: ConnectionMaker, subject: CoreCase): CoreOutcome {
  const { text } = subject;
  const whole = drive(make, subject, []);
  checkExpectation(subject, whole);
  const each = drive(make, subject, Array.from({ length: text.length - 1 }, (_, at) => at + 1));
  checkAlike(subject, whole, each, []);
  checkPrompt(subject, whole, [], each);
  for (const cuts of subject.cuts) {
    const some = drive(make, subject, cuts);
    checkAlike(subject, some, each, cuts);
    checkPrompt(subject, some, cuts, each);
  }
  return { shape: whole.shape, message: whole.error?.message };
}

function checkExpectation(subject: CoreCase, whole: Drive): void {
  const expectation = coreExpectation(subject);
  compare("events", withoutError(whole.log), expectation.log);
  const { refusal } = expectation;
  const status = whole.error?.status;
  if (refusal === undefined ? status !== undefined : status === undefined || !refusal.has(status)) {
    const wanted = refusal === undefined ? "nothing" : [...refusal].join(" or ");
    throw new Fault(`it refuses with ${status ?? "nothing"} what must be refused with ${wanted}`);
  }
  checkAnswers(whole.output, expectation.answers, status);
}

/** Reads all answers as a client does; there must be those that are expected, and nothing else. */
function checkAnswers(
  output: string,
  expected: readonly ExpectedAnswer[],
  refusal: number | undefined,
): void {
  let rest = output;
  for (const [index, { method, status = refusal, body, close }] of expected.entries()) {
    const read = readAnswer(rest, { method, ended: index === expected.length - 1 });
    if (read === undefined) throw new Fault(`answer ${index + 1} is missing or not whole`);
    rest = read.rest;
    const { answer } = read;
    if (answer.status !== status) {
      throw new Fault(`answer ${index + 1} has status ${answer.status}, not ${status}`);
    }
    if (body !== undefined) compare(`answer ${index + 1}`, decoded(answer.body), body);
    if (saysClose(answer) !== close) {
      throw new Fault(`answer ${index + 1} says ${close ? "nothing of" : ""} its being the last`);
    }
  }
  if (rest !== "") throw new Fault(`nothing asked for the answer "${escapedText(rest)}"`);
}

function saysClose({ headers }: Answer): boolean {
  return headers.some(([name, value]) => name.toLowerCase() === "connection" && value === "close");
}

function decoded(body: string): string {
  return new TextDecoder().decode(Uint8Array.from(body, (char) => char.charCodeAt(0)));
}

function checkAlike(subject: CoreCase, one: Drive, each: Drive, cuts: readonly number[]): void {
  const where = cuts.length === 0 ? "whole" : `cut at ${cuts.join(", ")}`;
  compare(`events ${where}, beside byte by byte`, one.log, each.log);
  // When several answers fall due at one time depends on the cuts, but not what they are.
  if (!subject.late) compare(`output ${where}, beside byte by byte`, one.output, each.output);
}

/** Nothing may be held back: what is said after so many bytes does not depend on how they came. */
function checkPrompt(subject: CoreCase, one: Drive, cuts: readonly number[], each: Drive): void {
  if (subject.late) return;
  for (const [index, length] of one.lengths.entries()) {
    const bytes = cuts[index] ?? subject.text.length;
    const wanted = each.lengths[Math.min(bytes, each.lengths.length) - 1] ?? 0;
    if (length !== wanted) {
      throw new Fault(
        `after ${bytes} bytes, in pieces cut at ${cuts.join(", ") || "no place"}, ` +
          `${length < wanted ? "less" : "more"} is said than when they come one by one`,
      );
    }
  }
}

function compare(what: string, actual: string, wanted: string): void {
  if (actual === wanted) return;
  let at = 0;
  while (actual[at] === wanted[at]) at++;
  const from = Math.max(0, at - 40);
  const show = (text: string) => escapedText(text.slice(from, at + 80));
  throw new Fault(`${what}: it is\n  …${show(actual)}\nand must be\n  …${show(wanted)}`);
}
