/**
 * The ledger: what was asked for, and what is known to have come of it.
 *
 * @module
 */

import { secretKeyCharactersMin } from "../../server/api/secrets.ts";

/** Where something is said; none of the three is the common chat. */
export interface Place {
  /** A user's number. */
  readonly to?: number;
  readonly room?: string;
  readonly commentOn?: number;
}

type Fields = Readonly<Record<string, string | number | boolean | readonly number[]>>;

/** What is asked for by a method and a target as `POST /send`, with fields as JSON. */
export type Question = readonly [what: string, fields?: Fields | undefined];

export type Verb =
  | "send"
  | "schedule"
  | "reschedule"
  | "cancel"
  | "upload"
  | "delete"
  | "read"
  | "report"
  | "rename"
  | "room.create"
  | "room.rename"
  | "invite"
  | "invitation"
  | "link"
  | "join"
  | "request"
  | "leave";

/** One thing that a user wants done, however often it must be asked for. */
export interface Intent {
  readonly verb: Verb;
  /** The user's number. */
  readonly user: number;
  readonly client: string;
  readonly key: string;
  /** What is said, unlike anything else that is. */
  readonly text?: string;
  readonly place?: Place;
  /** What it is about: a message, a scheduled message, a user's number. */
  readonly about?: number;
  /** Files that it carries, by their ids. */
  readonly files?: readonly number[];
  /** How it is asked for, by a raw client. */
  readonly question?: Question;
  /** The bytes of an upload. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** How long after it was asked for it is to be said, in milliseconds. */
  readonly inMs?: number;
  /** When it was first asked for, in milliseconds since 1970 UTC. */
  readonly wallMs: number;
  /** The same, by a clock that never goes back, in milliseconds. */
  readonly startMs: number;
  endMs: number;
  /** `open`: nobody knows yet. `given_up`: nobody will. */
  state: "open" | "done" | "refused" | "given_up";
  /** What was answered at last. */
  status: number;
  answer: Record<string, unknown>;
  attempts: number;
}

/** Intents of each verb that are at hand at once, the last ones. */
const recentMax = 200;

/** What makes an intent, before anything came of it. */
export type Wanted = Omit<
  Intent,
  "key" | "wallMs" | "startMs" | "endMs" | "state" | "status" | "answer" | "attempts"
>;

export class Ledger {
  readonly intents: Intent[] = [];
  readonly #recent = new Map<Verb, Intent[]>();
  #keys = 0;

  /** Writes down that something is wanted, under a key of its own if there is none yet. */
  open(wanted: Wanted, key = this.#newKey(wanted.client)): Intent {
    const intent: Intent = {
      ...wanted,
      key,
      wallMs: Date.now(),
      startMs: performance.now(),
      endMs: Infinity,
      state: "open",
      status: 0,
      answer: {},
      attempts: 0,
    };
    this.intents.push(intent);
    const recent = this.#recent.get(wanted.verb) ?? [];
    this.#recent.set(wanted.verb, recent);
    recent.push(intent);
    if (recent.length > 2 * recentMax) recent.splice(0, recentMax);
    return intent;
  }

  /** Long enough for what is answered with a secret, such as a link. */
  #newKey(client: string): string {
    return `${client}-${this.#keys++}`.padEnd(secretKeyCharactersMin, "-");
  }

  /** The last ones of a verb. */
  recent(verb: Verb): readonly Intent[] {
    return this.#recent.get(verb) ?? [];
  }

  of(...verbs: readonly Verb[]): readonly Intent[] {
    return this.intents.filter(({ verb }) => verbs.includes(verb));
  }

  /** Those whose outcome is known to be a success. */
  done(...verbs: readonly Verb[]): readonly Intent[] {
    return this.of(...verbs).filter(({ state }) => state === "done");
  }
}

/** Settles an intent. */
export function settle(
  intent: Intent,
  state: Exclude<Intent["state"], "open">,
  { status = 0, answer = {} }: { status?: number; answer?: Record<string, unknown> } = {},
): void {
  Object.assign(intent, { state, status, answer, endMs: performance.now() });
}
