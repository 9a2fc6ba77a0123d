/**
 * Messages as lines on a screen.
 *
 * @module
 */
import type { Attachment, Message } from "../../lib/api/schemas.ts";
import { cleanFileName } from "../../lib/text/file_names.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import { mentions } from "../conversation/model.ts";
import { sizeText } from "./quantities.ts";
import { roomMark } from "./room_titles.ts";
import { Line, line, styled } from "./safe_line.ts";
import { columnsAtMost, wrapText } from "./text_width.ts";

/** For whom and how messages are shown. */
export interface LineView {
  /** Whose screen it is. */
  readonly user: string;
  /** Breaks lines at this width; absent: only where the text does. */
  readonly columns?: number;
  /** IANA name; absent: that of the system. */
  readonly timeZone?: string;
}

// As wide as `HH:MM `, so that text stands under the author and never where a time does.
const indent = "      ";
const bar = "│ ";

/** Fewest columns that are left for text; on a narrower screen the terminal breaks lines itself. */
const textColumnsMin = 8;

/** What the marks of a message tell beside what it holds itself. */
export interface MarkOptions {
  /** It was written here, and the server has it. */
  readonly acknowledged?: boolean;
  /** The name of its room, where that is not the one that is being looked at. */
  readonly elsewhere?: string | undefined;
}

/**
 * A message as lines: `HH:MM author text #id`.
 *
 * Marks stand before the author, where a text can't imitate them: `>>` for a private one, `!` for
 * one that mentions the reader, `[garden]` for one of another room, `↳ 4187` for a comment. Each
 * further line of a text is indented behind a bar, so that no text looks like another message.
 */
export function messageLines(
  message: Message,
  view: LineView,
  options: MarkOptions = {},
): Line[] {
  const head = Line.join([
    styled("dim", clockTime(message.at, view)),
    line` `,
    ...marks(message, view.user, options),
    author(message, view.user),
    line` `,
  ]);
  const tail = styled("dim", `#${message.id}`);
  const rows = textRows(textOf(message), head.plain, tail.plain, view.columns);
  const last = rows.length - 1;
  return rows.map((row, at) => {
    const start = at === 0 ? head : line`${indent}${styled("dim", bar)}`;
    if (at < last) return line`${start}${row}`;
    return line`${start}${row}${row === "" ? "" : " "}${tail}`;
  });
}

/** What a message says, with a line for each of its files. */
function textOf({ text, files }: Message): string {
  const marked = files.map(fileMark);
  return (text === "" ? marked : [text, ...marked]).join("\n");
}

/** A file as `[file 12: notes.txt, 3 KB]`. */
export function fileMark({ id, name, size }: Attachment): string {
  // As it would be saved, whatever the server lets through.
  return `[file ${id}: ${cleanFileName(name)}, ${sizeText(size)}]`;
}

function marks(
  message: Message,
  user: string,
  { acknowledged = false, elsewhere }: MarkOptions,
): Line[] {
  const found: Line[] = [];
  if (acknowledged) found.push(styled("own", "✓ "));
  if (mentions(user, message)) found.push(styled("mention", "! "));
  if (message.room_kind === "private") found.push(styled("private", ">> "));
  else if (elsewhere !== undefined) found.push(styled("head", `${roomMark(elsewhere)} `));
  if (message.comment_on !== undefined) found.push(styled("dim", `↳ ${message.comment_on} `));
  return found;
}

function author(message: Message, user: string): Line {
  const name = styled(message.author === user ? "own" : "bold", message.author);
  if (message.room_kind !== "private") return name;
  // Both names, so that a text that begins with an arrow can't pretend to be for someone else.
  return line`${name} ${styled("private", "→")} ${message.to ?? "?"}`;
}

function textRows(
  text: string,
  head: string,
  tail: string,
  columns: number | undefined,
): string[] {
  const parts = terminalSafe(text.replaceAll("\r\n", "\n"), { keepNewlines: true }).split("\n");
  if (columns === undefined) return parts;
  const rest = columns - columnsAtMost(indent + bar);
  const first = columns - columnsAtMost(head);
  if (Math.min(rest, first) < textColumnsMin) {
    // Too narrow for one column beside the other: the text begins on its own line.
    return ["", ...parts.flatMap((part) => wrapText(part, Math.max(textColumnsMin, rest)))];
  }
  const rows = parts.flatMap((part, at) => {
    if (at > 0) return wrapText(part, rest);
    const [row = ""] = wrapText(part, first);
    const left = part.slice(row.length).replace(/^ +/, "");
    return left === "" ? [row] : [row, ...wrapText(left, rest)];
  });
  const lastColumns = rows.length === 1 ? first : rest;
  if (columnsAtMost(`${rows.at(-1) ?? ""} ${tail}`) > lastColumns) rows.push("");
  return rows;
}

/** Message after message, with a line wherever a new day begins. */
export class DaySeparator {
  readonly #view: LineView;
  #day: string | undefined;

  constructor(view: LineView) {
    this.#view = view;
  }

  /** The line to put before a message, if its day is not that of the one before. */
  before({ at }: Message): Line | undefined {
    const day = dayOf(at, this.#view);
    if (day === undefined || day === this.#day) return undefined;
    this.#day = day;
    return styled("dim", `── ${day} ──`);
  }
}

/** The line between what was read and what was not. */
export function unreadLine(count: number): Line {
  return styled("mention", `── ${count} unread ──`);
}

function clockTime(at: string, { timeZone }: LineView): string {
  const atMs = Date.parse(at);
  // What a server calls a time may be none.
  if (Number.isNaN(atMs)) return "--:--";
  return format("time", timeZone).format(atMs);
}

function dayOf(at: string, { timeZone }: LineView): string | undefined {
  const atMs = Date.parse(at);
  if (Number.isNaN(atMs)) return undefined;
  // Versions of the locale's data differ in this comma.
  return format("day", timeZone).format(atMs).replace(",", "");
}

const shapes = {
  time: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  day: { weekday: "long", day: "numeric", month: "long", year: "numeric" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are dear to make and free to use. */
function format(shape: keyof typeof shapes, timeZone: string | undefined): Intl.DateTimeFormat {
  const key = `${shape} ${timeZone ?? ""}`;
  let made = formats.get(key);
  if (made === undefined) {
    made = new Intl.DateTimeFormat("en-GB", {
      ...shapes[shape],
      ...(timeZone !== undefined && { timeZone }),
    });
    formats.set(key, made);
  }
  return made;
}
