/**
 * Reads the documents of this folder: what is sent in each case, and what must come of it.
 *
 * README.md says how they are written. Whatever is not written so is refused, since a case that is
 * misread tests nothing.
 *
 * @module
 */
import { defaultHttpLimits, type HttpLimits } from "../../server/http/limits.ts";
import { bytesOf, lineOf } from "./wire_notation.ts";

/** An answer that must come. */
export interface ExpectedAnswer {
  readonly status: number;
  /** Header lines that it must have, once each. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Fields that it must not have. */
  readonly absent: readonly string[];
  /** Its body once decoded. */
  readonly body: string | undefined;
  /** All that follows its head, as it is on the wire. */
  readonly wire: string | undefined;
}

/** What client and server do, in turns. */
export type Step =
  | { readonly type: "send"; readonly bytes: string }
  | { readonly type: "end_input" }
  | { readonly type: "pass_time" }
  | { readonly type: "answer"; readonly answer: ExpectedAnswer };

/**
 * What becomes of the connection: it goes on; the server ends it and its last answer said so; the
 * server ends it and no answer said so.
 */
export type Ending = "open" | "close" | "end";

/** One dialogue of a case; a case with `each` has several. */
export interface Variant {
  /** What stands for `{each}`, as it is written; empty without. */
  readonly label: string;
  readonly steps: readonly Step[];
  /** What the core tells, in the notation of `core_dialogue.ts`. */
  readonly events: readonly string[];
  readonly ending: Ending;
}

/** One case. */
export interface Case {
  readonly title: string;
  /** The paragraph that says what is asked, and by which section. */
  readonly requirement: string;
  readonly limits: Partial<HttpLimits>;
  readonly variants: readonly Variant[];
}

const section = /RFC \d{4} §[0-9A-Z]+(?:\.\d+)*/.source;
const level = "MUST|MUST NOT|SHOULD|SHOULD NOT|MAY|grammar|note|stricter";
const requirement = new RegExp(`^${section}(?: and ${section})*, (?:${level}): [^]*[.)]$`);
const fence = "```";

/** The cases of one document. Throws `SyntaxError` where it is not written as it must be. */
export function parseDocument(text: string): Case[] {
  const [opening = "", ...sections] = text.split(/^## /m);
  if (!/^# [A-Z][^\n#]*\n\n[A-Z`][^#]*$/.test(opening)) {
    throw new SyntaxError("Cannot read document: it does not open with a title and a paragraph");
  }
  if (sections.length === 0) throw new SyntaxError("Cannot read document: it has no case");
  return sections.map((section) => {
    const [title = "", ...lines] = section.split("\n");
    try {
      return parseCase(title, lines);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new SyntaxError(`Cannot read case "${title}": ${error.message}`);
    }
  });
}

function parseCase(title: string, lines: readonly string[]): Case {
  const start = lines.indexOf(`${fence}text`);
  const end = lines.indexOf(fence, start);
  if (start < 0 || end < 0) throw new SyntaxError("it has no block of text");
  const behind = lines.slice(end + 1).join("\n").trim();
  if (behind !== "") throw new SyntaxError(`something stands behind its block: ${behind}`);
  const paragraph = lines.slice(0, start).join("\n").trim();
  if (!requirement.test(paragraph)) {
    throw new SyntaxError("it does not begin with a section, a level and a sentence");
  }
  const block = parseBlock(lines.slice(start + 1, end));
  return { title, requirement: paragraph, ...block };
}

/** Reads the lines on top, which set bounds and list variants, and then each variant. */
function parseBlock(lines: readonly string[]): Pick<Case, "limits" | "variants"> {
  const limits: Record<string, number> = {};
  const labels: string[] = [];
  let at = 0;
  for (; at < lines.length; at++) {
    const [, key, words = ""] = /^([a-z]+): (.+)$/.exec(lines[at] ?? "") ?? [];
    if (key === undefined) break;
    for (const word of words.split(" ")) {
      if (key === "limits") Object.assign(limits, parseLimit(word));
      else if (key === "each") labels.push(...parseLabels(word));
      else throw new SyntaxError(`there is no key "${key}"`);
    }
  }
  const rest = lines.slice(at);
  if (labels.length === 0) return { limits, variants: [parseVariant("", rest)] };
  if (labels.length === 1) throw new SyntaxError("a list of one is none");
  if (!rest.some((line) => line.includes("{each}"))) {
    throw new SyntaxError("{each} does not occur");
  }
  const variants = labels.map((label) =>
    parseVariant(label, rest.map((line) => line.replaceAll("{each}", () => label)))
  );
  return { limits, variants };
}

function parseLimit(word: string): Record<string, number> {
  const [, name = "", value] = /^([A-Za-z]+)=([0-9]+)$/.exec(word) ?? [];
  if (!(name in defaultHttpLimits)) throw new SyntaxError(`there is no limit "${word}"`);
  return { [name]: Number(value) };
}

/** `\x01..\x08` is a range; anything else stands for itself. */
function parseLabels(word: string): string[] {
  const [, first, last] = /^\\x([0-9a-f]{2})\.\.\\x([0-9a-f]{2})$/.exec(word) ?? [];
  if (first === undefined || last === undefined) return [word];
  const from = parseInt(first, 16);
  return Array.from(
    { length: parseInt(last, 16) - from + 1 },
    (_, index) => `\\x${(from + index).toString(16).padStart(2, "0")}`,
  );
}

function parseVariant(label: string, lines: readonly string[]): Variant {
  const steps: Step[] = [];
  const events: string[] = [];
  let ending: Ending = "open";
  for (const line of lines) {
    if (line.endsWith(" ")) throw new SyntaxError(`a blank at the end of "${line}" is not seen`);
    const [, sign, text = ""] = /^([>=<])(?: (.+))?$/.exec(line) ?? [];
    const isMove = line === ">|" || line === "~" || sign === ">" || sign === "<";
    if (isMove && ending !== "open") throw new SyntaxError(`the end came before "${line}"`);
    if (line === ">|") steps.push({ type: "end_input" });
    else if (line === "~") steps.push({ type: "pass_time" });
    else if (sign === ">") addBytes(steps, lineOf(text));
    else if (sign === "=" && text !== "") events.push(bytesOf(text));
    else if (sign === "<" && text.startsWith("  ")) addDetail(steps, text.trimStart());
    else if (sign === "<" && (text === "close" || text === "end")) ending = text;
    else if (sign === "<") steps.push({ type: "answer", answer: answerOf(text) });
    else throw new SyntaxError(`"${line}" is no line of a case`);
  }
  checkVariant({ label, steps, events, ending });
  return { label, steps, events, ending };
}

function addBytes(steps: Step[], bytes: string): void {
  const last = steps.at(-1);
  if (last?.type !== "send") steps.push({ type: "send", bytes });
  else steps[steps.length - 1] = { type: "send", bytes: last.bytes + bytes };
}

function answerOf(text: string): ExpectedAnswer {
  if (!/^[0-9]{3}$/.test(text)) throw new SyntaxError(`"${text}" is no status`);
  return { status: Number(text), headers: [], absent: [], body: undefined, wire: undefined };
}

function addDetail(steps: Step[], text: string): void {
  const last = steps.at(-1);
  if (last?.type !== "answer") throw new SyntaxError(`"${text}" belongs to no answer`);
  steps[steps.length - 1] = { type: "answer", answer: detailed(last.answer, text) };
}

function detailed(answer: ExpectedAnswer, text: string): ExpectedAnswer {
  const [, name, value] = /^([!-9;-~]+): (.+)$/.exec(text) ?? [];
  if (name !== undefined && value !== undefined) {
    return { ...answer, headers: [...answer.headers, [name, bytesOf(value)]] };
  }
  const [, word, rest = ""] = /^(no|body|wire)(?: (.+))?$/.exec(text) ?? [];
  if (word === "no" && rest !== "") return { ...answer, absent: [...answer.absent, rest] };
  if (word === "body") return { ...answer, body: bytesOf(rest) };
  if (word === "wire") return { ...answer, wire: bytesOf(rest) };
  throw new SyntaxError(`"${text}" says nothing of an answer`);
}

/** What a case says must fit together. */
function checkVariant({ steps, events, ending }: Variant): void {
  const types = new Set(steps.map(({ type }) => type));
  if (!types.has("send") && !types.has("end_input")) throw new SyntaxError("nothing is sent");
  if (types.has("pass_time")) {
    if (ending === "open") throw new SyntaxError("time passes, but the connection does not end");
    return;
  }
  if (!types.has("answer") && ending === "open") throw new SyntaxError("nothing comes back");
  const last = events.at(-1);
  if (last === undefined) throw new SyntaxError("it has no events");
  const over = last === "closed" || last.startsWith("error ");
  if (over !== (ending !== "open")) throw new SyntaxError("events and answers end differently");
}
