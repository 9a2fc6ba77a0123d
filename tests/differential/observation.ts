/**
 * What a server makes of some bytes: which requests reach its application, and how it refuses.
 *
 * @module
 */
import type { Origin } from "./origins.ts";

/** What became of one connection. */
export interface Observation {
  /**
   * In order: `POST 5` for a request that the application saw, with the bytes of its body, `GET` if
   * it had none, `A…` for a method that does not fit; a status for a refusal; `HTTP/0.9` for an answer without a head. `closed` alone if
   * there was no answer at all.
   */
  readonly seen: readonly string[];
}

/** The observation in short, as the documentation has it. */
export function told({ seen }: Observation): string {
  return seen.join(", ");
}

/** What is alike for our purposes: with which status something is refused says little. */
export function kindOf(told: string): string {
  return told.replace(/\b[45][0-9]{2}\b/g, "refused");
}

type Conn = Deno.TcpConn | Deno.UnixConn;

/** Time for one case, after which a server is taken to wait for what will never come. */
const patienceMs = 10_000;

/** Sends `text`, ends our side, and reads what comes until the server closes. */
export async function observe(origin: Origin, text: string): Promise<Observation> {
  const conn = await origin.connect();
  const timer = setTimeout(() => conn.close(), patienceMs);
  try {
    const reading = readAll(conn);
    await sendAll(conn, text);
    return { seen: seenIn(await reading) };
  } finally {
    clearTimeout(timer);
    close(conn);
  }
}

async function sendAll(conn: Conn, text: string): Promise<void> {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  try {
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    await conn.closeWrite();
  } catch (failure) {
    // It has refused before it has seen all.
    if (!isReset(failure)) throw failure;
  }
}

async function readAll(conn: Conn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (;;) {
      const bytes = await conn.read(buffer);
      if (bytes === null) return text;
      for (const byte of buffer.subarray(0, bytes)) text += String.fromCharCode(byte);
    }
  } catch (failure) {
    if (!isReset(failure)) throw failure;
    return text;
  }
}

function isReset(failure: unknown): boolean {
  return failure instanceof Deno.errors.ConnectionReset ||
    failure instanceof Deno.errors.BrokenPipe || failure instanceof Deno.errors.NotConnected;
}

function close(conn: Conn): void {
  try {
    conn.close();
  } catch (failure) {
    if (!(failure instanceof Deno.errors.BadResource)) throw failure;
  }
}

/** Heads of answers; ours and theirs have neither a body nor a field that looks like one. */
const answerHead = /HTTP\/1\.1 (\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/g;

function seenIn(text: string): string[] {
  const seen = [...text.matchAll(answerHead)].filter(([, status]) => status !== "100")
    .map(([, status = "", fields = ""]) => {
      const [, method = "", bytes = ""] = /^X-Seen: (\S+) ?(\d*)\r$/m.exec(fields) ?? [];
      if (method === "") return status;
      const [name = ""] = /^[A-Za-z-]{0,20}/.exec(method) ?? [];
      const shown = name === method ? name : `${name}…`;
      return Number(bytes) > 0 ? `${shown} ${bytes}` : shown;
    });
  if (seen.length > 0) return seen;
  return [text === "" ? "closed" : "HTTP/0.9"];
}
