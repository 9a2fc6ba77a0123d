/**
 * The one `curl` line that shows each operation.
 *
 * @module
 */
import type { Operation } from "../api/operations.ts";

/** What a `$NAME` in an example stands for. */
export const placeholders = {
  T: "your token, as `POST /connect` gave it",
  MESSAGE: "the id of a message",
  SCHEDULED: "the id of a scheduled message",
  FILE: "the id of an uploaded file",
  ROOM: "the id of a room of yours",
  OLD_ROOM: "the id of a room of yours that you can do without",
  INVITED_ROOM: "the id of a room that you are invited into",
  LINK: "the id of a link into that room",
  CODE: "the code of a link into someone's room",
  INVITE: "the id of an invitation to register, from `GET /invites`",
  TOKEN_ID: "the id of one of your tokens, from `GET /tokens`",
  CURSOR: "a cursor, from `POST /connect` or the last event",
  ASSET: "the name of what the page loads, as its HTML has it",
} as const satisfies Record<string, string>;

export type Placeholder = keyof typeof placeholders;

/** Where the examples take the server to be. */
export const exampleOrigin = "localhost:8000";

const names = Object.keys(placeholders).join("|");
const placeholder = new RegExp(`\\$(${names})(?!\\w)`, "g");
/** What a shell would not leave alone within double quotes, but for the placeholders. */
const special = new RegExp(`["\\\\\`]|\\$(?!(?:${names})(?!\\w))`, "g");

/** What must be in the environment of a shell that runs a line, each once. */
export function placeholdersIn(line: string): readonly Placeholder[] {
  return [...new Set([...line.matchAll(placeholder)].map(([, name]) => name as Placeholder))];
}

/**
 * The `curl` line of an operation, for a POSIX shell.
 *
 * @param origin Where the server is, as `localhost:8000` or `https://chat.example`.
 * @throws {Error} if the operation's example leaves out a part of its path.
 */
export function curlLine(
  operation: Operation,
  { origin = exampleOrigin }: { readonly origin?: string } = {},
): string {
  const { access, example } = operation;
  return [
    "curl",
    ...methodWords(operation),
    ...(access === "token" ? ["-H", shellWord("Authorization: Bearer $T")] : []),
    ...Object.entries(example.headers ?? {}).flatMap(([name, value]) => [
      "-H",
      shellWord(`${name}: ${value}`),
    ]),
    ...Object.entries(example.body ?? {}).flatMap(([name, value]) => [
      // What a form has a meaning of its own for must be encoded.
      /[%&+]/.test(value) ? "--data-urlencode" : "-d",
      shellWord(`${name}=${value}`),
    ]),
    ...(example.file === undefined ? [] : ["--data-binary", shellWord(`@${example.file}`)]),
    shellWord(`${origin}${target(operation)}`),
  ].join(" ");
}

/** Only where `curl` would not choose the method by itself. */
function methodWords({ method, example }: Operation): string[] {
  const hasBody = example.body !== undefined || example.file !== undefined;
  return method === (hasBody ? "POST" : "GET") ? [] : ["-X", method];
}

function target({ route, example }: Operation): string {
  const path = route.replaceAll(/{(\w+)}/g, (_, name: string) => {
    const value = example.path?.[name];
    if (value === undefined) throw new Error(`Cannot show ${route}: the example has no ${name}`);
    return urlEncoded(value);
  });
  const query = Object.entries(example.query ?? {}).map(([name, value]) =>
    `${urlEncoded(name)}=${urlEncoded(value)}`
  );
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
}

/** Placeholders stay, for the shell to fill: what they stand for needs no encoding. */
function urlEncoded(text: string): string {
  let encoded = "";
  let end = 0;
  for (const match of text.matchAll(placeholder)) {
    encoded += encodeURIComponent(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return encoded + encodeURIComponent(text.slice(end));
}

/** One word of a POSIX shell: as it is if it can be, open to the shell only where it fills it. */
function shellWord(text: string): string {
  if (placeholdersIn(text).length > 0) {
    return `"${text.replaceAll(special, "\\$&")}"`;
  }
  if (/^[\w\-./:@,%+]+(=[\w\-./:@,%+]*)*$/.test(text)) return text;
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
