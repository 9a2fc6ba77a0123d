/**
 * A dialogue with a peer whose every byte the test holds in its hands.
 *
 * @module
 */
import { Dialogue, type DialogueHost } from "../../../server/http/dialogue.ts";
import type { Handler, Response } from "../../../server/http/exchange.ts";
import { defaultHttpLimits, type HttpLimits } from "../../../server/http/limits.ts";
import { HeldStream } from "./held_stream.ts";
import { date } from "./protocol/transcript.ts";

export const stranger = { address: "192.0.2.1", secure: false };
export const limits: HttpLimits = {
  ...defaultHttpLimits,
  sweepPeriodMs: 250,
  lingerBytesMax: 262_144,
};

/** What a test has at hand. */
export interface Talk {
  readonly stream: HeldStream;
  readonly host: { nowMs: number };
  readonly dialogue: Dialogue;
  readonly done: Promise<void>;
  /** How often the host was told of a reader that did not keep up. */
  readonly slowReaders: number;
  /** Lets it be `ms`, and what is due happen. */
  at(ms: number): Promise<void>;
}

/** Begins a dialogue. */
export function talk(handler: Handler): Talk {
  const stream = new HeldStream();
  let slowReaders = 0;
  const host = {
    limits,
    handler,
    onProtocolError: (error: { status: number }) => ({ status: error.status, headers: [] }),
    onHandlerFailure: (failure: unknown) => {
      throw failure;
    },
    onFault: (what: string, cause: unknown) => {
      throw new Error(what, { cause });
    },
    onSlowReader: () => slowReaders += 1,
    nowMs: 0,
    date,
  } satisfies DialogueHost;
  const dialogue = new Dialogue(stream, stranger, host);
  const done = dialogue.run();
  const at = async (ms: number) => {
    host.nowMs = ms;
    dialogue.sweep(ms);
    await turn();
  };
  return {
    stream,
    host,
    dialogue,
    done,
    at,
    get slowReaders() {
      return slowReaders;
    },
  };
}

/** All that is ready has been handled: nothing here waits for the system. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export const H = "Host: a\r\n";

/** The status of an answer, as it is written. */
export const statusOf = (text: string | undefined): string | undefined => text?.slice(9, 12);

/** A request for `path`, as it is written. */
export const get = (path: string): string => `GET ${path} HTTP/1.1\r\n${H}\r\n`;

export const ok = (body: string): Response => ({ status: 200, headers: [], body });
