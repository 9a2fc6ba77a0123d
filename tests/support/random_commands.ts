/**
 * Random steps of a small cast, in batches, as time goes by and now and then back.
 *
 * @module
 */
import * as fc from "fast-check";
import { dayMs, hourMs, receiptLifeMs } from "../../lib/domain/bounds.ts";
import { defaultPolicy, type Policy } from "../../lib/domain/policy.ts";

/** Bounds that a few steps reach. */
export const tightPolicy: Policy = {
  ...defaultPolicy,
  limit: 2,
  unreadTtlMs: 2 * dayMs,
  banAfter: 2,
};

/** What may be done where nobody keeps order, by how often. */
const weights = {
  register: 1,
  issue: 1,
  revoke: 1,
  touch: 1,
  say: 4,
  whisper: 4,
  sayInRoom: 5,
  sayWithFiles: 4,
  comment: 4,
  commentElsewhere: 1,
  takeBack: 3,
  read: 2,
  readPrivate: 2,
  readRoom: 3,
  schedule: 3,
  scheduleWithFiles: 3,
  changeScheduled: 3,
  cancelScheduled: 1,
  sendScheduled: 5,
  report: 6,
  upload: 4,
  createRoom: 2,
  renameRoom: 1,
  handOver: 1,
  deleteRoom: 1,
  invite: 4,
  answerInvitation: 5,
  createLink: 3,
  revokeLink: 1,
  join: 4,
  answerRequest: 4,
  leave: 1,
  putOut: 1,
  setPassword: 1,
  rename: 2,
  again: 5,
};

/** What those do who keep order, and what comes of it, by how often. */
const moderationWeights = {
  giveRole: 4,
  ban: 4,
  unban: 3,
  dismiss: 1,
  removeMessage: 2,
  deleteUser: 3,
  erase: 9,
  inviteToRegister: 3,
  registerByInvite: 4,
  revokeInvite: 1,
  resetPassword: 1,
  revokeClients: 1,
};

export type ModerationKind = keyof typeof moderationWeights;
export type StepKind = keyof typeof weights | ModerationKind;

export function isModeration(kind: StepKind): kind is ModerationKind {
  return kind in moderationWeights;
}

/** One step, in terms of the cast: its numbers pick someone or something that is there by then. */
export interface Step {
  readonly kind: StepKind;
  readonly who: number;
  readonly what: number;
  readonly text: string;
  /** Whether someone does it who has no right to, or to what is no longer there. */
  readonly amiss: boolean;
  /** The number of the idempotency key, if it has one. */
  readonly key: number | undefined;
}

/** Steps that are carried out in one transaction, after some time has passed. */
export interface StepBatch {
  /** Less than nothing: the clock was set back. */
  readonly pauseMs: number;
  readonly steps: readonly Step[];
}

function stepOf(weights: Partial<Record<StepKind, number>>): fc.Arbitrary<Step> {
  const kinds = Object.entries(weights) as [StepKind, number][];
  return fc.record({
    kind: fc.oneof(
      ...kinds.map(([kind, weight]) => ({ arbitrary: fc.constant(kind), weight })),
    ),
    who: fc.nat(20),
    what: fc.nat(60),
    text: fc.constantFrom("hi", "привет", "👩‍🚀", "'; DROP TABLE users --", "a\nb"),
    amiss: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, fc.constant(true)),
    key: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, fc.nat(2)),
  });
}

const pauseMs: fc.Arbitrary<number> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 1000, 10 * 60_000) },
  { weight: 4, arbitrary: fc.constantFrom(hourMs - 1, hourMs, 2 * hourMs, 4 * hourMs) },
  { weight: 1, arbitrary: fc.constantFrom(receiptLifeMs - 1, receiptLifeMs, 3 * dayMs) },
  { weight: 1, arbitrary: fc.constantFrom(-1, -1000, -hourMs, -3 * hourMs) },
);

function batchesOf(step: fc.Arbitrary<Step>): fc.Arbitrary<readonly StepBatch[]> {
  return fc.array(
    fc.record({
      pauseMs,
      steps: fc.array(step, { minLength: 1, maxLength: 6, size: "max" }),
    }),
    { minLength: 6, maxLength: 30, size: "max" },
  ).map((batches) => [
    { pauseMs: 0, steps: arrivals },
    { pauseMs: 1, steps: beginnings },
    { pauseMs: 1, steps: invitations },
    { pauseMs: 1, steps: answers },
    ...batches,
  ]);
}

export const stepBatches: fc.Arbitrary<readonly StepBatch[]> = batchesOf(stepOf(weights));

/** With some who keep order: users are banned, deleted, and come by invitation. */
export const moderatedBatches: fc.Arbitrary<readonly StepBatch[]> = batchesOf(
  stepOf({ ...weights, ...moderationWeights }),
);

function plain(kind: StepKind, who: number, what: number): Step {
  return { kind, who, what, text: "hello", amiss: false, key: undefined };
}

// Three people and a room with two of them, so that there is something to do from the start.

const arrivals = [0, 1, 2].map((what) => plain("register", 0, what));

const beginnings = [
  plain("createRoom", 0, 0),
  plain("say", 1, 0),
  plain("whisper", 0, 1),
  plain("upload", 1, 3),
];

const invitations = [plain("invite", 0, 1), plain("createLink", 0, 1), plain("upload", 0, 2)];

const answers = [plain("answerInvitation", 1, 0), plain("join", 2, 0)];
