/**
 * The whole listener under fire: many peers at a time over real sockets.
 *
 * @module
 */
import { type HttpListener, listen } from "../../server/http/listener.ts";
import { defaultHttpLimits } from "../../server/http/limits.ts";
import type { Dice } from "../simulation/dice.ts";
import { VirtualClock } from "../support/virtual_clock.ts";
import { Fault } from "./core_drive.ts";
import type { HandlerWrap, Leaving } from "./dialogue_checks.ts";
import { echoApplication, turn } from "./echo_application.ts";
import { checkEcho, echoExpectation, failureBody } from "./echo_expectation.ts";

/** What one peer does. */
export interface SocketCase {
  readonly text: string;
  readonly cuts: readonly number[];
  /** One that stays says nothing more, waits for a first answer if one is sure, and leaves then. */
  readonly leaving: Leaving;
}

/** A case that the server has failed. */
export class SocketFault extends Fault {
  constructor(readonly subject: SocketCase, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A request like any other, and the last on its connection. */
const freshText = "GET /fresh HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/** Real time after which nothing can be hoped for. */
const usualPatienceMs = 20_000;

export function socketCaseAbout(text: string, dice: Dice): SocketCase {
  return {
    text,
    cuts: Array.from({ length: dice.below(4) }, () => dice.below(text.length + 1))
      .sort((a, b) => a - b),
    leaving: dice.weighted({ end: 70, stay: 15, abort: 15 }),
  };
}

/** A listener and its peers. */
export class SocketArena {
  readonly #listener: HttpListener;
  readonly #faults: string[] = [];

  readonly #patienceMs: number;

  constructor(
    wrap: HandlerWrap = (handler) => handler,
    { patienceMs = usualPatienceMs }: { readonly patienceMs?: number } = {},
  ) {
    this.#patienceMs = patienceMs;
    this.#listener = listen({
      endpoints: [{ hostname: "127.0.0.1", port: 0 }],
      // Nothing is ever late here, so that only the bytes decide what happens.
      clock: new VirtualClock(),
      handler: wrap(echoApplication()),
      onProtocolError: ({ status }) => ({ status, headers: [], body: "refused" }),
      onHandlerFailure: () => ({ status: 500, headers: [], body: failureBody }),
      onFault: (what, cause) => this.#faults.push(`${what}: ${cause}`),
    });
  }

  /**
   * Lets all `cases` happen at one time. Throws `SocketFault` for one that went wrong, `Fault` if
   * the server is not as it was before.
   */
  async round(cases: readonly SocketCase[]): Promise<void> {
    const results = await this.#within(
      "the peers",
      Promise.allSettled(cases.map((subject) => this.#play(subject))),
    );
    for (const [index, result] of results.entries()) {
      const subject = cases[index];
      if (result.status === "rejected" && subject !== undefined) {
        throw new SocketFault(subject, result.reason);
      }
    }
    await this.#checkWell();
  }

  /** Stops the listener. */
  async close(): Promise<void> {
    this.#listener.close();
    await this.#listener.stop();
  }

  /** The server answers a fresh peer, has let all others go, and has nothing to complain of. */
  async #checkWell(): Promise<void> {
    const fresh: SocketCase = { text: freshText, cuts: [], leaving: "end" };
    await this.#within("a fresh request", this.#play(fresh));
    const gone = async () => {
      while (this.#listener.connections > 0) await turn();
    };
    await this.#within("all peers to be let go", gone());
    if (this.#faults.length > 0) throw new Fault(`it reports ${this.#faults.splice(0).join(", ")}`);
  }

  async #within<T>(what: string, event: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const late = () => reject(new Fault(`${what}: waited for in vain`));
    const timer = setTimeout(late, this.#patienceMs);
    try {
      return await Promise.race([event, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #play(subject: SocketCase): Promise<void> {
    const output = await this.#ask(subject);
    const expectation = echoExpectation(subject.text, defaultHttpLimits);
    const hasEnded = subject.leaving === "end";
    checkEcho(output, expectation, { isReset: !hasEnded, hasEnded });
  }

  /** Sends a text and gives all that comes back, one character a byte. */
  async #ask({ text, cuts, leaving }: SocketCase): Promise<string> {
    const { hostname, port } = this.#listener.address;
    const conn = await Deno.connect({ hostname, port });
    try {
      const output = received(conn, leaving === "stay" ? 1 : Infinity);
      await send(conn, text, cuts);
      if (leaving === "end") await ended(conn);
      const isSure = leaving === "end" || (leaving === "stay" && isAnswered(text));
      return isSure ? await output : "";
    } finally {
      conn.close();
    }
  }
}

/** Whether something is answered to `text` even if its end does not come. */
function isAnswered(text: string): boolean {
  const { answers: [first] } = echoExpectation(text, defaultHttpLimits);
  return first !== undefined && (first.statuses.has(200) || first.statuses.has(500));
}

async function send(conn: Deno.TcpConn, text: string, cuts: readonly number[]): Promise<void> {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  let from = 0;
  try {
    for (const to of [...cuts, bytes.length]) {
      while (from < to) from += await conn.write(bytes.subarray(from, to));
      await turn();
    }
  } catch (error) {
    if (!isLeave(error)) throw error;
  }
}

async function ended(conn: Deno.TcpConn): Promise<void> {
  try {
    await conn.closeWrite();
  } catch (error) {
    if (!isLeave(error)) throw error;
  }
}

/** All that comes, up to so many reads. */
async function received(conn: Deno.TcpConn, readsMax: number): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (let reads = 0; reads < readsMax; reads++) {
      const bytes = await conn.read(buffer);
      if (bytes === null) break;
      for (const byte of buffer.subarray(0, bytes)) text += String.fromCharCode(byte);
    }
  } catch (error) {
    if (!isLeave(error)) throw error;
  }
  return text;
}

/** Whether the server was the first to leave, or we were. */
function isLeave(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected || error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted;
}
