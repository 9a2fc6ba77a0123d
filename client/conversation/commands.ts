/**
 * The one table of slash-commands: their names, arguments, help, and what they do.
 *
 * @module
 */
import { pageSizeMax } from "../../lib/api/schemas.ts";
import type { Message } from "../../lib/api/schemas.ts";
import type { ApiClient } from "../connection/api_client.ts";
import { Unreachable } from "../connection/failures.ts";
import type { Draft } from "../connection/outbox.ts";
import { Line, line, styled } from "../lines/safe_line.ts";
import { statusLines } from "../lines/status_lines.ts";
import { columnsOf, wrapText } from "../lines/text_width.ts";
import { type CommandShape, findCommand, type GivenArguments, usageOf } from "./command_parser.ts";
import type { Model } from "./model.ts";

/** Where plain text goes. */
export type Place =
  | { readonly kind: "common" }
  | { readonly kind: "private"; readonly user: string };

export const commonPlace: Place = { kind: "common" };

/** What a command can do. */
export interface CommandScope {
  readonly model: Model;
  readonly place: Place;
  goTo(place: Place): void;
  send(draft: Draft): void;
  readonly call: ApiClient["call"];
  /** How wide lines may be; `undefined`: as they come. */
  readonly columns: number | undefined;
  /** Answers the user. */
  say(lines: readonly Line[]): void;
  /** Shows messages, which are then read. */
  show(messages: readonly Message[]): void;
  leave(): void;
}

export interface Command extends CommandShape {
  /** One sentence without a period. */
  readonly help: string;
  /** @throws {CallFailure} which the caller tells the user. */
  run(scope: CommandScope, given: GivenArguments): void | Promise<void>;
}

/** Messages that `/history` and `/query` show when no number is given. */
export const historyMessages = 20;

const user = { name: "USER", kind: "user" } as const;
const text = { name: "TEXT", kind: "text" } as const;

export const commands: readonly Command[] = [
  {
    name: "private",
    aliases: ["priv", "msg"],
    takes: [user, text],
    help: "Send privately",
    run: (scope, { user = "", text = "" }) => scope.send({ text, to: user }),
  },
  {
    name: "query",
    aliases: [],
    takes: [{ ...user, optional: true }],
    help: "Talk privately with USER from now on; without: in the common chat again",
    run: query,
  },
  {
    name: "comment",
    aliases: ["reply"],
    takes: [{ name: "ID", kind: "number" }, text],
    help: "Comment on a message",
    run: (scope, { number = 0, text = "" }) => scope.send({ text, commentOn: number }),
  },
  {
    name: "history",
    aliases: [],
    takes: [{ name: "N", kind: "number", optional: true }],
    help: `Show the last N messages of the current chat (${historyMessages})`,
    run: (scope, { number = historyMessages }) => showHistory(scope, scope.place, number),
  },
  {
    name: "unread",
    aliases: [],
    takes: [],
    help: "Show what you have not read",
    run: showUnread,
  },
  {
    name: "read",
    aliases: [],
    takes: [],
    help: "Mark everything as read",
    run: markAllRead,
  },
  { name: "who", aliases: ["users"], takes: [], help: "Show who is here", run: showUsers },
  {
    name: "status",
    aliases: [],
    takes: [],
    help: "Show who you are, your rooms, and how the server is doing",
    run: async (scope) => scope.say(statusLines(await scope.call("status"))),
  },
  {
    name: "devices",
    aliases: [],
    takes: [],
    help: "Show your clients",
    run: showDevices,
  },
  {
    name: "revoke",
    aliases: [],
    takes: [{ name: "N", kind: "number" }],
    help: "Sign one of your clients out",
    async run(scope, { number = 0 }) {
      await scope.call("revokeToken", { path: { id: number } });
      scope.say([line`Client ${number} is signed out`]);
    },
  },
  {
    name: "help",
    aliases: [],
    takes: [{ name: "COMMAND", kind: "command", optional: true }],
    help: "Show all commands, or one",
    run: (scope, { command }) => scope.say(helpLines(command, scope.columns)),
  },
  {
    name: "exit",
    aliases: ["quit"],
    takes: [],
    help: "Leave",
    run: (scope) => scope.leave(),
  },
];

async function query(scope: CommandScope, { user }: GivenArguments): Promise<void> {
  if (user === undefined) {
    scope.goTo(commonPlace);
    return;
  }
  const place: Place = { kind: "private", user };
  try {
    // Also finds out whether there is such a user.
    await showHistory(scope, place, historyMessages);
  } catch (failure) {
    // Offline stays usable: whom it is for is found out when it is sent.
    if (!(failure instanceof Unreachable)) throw failure;
  }
  scope.goTo(place);
}

async function showHistory(scope: CommandScope, place: Place, count: number): Promise<void> {
  const { items } = await scope.call("listMessages", {
    query: {
      ...(place.kind === "private" && { to: place.user }),
      limit: Math.min(count, pageSizeMax),
    },
  });
  if (items.length > 0) scope.show(items);
  else scope.say([line`Nothing was said here yet`]);
}

async function showUnread(scope: CommandScope): Promise<void> {
  let after: number | undefined;
  for (;;) {
    const { items, has_more } = await scope.call("listMessages", {
      query: { unread: true, limit: pageSizeMax, ...(after !== undefined && { after }) },
    });
    if (items.length > 0) scope.show(items);
    else if (after === undefined) scope.say([line`Nothing is unread`]);
    after = items.at(-1)?.id;
    if (!has_more || after === undefined) return;
  }
}

async function markAllRead(scope: CommandScope): Promise<void> {
  for (const { id, lastId, readId } of scope.model.rooms.values()) {
    if (lastId > readId) await scope.call("read", { body: { room: id, upto: lastId } });
  }
  scope.say([line`Everything is read`]);
}

async function showUsers(scope: CommandScope): Promise<void> {
  const { items, has_more } = await scope.call("listUsers");
  const here = items.filter(({ online }) => online).map(({ name }) => name);
  const away = items.filter(({ online }) => !online).map(({ name }) => name);
  const more = has_more ? " and more" : "";
  scope.say([line`${styled("own", "●")} here (${here.length}): ${here.join(", ")}${more}`]);
  if (away.length === 0) return;
  scope.say([line`${styled("dim", "○")} away (${away.length}): ${away.join(", ")}${more}`]);
}

async function showDevices(scope: CommandScope): Promise<void> {
  const { items } = await scope.call("listTokens");
  scope.say(items.map(({ id, client, last_seen, current }) => {
    const seen = last_seen.slice(0, 16).replace("T", " ");
    const mark = current ? styled("own", " (this one)") : line``;
    return line`${String(id).padStart(4)}  ${client ?? "unnamed"}, last seen ${seen} UTC${mark}`;
  }));
}

/** Fewest columns beside the usages that help is put into; with fewer it goes below them. */
const helpColumnsMin = 24;

function helpLines(name: string | undefined, columns = Infinity): Line[] {
  if (name !== undefined) {
    const command = findCommand(commands, name);
    if (command === undefined) return [line`There is no command /${name}; see /help`];
    const aliases = command.aliases.map((alias) => `/${alias}`).join(", ");
    const also = aliases === "" ? "" : ` (also ${aliases})`;
    const usage = usageOf(command);
    return helpRows(
      { usage, help: command.help + also, indent: "", width: columnsOf(usage) },
      columns,
    );
  }
  const width = Math.max(...commands.map((command) => columnsOf(usageOf(command))));
  return [
    ...wrapText("What you type is sent to the current chat; //x sends /x", columns).map(Line.of),
    ...commands.flatMap((command) =>
      helpRows({ usage: usageOf(command), help: command.help, indent: "  ", width }, columns)
    ),
  ];
}

/** A usage with its help beside it, or below it where the screen is narrow. */
function helpRows(
  { usage, help, indent, width }: {
    readonly usage: string;
    readonly help: string;
    readonly indent: string;
    /** Columns of the longest usage. */
    readonly width: number;
  },
  columns: number,
): Line[] {
  const beside = `${indent}${" ".repeat(width)}  `;
  if (columns - beside.length < helpColumnsMin) {
    const below = `${indent}    `;
    return [
      line`${indent}${styled("bold", usage)}`,
      ...wrapText(help, columns - below.length).map((row) => line`${below}${row}`),
    ];
  }
  return wrapText(help, columns - beside.length).map((row, at) =>
    at === 0 ? line`${indent}${styled("bold", usage.padEnd(width))}  ${row}` : line`${beside}${row}`
  );
}
