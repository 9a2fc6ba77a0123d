/**
 * Messages as lines on a screen.
 *
 * @module
 */
import type { Attachment, Message } from "../../lib/api/schemas.ts";
import { cleanFileName } from "../../lib/text/file_names.ts";
import { roughSize } from "../../lib/text/sizes.ts";
import { mentions } from "../conversation/model.ts";
import { roomMark } from "./room_titles.ts";
import { continuation, Line, line, styled, textColumnsMin } from "./safe_line.ts";
import { columnsAtMost } from "../../lib/text/text_width.ts";

/** For whom and how messages are shown. */
export interface LineView {
  /** Whose screen it is. */
  readonly user: string;
  /** Breaks lines at this width; absent: only where the text does. */
  readonly columns?: number;
  /** IANA name; absent: that of the system. */
  readonly timeZone?: string;
}

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
 * further row is behind a mark, so that no text and no name looks like another message.
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
  const rows = messageRows(head, textOf(message), view.columns);
  const last = rows.pop() ?? head;
  const ended = line`${last}${last.plain.endsWith(" ") ? "" : " "}${tail}`;
  if (view.columns === undefined || columnsAtMost(ended.plain) <= view.columns) {
    return [...rows, ended];
  }
  return [...rows, last, line`${continuation(view.columns)}${tail}`];
}

/** What a message says, with a line for each of its files. */
function textOf({ text, files }: Message): string {
  const marked = files.map(fileMark);
  return (text === "" ? marked : [text, ...marked]).join("\n");
}

/** A file as `[file 12: notes.txt, 3 KB]`. */
export function fileMark({ id, name, size }: Attachment): string {
  // As it would be saved, whatever the server lets through.
  return `[file ${id}: ${cleanFileName(name)}, ${roughSize(size)}]`;
}

function marks(
  message: Message,
  user: string,
  { acknowledged = false, elsewhere }: MarkOptions,
): Line[] {
  const found: Line[] = [];
  if (acknowledged) found.push(line`✓ `);
  if (mentions(user, message)) found.push(line`${styled("mention", "!")} `);
  if (message.room_kind === "private") found.push(line`${styled("private", ">>")} `);
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

function messageRows(head: Line, text: string, columns: number | undefined): Line[] {
  const [part = line``, ...parts] = text.split(/\r?\n/).map((each) => Line.of(each));
  const mark = continuation(columns);
  const behindMark = (row: Line) => line`${mark}${row}`;
  if (columns === undefined) return [line`${head}${part}`, ...parts.map(behindMark)];
  const rest = columns - columnsAtMost(mark.plain);
  const further = parts.flatMap((each) => each.broken({ first: rest, rest })).map(behindMark);
  const first = columns - columnsAtMost(head.plain);
  if (first < textColumnsMin) {
    // Too narrow for one beside the other: the text begins in its own row.
    const below = part.broken({ first: rest, rest }).map(behindMark);
    return [...head.wrapped(columns), ...below, ...further];
  }
  const [row = part, ...rows] = part.broken({ first, rest });
  return [line`${head}${row}`, ...rows.map(behindMark), ...further];
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
