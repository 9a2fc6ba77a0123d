/**
 * Who may take a free name: anyone, who is invited, or nobody; and the code of the first owner.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import type { Register } from "../../lib/domain/rules/registration.ts";
import { type Random, randomText } from "../../lib/random.ts";
import type { Store } from "../store/store.ts";
import { type AttemptPolicy, Attempts, tooManyAttempts } from "./attempts.ts";
import { Failure, failureOf } from "./failure.ts";
import { networkOf } from "./network.ts";
import { hashOf } from "./secrets.ts";

/** Who may take a free name. */
export const registrationModes = ["open", "invite", "closed"] as const;
export type RegistrationMode = typeof registrationModes[number];

/** Against a flood of new names from one network. */
export const registrationPolicy: AttemptPolicy = {
  free: 200,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
};

/** Against one network that guesses codes of invitations. */
export const invitePolicy: AttemptPolicy = { free: 20, firstWaitMs: 1000, longestWaitMs: 900_000 };

/** What the code of the first owner begins with, so that no other is taken for one. */
const ownerCodePrefix = "owner_";

/** Bytes of chance in it. */
const ownerCodeBytes = 32;

/** How someone comes in, in the words of the rules. */
export type Entry = Pick<Register, "invite" | "role">;

export interface RegistrationsSetup {
  readonly clock: Clock;
  readonly mode: RegistrationMode;
}

/** What someone comes with who wants a free name. */
export interface Newcomer {
  /** The code of an invitation, if they have one. */
  readonly invite: string | undefined;
  readonly address: string;
  /** Whether the very same request has let them in, since it was looked for the last time. */
  readonly isIn: () => Promise<boolean>;
}

export class Registrations {
  readonly #clock: Clock;
  readonly #mode: RegistrationMode;
  readonly #names: Attempts;
  readonly #guesses: Attempts;
  /** The last check of a code that is under way. */
  #turn: Promise<unknown> = Promise.resolve();
  #ownerHash: Uint8Array | undefined;

  constructor({ clock, mode }: RegistrationsSetup) {
    this.#clock = clock;
    this.#mode = mode;
    this.#names = new Attempts(clock, registrationPolicy);
    this.#guesses = new Attempts(clock, invitePolicy);
  }

  /**
   * Draws the code by which someone registers as the owner, once, while there is none: the rules
   * see to that. Only its hash is kept, and in memory: whoever starts the server anew draws another.
   */
  drawOwnerCode(random: Random): string {
    const code = ownerCodePrefix + randomText(random, ownerCodeBytes);
    this.#ownerHash = bytesOf(hashOf(code));
    return code;
  }

  /** There is an owner: the code is over, also if there should be none again. */
  endOwnerCode(): void {
    this.#ownerHash = undefined;
  }

  /**
   * Lets a newcomer try to register, and counts it.
   *
   * @throws {Failure} `invite_needed` or `forbidden` if they may not, and `too_many_attempts` if too
   * many names, or codes that were none, have come from their network.
   */
  async admit(
    newcomer: Newcomer,
    store: Pick<Store, "registrationInvites">,
  ): Promise<Entry> {
    const network = networkOf(newcomer.address);
    const entry = await this.#entry(newcomer, store);
    const waitMs = this.#names.waitMs(network);
    if (waitMs > 0) throw tooManyAttempts("Too many names were registered from here.", waitMs);
    this.#names.count(network);
    return entry;
  }

  async #entry(
    newcomer: Newcomer,
    store: Pick<Store, "registrationInvites">,
  ): Promise<Entry> {
    const { invite: code } = newcomer;
    // One that is over must not make its bearer a mere user, who can't claim the server any more.
    if (code?.startsWith(ownerCodePrefix)) {
      await this.#check(newcomer, () => Promise.resolve(this.#isOwnerCode(code)));
      return { role: "owner" };
    }
    // Who follows an invitation to a server that has become open since simply gets in.
    if (this.#mode === "open") return {};
    // To come without a code is no guess: it is how a client finds out that it takes one.
    if (this.#mode === "closed" || code === undefined) throw this.#refusal();
    const hash = hashOf(code);
    await this.#check(newcomer, async () => {
      const invites = await store.registrationInvites(this.#clock.now());
      return invites.some((invite) => invite.hash === hash);
    });
    return { invite: hash };
  }

  #isOwnerCode(code: string): boolean {
    return this.#ownerHash !== undefined &&
      timingSafeEqual(bytesOf(hashOf(code)), this.#ownerHash);
  }

  /** Checks one code after another: many at the same time are no way around the bound. */
  async #check(newcomer: Newcomer, isGood: () => Promise<boolean>): Promise<void> {
    const turn = this.#turn.then(() => this.#checkNow(newcomer, isGood));
    this.#turn = turn.catch(() => {});
    await turn;
  }

  async #checkNow(
    { address, isIn }: Newcomer,
    isGood: () => Promise<boolean>,
  ): Promise<void> {
    // A code is too long to be found by trying: a good one passes even where others have to wait, or
    // one guest behind a proxy could keep all of them out.
    if (await isGood()) return;
    const network = networkOf(address);
    const waitMs = this.#guesses.waitMs(network);
    if (waitMs > 0) throw tooManyAttempts("Too many invitations that are none.", waitMs);
    // Who repeats the request that has used it up does not guess.
    if (!await isIn()) this.#guesses.count(network);
    throw this.#refusal();
  }

  #refusal(): Failure {
    return this.#mode === "closed"
      ? new Failure("forbidden", "Registration is closed on this server.")
      : failureOf({ code: "invite_needed" }, 0);
  }
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
