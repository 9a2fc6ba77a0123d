/**
 * The options of the client's commands, each described once.
 *
 * @module
 */
import * as z from "zod/mini";
import { userName } from "../../lib/api/schemas.ts";
import { scheduleAheadMaxMs, scheduleAheadMinMs } from "../../lib/domain/bounds.ts";
import {
  duration,
  oneOf,
  onOff,
  type OptionTable,
  type OptionValues,
  reader,
  readOptions,
  someText,
  UsageError,
  wholeNumber,
} from "../../lib/options.ts";
import { inviteIn } from "../connection/invite_link.ts";
import { isFileFailure } from "./file_failure.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a server listens when nothing else is said. */
const defaultHost = "127.0.0.1";
const defaultPort = 8000;

/** Most messages that `chat history` fetches. */
const historyMessagesMax = 10_000;

/** A name that someone could have. */
const name: z.ZodMiniType<string, string> = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const fault = userName.safeParse(text).error?.issues[0]?.message;
    if (fault === undefined) return text;
    context.issues.push({ code: "custom", message: `a name, which ${fault}`, input: text });
    return z.NEVER;
  }),
);

/** Scheme, host and port alone: a path or a password in it is a mistake. */
const serverUrl = reader("a URL like http://127.0.0.1:8000", (text) => {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  const fits = url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.password === "" && url.pathname === "/" && url.search === "" && url.hash === "";
  return fits ? url.origin : undefined;
});

/** The code of an invitation, which may be given as the link that holds it; may be empty. */
export function inviteCode(text: string): string {
  const code = text.trim();
  return inviteIn(code) ?? code;
}

/** Who talks, and to which server. */
export const accountOptions = {
  user: {
    parse: name,
    placeholder: "NAME",
    letter: "u",
    help: "Your name; left out: the one whose token is kept",
  },
  server: {
    parse: serverUrl,
    placeholder: "URL",
    letter: "s",
    help: `The server (default http://${defaultHost}:${defaultPort})`,
  },
  host: { parse: someText("a host"), placeholder: "HOST", help: "Its host, in place of --server" },
  port: {
    parse: wholeNumber({ min: 1, max: 65535 }),
    placeholder: "PORT",
    letter: "p",
    help: "Its port, in place of --server",
  },
  "password-file": {
    parse: someText("a file name"),
    placeholder: "FILE",
    help: "A file with your password in its first line; else CHAT_PASSWORD is used",
  },
  invite: {
    parse: reader("an invitation", (text) => inviteCode(text) || undefined),
    placeholder: "CODE",
    help: "Your invitation or its link, where a free name takes one",
  },
} as const satisfies OptionTable;

const json = { parse: onOff(), fallback: "off", help: "Print the answer as JSON" } as const;

const color = {
  parse: oneOf("auto", "always", "never"),
  placeholder: "WHEN",
  fallback: "auto",
  help: "Colours: auto shows them on a terminal, unless NO_COLOR is set; always; never",
} as const;

/** Options of `chat client`. */
export const clientOptions = {
  ...accountOptions,
  plain: {
    parse: onOff(),
    fallback: "off",
    help: "Lines in, lines out, as without a terminal; also for screen readers",
  },
  color,
} as const satisfies OptionTable;

const to = {
  parse: name,
  placeholder: "USER",
  letter: "t",
  help: "The private chat with this user",
} as const;
const room = {
  parse: someText("a room"),
  placeholder: "ROOM",
  letter: "r",
  help: "This room of yours, by its name or id",
} as const;

/** Options of `chat send`. */
export const sendOptions = {
  ...accountOptions,
  to: { ...to, help: "Send privately to this user" },
  room: { ...room, help: "Send to this room of yours, by its name or id" },
  in: {
    parse: duration({ minMs: scheduleAheadMinMs, maxMs: scheduleAheadMaxMs }),
    placeholder: "DURATION",
    help: "Send so much later, as 10m",
  },
  at: { parse: someText("a time"), placeholder: "TIME", help: "Send at a time, as 18:30" },
  file: { parse: someText("a path"), placeholder: "PATH", letter: "f", help: "Send this file" },
  json,
} as const satisfies OptionTable;

/** Options of `chat history`. */
export const historyOptions = {
  ...accountOptions,
  to,
  room,
  lines: {
    parse: wholeNumber({ min: 1, max: historyMessagesMax }),
    placeholder: "N",
    letter: "n",
    fallback: "20",
    help: "How many messages",
  },
  json: { ...json, help: "Print each message as one line of JSON" },
  color,
} as const satisfies OptionTable;

/** Options of `chat upload`. */
export const uploadOptions = { ...accountOptions, json } as const satisfies OptionTable;

/** Options of `chat download`. */
export const downloadOptions = { ...accountOptions, json } as const satisfies OptionTable;

/** Options of `chat tail`. */
export const tailOptions = {
  ...accountOptions,
  since: {
    parse: someText("a cursor"),
    placeholder: "CURSOR",
    help: "Begin after this cursor; left out: now",
  },
  json: { ...json, help: "Print each event as one line of JSON, with its cursor" },
  color,
} as const satisfies OptionTable;

/** Options of `chat status`. */
export const statusOptions = { ...accountOptions, json, color } as const satisfies OptionTable;

/** Reads a command's options and finds its server. */
export function readClientOptions<Table extends typeof accountOptions & OptionTable>(
  table: Table,
  args: readonly string[],
  environment: Environment,
): {
  readonly values: OptionValues<Table>;
  readonly rest: readonly string[];
  readonly origin: string;
} {
  const { values, sources, rest } = readOptions(table, args, environment);
  const address: Address = values;
  const isTyped = (flag: keyof Address) => sources[flag] === "arguments";
  return { values, rest, origin: serverOrigin(address, isTyped) };
}

/**
 * The user's name as a word without a flag: `chat client alice`.
 *
 * @throws {UsageError} if nobody could have it.
 */
export function readUserWord(word: string): string {
  const read = name.safeParse(word);
  if (read.success) return read.data;
  const expected = read.error.issues[0]?.message ?? "a name";
  throw new UsageError(`Cannot read USER: expected ${expected}, got ${JSON.stringify(word)}`);
}

type Address = Pick<OptionValues<typeof accountOptions>, "server" | "host" | "port">;

/**
 * The origin of the server that the options name.
 *
 * What was typed wins over the environment as a whole: `--port` is not overruled by `CHAT_SERVER`.
 *
 * @throws {UsageError} if both a URL and a host or port were typed, or they make no URL.
 */
function serverOrigin(
  known: Address,
  isTyped: (flag: keyof Address) => boolean,
): string {
  const apart = isTyped("host") || isTyped("port");
  if (isTyped("server") && apart) {
    throw new UsageError(
      "Cannot use --server together with --host or --port: give one or the other",
    );
  }
  if (!apart && known.server !== undefined) return known.server;
  const host = known.host ?? defaultHost;
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const origin = serverUrl.safeParse(`http://${bracketed}:${known.port ?? defaultPort}`);
  if (!origin.success) {
    throw new UsageError(`Cannot read --host: ${JSON.stringify(host)} is no host`);
  }
  return origin.data;
}

/**
 * The password that a file or `CHAT_PASSWORD` gives, if any does.
 *
 * @throws {UsageError} if the file can't be read.
 */
export async function readPassword(
  file: string | undefined,
  environment: Environment,
): Promise<string | undefined> {
  if (file === undefined) {
    const password = environment["CHAT_PASSWORD"] ?? "";
    return password === "" ? undefined : password;
  }
  try {
    const password = (await Deno.readTextFile(file)).split(/\r?\n/)[0] ?? "";
    if (password !== "") return password;
  } catch (failure) {
    if (!isFileFailure(failure)) throw failure;
    throw new UsageError(`Cannot read --password-file: ${failure.message}`);
  }
  throw new UsageError("Cannot read --password-file: its first line is empty");
}
