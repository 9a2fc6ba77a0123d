/**
 * What a load is to do, and how it is told to the program that does it.
 *
 * @module
 */

/** Stands in a message where the program puts who sends it and which one it is: 12 digits. */
export const serial = "%".repeat(12);

/** The text that receivers look for: as long as the text of a message in all benchmarks. */
export const serialText: string = `^${serial}`.padEnd(120, "x");

/** One that listens. */
export interface Receiver {
  readonly room: number;
  /** What it says to be told. */
  readonly hello: string;
}

/** One that sends its next message as soon as its last has come to all of its room. */
export interface Sender {
  readonly room: number;
  /** What it says before the first; may be empty. */
  readonly hello: string;
  readonly message: string;
}

/** By what the other side is understood. */
export interface Marks {
  /** What a receiver is answered when it listens; without it, the end of any line. */
  readonly ready?: string;
  /** What a sender is answered to its greeting. */
  readonly greeted?: string;
  /** What it is answered to a message; without it, it is not. */
  readonly ack?: string;
}

/** A load. */
export interface Plan {
  readonly marks: Marks;
  readonly receivers: readonly Receiver[];
  readonly senders: readonly Sender[];
  /** How long new messages are sent, and how many at most. */
  readonly seconds?: number;
  readonly messages?: number;
  /** From one message of a sender to the next; without it, as soon as may be. */
  readonly intervalMicros?: number;
  /** Connections that may be opening at a time. */
  readonly window?: number;
  /** What each receiver shall be told of messages that were sent before. */
  readonly expect?: { readonly messages: number; readonly senders: number };
}

/** Connections that are opening at a time where a plan does not say. */
const windowDefault = 256;

/** The plan as the program reads it, without the place where it is to connect. */
export function planText(plan: Plan): string {
  const { marks, receivers, senders, seconds = 0, messages = 0, expect } = plan;
  const lines = [
    `window ${plan.window ?? windowDefault}`,
    `seconds ${seconds}`,
    `messages ${messages}`,
    `interval ${plan.intervalMicros ?? 0}`,
    ...(marks.ready === undefined ? [] : [`ready ${escaped(marks.ready)}`]),
    ...(marks.greeted === undefined ? [] : [`greeted ${escaped(marks.greeted)}`]),
    ...(marks.ack === undefined ? [] : [`ack ${escaped(marks.ack)}`]),
    ...(expect === undefined ? [] : [`expect ${expect.messages} ${expect.senders}`]),
    ...receivers.map(({ room, hello }) => `receiver ${room} ${escaped(hello)}`),
    ...senders.map(({ room, hello, message }) =>
      `sender ${room} ${escaped(hello)}\t${escaped(message)}`
    ),
  ];
  return `${lines.join("\n")}\n`;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\r": "\\r",
  "\n": "\\n",
  "\t": "\\t",
};

function escaped(text: string): string {
  return text.replaceAll(/[\\\r\n\t]/g, (character) => escapes[character] ?? character);
}
