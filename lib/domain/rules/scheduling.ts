/**
 * Scheduling: messages that are written now and sent later.
 *
 * @module
 */
import { scheduleAheadMaxMs, scheduleAheadMinMs, scheduledPerUserMax } from "../bounds.ts";
import { attachmentsOf } from "../file.ts";
import type { FileId, ScheduledId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { alreadySent, invalid, notFound, type RefusalCode, type Refused } from "../refusal.ts";
import { type Circumstances, type Rule, success } from "../rule.ts";
import type { Scheduled } from "../scheduled.ts";
import type { State } from "../state.ts";
import { isDeleted, refTo } from "../user.ts";
import { findFiles } from "./attachments.ts";
import { type Destination, findPlace, needDestination } from "./destinations.ts";
import { banOf, exhaustion, isLimited, useLimit } from "./limits.ts";
import { deliver, type Letter } from "./sending.ts";

/** A time, or how far ahead it is. */
export type When =
  | { readonly field: "at"; readonly atMs: number }
  | { readonly field: "in"; readonly inMs: number };

/** Has a message sent later. */
export interface Schedule {
  readonly type: "schedule";
  readonly actor: UserId;
  readonly destination: Destination;
  readonly text: string;
  readonly files: readonly FileId[];
  readonly when: When;
  readonly retry?: Retry;
}

/** Changes a message that has not been sent. One that could not be sent waits again. */
export interface ChangeScheduled {
  readonly type: "scheduled.change";
  readonly actor: UserId;
  readonly scheduled: ScheduledId;
  readonly text?: string;
  readonly when?: When;
  readonly retry?: Retry;
}

export interface CancelScheduled {
  readonly type: "scheduled.cancel";
  readonly actor: UserId;
  readonly scheduled: ScheduledId;
  readonly retry?: Retry;
}

/** Sends a message whose time has come, or tells its author why not. */
export interface SendScheduled {
  readonly type: "scheduled.send";
  /** As it was found to be due; what holds is what it is when it is sent. */
  readonly scheduled: Scheduled;
}

export interface ScheduledOutcome {
  readonly scheduled: Scheduled;
}

/** What a receipt keeps of a scheduled message: nothing of what it says. */
type Kept = Pick<Scheduled, "id" | "place" | "dueMs" | "createdMs">;

export const schedule: Rule<Schedule, ScheduledOutcome> = {
  needs({ actor, destination, files }, needs) {
    needs.users.add(actor);
    needDestination(actor, destination, needs);
    needs.unsentBy.add(actor);
    needs.windows.push({ user: actor, kind: "schedule" });
    for (const file of files) needs.files.add(file);
  },

  decide({ actor, destination, text, files: ids, when, retry }, state, circumstances) {
    const { nowMs } = circumstances;
    const author = state.users.get(actor);
    if (author === undefined) return notFound("user");
    const found = findPlace(author, destination, state, circumstances);
    if (!found.ok) return found;
    const { place } = found;
    const attached = findFiles(actor, ids, state);
    if (!attached.ok) return attached;
    const due = dueOf(when, nowMs);
    if (!due.ok) return due;
    const ban = banOf(author, nowMs);
    if (ban !== undefined) return ban;
    if (unsentOf(actor, state).length >= scheduledPerUserMax) {
      return invalid(
        when.field,
        `can't be taken: ${scheduledPerUserMax} messages wait or have failed already`,
      );
    }
    const against = exhaustion(actor, "schedule", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "schedule", state, circumstances);
    const position = state.nextPosition();
    const scheduled: Scheduled = {
      id: position as ScheduledId,
      author: actor,
      place: "with" in place ? { to: refTo(place.with) } : place,
      text,
      ...(destination.commentOn !== undefined && { commentOn: destination.commentOn }),
      files: attachmentsOf(attached.files),
      dueMs: due.ms,
      createdMs: nowMs,
      ...(retry !== undefined && { key: retry.key }),
    };
    state.scheduled.put(scheduled);
    for (const file of attached.files) state.files.put({ ...file, scheduled: scheduled.id });
    state.tell(
      { type: "scheduled.created", audience: actor, scheduled: scheduled.id, dueMs: due.ms },
      nowMs,
      position,
    );
    return success({ scheduled });
  },

  receipt: {
    keep: ({ scheduled: { id, place, dueMs, createdMs } }): Kept => {
      return { id, place, dueMs, createdMs };
    },
    recall(kept, { actor, destination, text, files, retry }, state) {
      return {
        scheduled: {
          ...kept as Kept,
          author: actor,
          text,
          ...(destination.commentOn !== undefined && { commentOn: destination.commentOn }),
          files: attachmentsOf(files.flatMap((id) => state.files.get(id) ?? [])),
          ...(retry !== undefined && { key: retry.key }),
        },
      };
    },
  },
};

export const changeScheduled: Rule<ChangeScheduled, ScheduledOutcome> = {
  needs({ actor, scheduled }, needs) {
    needs.users.add(actor);
    needs.scheduled.add(scheduled);
    needs.windows.push({ user: actor, kind: "schedule" });
  },

  decide({ actor, scheduled: id, text, when }, state, circumstances) {
    const { nowMs } = circumstances;
    const found = findUnsent(actor, id, state);
    if (!found.ok) return found;
    const author = state.users.get(actor);
    if (author === undefined) return notFound("user");
    const due = when === undefined ? undefined : dueOf(when, nowMs);
    if (due !== undefined && !due.ok) return due;
    const ban = banOf(author, nowMs);
    if (ban !== undefined) return ban;
    const { end, ...before } = found.scheduled;
    if (end !== undefined && due === undefined) {
      return invalid("at", "must be given, for it could not be sent when it was due");
    }
    const against = exhaustion(actor, "schedule", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "schedule", state, circumstances);
    const scheduled: Scheduled = {
      ...before,
      ...(text !== undefined && { text }),
      ...(due !== undefined && { dueMs: due.ms }),
    };
    state.scheduled.put(scheduled);
    state.tell(
      { type: "scheduled.updated", audience: actor, scheduled: id, dueMs: scheduled.dueMs },
      nowMs,
    );
    return success({ scheduled });
  },

  receipt: {
    keep: ({ scheduled: { id, place, dueMs, createdMs } }): Kept => {
      return { id, place, dueMs, createdMs };
    },
    // What the first answer told may have been sent, changed or cancelled meanwhile.
    recall(kept, { actor, scheduled: id, text = "" }, state) {
      const now = state.scheduled.get(id);
      return {
        scheduled: {
          ...(now ?? { author: actor, files: [] }),
          ...kept as Kept,
          text: text === "" ? now?.text ?? "" : text,
        },
      };
    },
  },
};

export const cancelScheduled: Rule<CancelScheduled, null> = {
  needs({ scheduled }, needs) {
    needs.scheduled.add(scheduled);
  },

  decide({ actor, scheduled: id }, state, { nowMs }) {
    const found = findUnsent(actor, id, state);
    if (!found.ok) return found;
    state.scheduled.remove(found.scheduled);
    state.tell({ type: "scheduled.cancelled", audience: actor, scheduled: id }, nowMs);
    return success(null);
  },
};

export const sendScheduled: Rule<SendScheduled, null> = {
  needs({ scheduled }, needs) {
    const { id, author, files } = scheduled;
    needs.scheduled.add(id);
    needs.users.add(author);
    needDestination(author, destinationOf(scheduled), needs);
    needs.windows.push({ user: author, kind: "common" });
    for (const file of files) needs.files.add(file.id);
  },

  decide({ scheduled: { id } }, state, circumstances) {
    const { nowMs } = circumstances;
    const scheduled = state.scheduled.get(id);
    // It may have been cancelled, put off or sent since it was found to be due.
    if (scheduled === undefined || scheduled.end !== undefined || scheduled.dueMs > nowMs) {
      return success(null);
    }
    const { author } = scheduled;
    const letter = letterOf(scheduled, state, circumstances);
    if (!letter.ok) {
      fail(scheduled, letter.refusal.code, state, nowMs);
      return success(null);
    }
    const message = deliver(letter.letter, state, circumstances);
    const end = { kind: "sent", message: message.id, atMs: nowMs } as const;
    state.scheduled.put({ ...scheduled, text: "", files: [], end });
    state.tell(
      { type: "scheduled.sent", audience: author, scheduled: id, message: message.id },
      nowMs,
    );
    return success(null);
  },
};

function fail(scheduled: Scheduled, code: RefusalCode, state: State, nowMs: number): void {
  state.scheduled.put({ ...scheduled, end: { kind: "failed", code, atMs: nowMs } });
  state.tell(
    { type: "scheduled.failed", audience: scheduled.author, scheduled: scheduled.id, code },
    nowMs,
  );
}

/** Looks at everything that sending at once would look at. */
function letterOf(
  scheduled: Scheduled,
  state: State,
  circumstances: Circumstances,
): { readonly ok: true; readonly letter: Letter } | Refused {
  const { id, text, commentOn, key } = scheduled;
  const author = state.users.get(scheduled.author);
  if (author === undefined || isDeleted(author)) return notFound("user");
  const found = findPlace(author, destinationOf(scheduled), state, circumstances);
  if (!found.ok) return found;
  const { place } = found;
  const attached = findFiles(author.id, scheduled.files.map((file) => file.id), state, id);
  if (!attached.ok) return attached;
  const against = banOf(author, circumstances.nowMs) ??
    (isLimited(place) ? exhaustion(author.id, "common", state, circumstances) : undefined);
  if (against !== undefined) return against;
  return {
    ok: true,
    letter: {
      author,
      place,
      text,
      files: attached.files,
      ...(commentOn !== undefined && { commentOn }),
      ...(key !== undefined && { key }),
    },
  };
}

function destinationOf({ place, commentOn }: Scheduled): Destination {
  return {
    ...("to" in place ? { to: place.to.id } : { room: place.room }),
    ...(commentOn !== undefined && { commentOn }),
  };
}

/** One of the actor's own that was not sent: it waits, or could not be sent. */
function findUnsent(
  actor: UserId,
  id: ScheduledId,
  state: State,
): { readonly ok: true; readonly scheduled: Scheduled } | Refused {
  const scheduled = state.scheduled.get(id);
  if (scheduled === undefined || scheduled.author !== actor) return notFound("scheduled message");
  return scheduled.end?.kind === "sent" ? alreadySent : { ok: true, scheduled };
}

function unsentOf(user: UserId, state: State): readonly Scheduled[] {
  return state.scheduled.where(({ author, end }) => author === user && end?.kind !== "sent");
}

function dueOf(
  when: When,
  nowMs: number,
): { readonly ok: true; readonly ms: number } | Refused {
  const aheadMs = when.field === "in" ? when.inMs : when.atMs - nowMs;
  if (aheadMs < scheduleAheadMinMs || aheadMs > scheduleAheadMaxMs) {
    return invalid(when.field, "must be from 1 s to 1 year ahead");
  }
  return { ok: true, ms: nowMs + aheadMs };
}
