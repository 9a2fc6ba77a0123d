/**
 * A client's reading of answers, simple and strict, for tests to compare with.
 *
 * @module
 */

/** One answer as a client understands it. */
export interface Answer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/**
 * Takes one answer off the front of `text` (one character a byte); undefined if it is not whole.
 * `ended` says that nothing follows, which ends a body without any length.
 */
export function readAnswer(
  text: string,
  options: { readonly method?: string; readonly ended?: boolean } = {},
): { readonly answer: Answer; readonly rest: string } | undefined {
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd < 0) return undefined;
  const [first = "", ...lines] = text.slice(0, headEnd).split("\r\n");
  const match = /^HTTP\/1\.1 ([1-9][0-9]{2}) [A-Za-z ]*$/.exec(first);
  if (match === null) throw new Error(`Cannot read answer: ${JSON.stringify(first)}`);
  const headers = lines.map((line) => {
    const field = /^([!-9;-~]+): ([\t -~]*)$/.exec(line);
    if (field === null) throw new Error(`Cannot read field: ${JSON.stringify(line)}`);
    return [field[1] ?? "", field[2] ?? ""] as const;
  });
  const status = Number(match[1]);
  const rest = text.slice(headEnd + 4);
  const get = (name: string) => headers.find(([other]) => other.toLowerCase() === name)?.[1];
  const length = get("content-length");
  if (status < 200 || status === 204 || status === 304 || options.method === "HEAD") {
    return { answer: { status, headers, body: "" }, rest };
  }
  if (get("transfer-encoding") === "chunked") {
    const chunks = readChunks(rest);
    return chunks && { answer: { status, headers, body: chunks.body }, rest: chunks.rest };
  }
  if (length !== undefined) {
    if (rest.length < Number(length)) return undefined;
    const body = rest.slice(0, Number(length));
    return { answer: { status, headers, body }, rest: rest.slice(Number(length)) };
  }
  return options.ended ? { answer: { status, headers, body: rest }, rest: "" } : undefined;
}

function readChunks(text: string): { body: string; rest: string } | undefined {
  let body = "";
  for (;;) {
    const match = /^([0-9a-f]+)\r\n/.exec(text);
    if (match === null) return undefined;
    const start = match[0].length;
    const size = parseInt(match[1] ?? "", 16);
    if (text.length < start + size + 2) return undefined;
    if (text.slice(start + size, start + size + 2) !== "\r\n") throw new Error("Cannot read chunk");
    body += text.slice(start, start + size);
    text = text.slice(start + size + 2);
    if (size === 0) return { body, rest: text };
  }
}
