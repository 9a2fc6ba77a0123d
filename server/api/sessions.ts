/**
 * Who a request comes from: tokens, looked up once and remembered.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { TokenId, UserId } from "../../lib/domain/ids.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { Committed, Engine } from "../chat/engine.ts";
import type { Store } from "../store/store.ts";
import { hashOf } from "./secrets.ts";

/** Tokens that are remembered; the one longest unused is forgotten first. */
export const sessionsRememberedMax = 10_000;

/** How stale a token's `last_seen` may be. */
const seenEveryMs = 60_000;

/** A client that has shown a valid token. */
export interface Session {
  readonly user: UserId;
  readonly token: TokenId;
}

interface Remembered {
  readonly session: Session;
  seenMs: number;
}

export interface SessionsSetup {
  readonly store: Store;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** Valid tokens and whose they are. */
export class Sessions {
  readonly #setup: SessionsSetup;
  readonly #log = logFor("sessions");
  /** By secret, the one longest unused first. */
  readonly #remembered = new Map<string, Remembered>();
  readonly #secrets = new Map<TokenId, string>();
  #revocations = 0;

  constructor(setup: SessionsSetup) {
    this.#setup = setup;
  }

  /** Whose token `secret` is; synchronous if it is remembered. */
  find(secret: string): Session | undefined | Promise<Session | undefined> {
    const remembered = this.#remembered.get(secret);
    if (remembered === undefined) return this.#lookUp(secret);
    // Last in the map is the one used last.
    this.#remembered.delete(secret);
    this.#remembered.set(secret, remembered);
    this.#touch(remembered);
    return remembered.session;
  }

  /** Forgets what was made untrue. */
  follow({ events, late }: Pick<Committed, "events" | "late">): void {
    if (late === "forgotten") {
      // Any token may have been revoked in what nobody can tell of any more.
      this.#revocations += 1;
      this.#remembered.clear();
      this.#secrets.clear();
    }
    for (const event of events) {
      if (event.type !== "token.revoked") continue;
      this.#revocations += 1;
      const secret = this.#secrets.get(event.token);
      if (secret !== undefined) this.#forget(secret);
    }
  }

  async #lookUp(secret: string): Promise<Session | undefined> {
    const revocations = this.#revocations;
    const found = await this.#setup.store.findToken(hashOf(secret));
    // It may have been this one that was revoked meanwhile.
    if (revocations !== this.#revocations) return await this.#lookUp(secret);
    if (found === undefined) return undefined;
    const { token, user } = found;
    const session: Session = { user: user.id, token: token.id };
    const remembered = { session, seenMs: token.lastSeenMs };
    this.#remember(secret, remembered);
    this.#touch(remembered);
    return session;
  }

  #remember(secret: string, remembered: Remembered): void {
    this.#remembered.set(secret, remembered);
    this.#secrets.set(remembered.session.token, secret);
    if (this.#remembered.size > sessionsRememberedMax) {
      const [oldest] = this.#remembered.keys();
      if (oldest !== undefined) this.#forget(oldest);
    }
  }

  #forget(secret: string): void {
    const remembered = this.#remembered.get(secret);
    if (remembered === undefined) return;
    this.#remembered.delete(secret);
    this.#secrets.delete(remembered.session.token);
  }

  #touch(remembered: Remembered): void {
    const nowMs = this.#setup.clock.now();
    if (nowMs - remembered.seenMs < seenEveryMs) return;
    remembered.seenMs = nowMs;
    this.#setup.engine.submit({ type: "token.touch", tokens: [remembered.session.token] }).catch(
      (failure) => this.#log.warning("Cannot note when a client was seen", failureFields(failure)),
    );
  }
}
