/**
 * Which tab of a browser leads: exactly one, as soon as the tabs have heard of each other.
 *
 * @module
 */
import type { Clock, Timer } from "../../../../lib/clock.ts";

/** How long a tab listens for a leader before it leads itself. */
export const electionWaitMs = 100;

/** How often a tab that can be seen asks whether the leader is there. */
export const visiblePingMs = 5000;

/** The same for a tab that can't be seen, which nobody waits for. */
export const hiddenPingMs = 60_000;

/** How long the leader may take to answer: it does so at once, also where nobody sees it. */
export const pongWaitMs = 2000;

/** What tabs say about the lead. */
export type ElectionMessage =
  /** Is there a leader? Whoever is it answers with `lead`. */
  | { readonly type: "ask"; readonly from: string }
  | {
    readonly type: "lead";
    readonly from: string;
    /** Which lead it is: one that is taken over has a higher number than the one before. */
    readonly term: number;
    /** When it began, in milliseconds since 1970 UTC. */
    readonly sinceMs: number;
    /** It begins just now. */
    readonly isNew: boolean;
  }
  /** The leader goes; `heir` leads from now on, without asking. */
  | { readonly type: "resign"; readonly from: string; readonly heir: string | undefined };

export type Role =
  /** It does not know of a leader yet, or any more. */
  | { readonly kind: "asking" }
  | { readonly kind: "leading"; readonly term: number }
  | {
    readonly kind: "following";
    readonly leader: string;
    readonly term: number;
    /** The lead was taken just now, not found. */
    readonly isNew: boolean;
  }
  /** It takes no part. */
  | { readonly kind: "away" };

export interface ElectionSetup {
  /** Names this tab among all. */
  readonly id: string;
  readonly clock: Clock;
  /** Tells all other tabs. */
  readonly post: (message: ElectionMessage) => void;
  /** Told of each change of what this tab is. */
  readonly changed: (role: Role) => void;
}

type LeadMessage = ElectionMessage & { readonly type: "lead" };

/**
 * One tab's part in the election.
 *
 * Two tabs may lead for a moment, as when one was frozen; as soon as they hear of each other, all but
 * one step down: the one of the highest term stays, of these the one that leads for longest.
 */
export class Election {
  readonly #setup: ElectionSetup;
  #role: Role = { kind: "away" };
  /** The lead of this tab, or the one that it follows. */
  #lead: LeadMessage | undefined;
  /** The highest term that was heard of. */
  #term = 0;
  #isVisible = true;
  /** Whoever has asked last: likely to be there when this tab goes. */
  #lastAsker: string | undefined;
  /** Whom it has told, since it began to ask, that it asks too. */
  readonly #told = new Set<string>();
  #timer: Timer | undefined;
  #awaitsPong = false;

  constructor(setup: ElectionSetup) {
    this.#setup = setup;
  }

  get role(): Role {
    return this.#role;
  }

  /** Takes part: asks who leads, and leads if nobody does. */
  start(): void {
    this.#ask();
  }

  /** Takes what another tab has said. */
  hear(message: ElectionMessage): void {
    if (this.#role.kind === "away") return;
    switch (message.type) {
      case "ask":
        this.#heedAsk(message.from);
        return;
      case "lead":
        this.#heedLead(message);
        return;
      case "resign":
        if (this.#role.kind !== "following" || message.from !== this.#role.leader) return;
        if (message.heir === this.#setup.id) this.#takeLead();
        else this.#ask();
    }
  }

  /** Whether the user can see this tab from now on. */
  set visible(isVisible: boolean) {
    this.#isVisible = isVisible;
    if (this.#role.kind !== "following") return;
    if (isVisible) this.#pingNow();
    else this.#schedulePing(hiddenPingMs);
  }

  /** Takes no part any more: if this tab leads, another one does at once. */
  leave(): void {
    const { id, post } = this.#setup;
    this.#timer?.cancel();
    if (this.#role.kind === "leading") post({ type: "resign", from: id, heir: this.#lastAsker });
    this.#become({ kind: "away" });
  }

  #heedAsk(from: string): void {
    this.#lastAsker = from;
    if (this.#role.kind === "leading") this.#tellLead();
    if (this.#role.kind !== "asking") return;
    // Of those who ask at the same time, the first by id leads; one that opened later than this tab
    // has not heard it ask. To tell them each time would have them all tell each other without end.
    if (from < this.#setup.id) {
      this.#waitForLead(2);
    } else if (!this.#told.has(from)) {
      this.#told.add(from);
      this.#postAsk();
    }
  }

  #heedLead(lead: LeadMessage): void {
    this.#term = Math.max(this.#term, lead.term);
    switch (this.#role.kind) {
      case "leading":
        if (this.#lead === undefined || precedes(lead, this.#lead)) this.#follow(lead);
        else this.#tellLead();
        return;
      case "following":
        if (
          this.#lead === undefined || lead.from === this.#lead.from || precedes(lead, this.#lead)
        ) {
          this.#follow(lead);
        } else {
          // Whoever is really there will answer, and the other one hear it.
          this.#pingNow();
        }
        return;
      case "asking":
        this.#follow(lead);
    }
  }

  #ask(): void {
    this.#told.clear();
    this.#become({ kind: "asking" });
    this.#postAsk();
    this.#waitForLead(1);
  }

  #postAsk(): void {
    this.#setup.post({ type: "ask", from: this.#setup.id });
  }

  #waitForLead(times: number): void {
    this.#setTimer(times * electionWaitMs, () => this.#takeLead());
  }

  #takeLead(): void {
    const { id, clock } = this.#setup;
    this.#timer?.cancel();
    const term = ++this.#term;
    this.#lead = { type: "lead", from: id, term, sinceMs: clock.now(), isNew: true };
    this.#setup.post(this.#lead);
    this.#become({ kind: "leading", term });
  }

  #tellLead(): void {
    if (this.#lead !== undefined) this.#setup.post({ ...this.#lead, isNew: false });
  }

  #follow(lead: LeadMessage): void {
    const { from: leader, term, isNew } = lead;
    this.#lead = lead;
    this.#schedulePing(this.#isVisible ? visiblePingMs : hiddenPingMs);
    const isKnown = this.#role.kind === "following" && this.#role.leader === leader &&
      this.#role.term === term;
    if (!isKnown) this.#become({ kind: "following", leader, term, isNew });
  }

  #schedulePing(delayMs: number): void {
    this.#setTimer(delayMs, () => this.#ping());
  }

  /** Asks whether the leader is there, unless its answer is waited for already. */
  #pingNow(): void {
    if (!this.#awaitsPong) this.#ping();
  }

  #ping(): void {
    this.#postAsk();
    this.#setTimer(pongWaitMs, () => this.#ask());
    this.#awaitsPong = true;
  }

  #setTimer(delayMs: number, callback: () => void): void {
    this.#timer?.cancel();
    this.#awaitsPong = false;
    this.#timer = this.#setup.clock.setTimer(delayMs, callback);
  }

  #become(role: Role): void {
    this.#role = role;
    this.#setup.changed(role);
  }
}

/** Whether the first of two leads is the one that stays. */
function precedes(one: LeadMessage, other: LeadMessage): boolean {
  if (one.term !== other.term) return one.term > other.term;
  if (one.sinceMs !== other.sinceMs) return one.sinceMs < other.sinceMs;
  return one.from < other.from;
}
