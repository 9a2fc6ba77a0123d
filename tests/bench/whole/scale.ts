/**
 * How much of everything: as the goals say, or so little that one sees in a minute that all works.
 *
 * @module
 */

/** The sizes of all workloads. */
export interface Scale {
  /** How often each server has its turn at each workload. */
  readonly rounds: number;
  /** How long messages are sent in a round, and before it for nothing. */
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Receivers of the common chat. */
  readonly streams: number;
  readonly rooms: number;
  readonly membersPerRoom: number;
  /** Streams that are told nothing, and how long until they are weighed. */
  readonly idleStreams: number;
  readonly idleMs: number;
  /** Streams that connect at one go. */
  readonly crowd: number;
  /** What a client has missed. */
  readonly backlog: number;
}

/** What the goals are set for. */
export const full: Scale = {
  rounds: 3,
  seconds: 3,
  warmUpSeconds: 1,
  streams: 1000,
  rooms: 100,
  membersPerRoom: 10,
  idleStreams: 5000,
  idleMs: 20_000,
  crowd: 10_000,
  backlog: 100_000,
};

/** Its figures tell nothing. */
export const quick: Scale = {
  rounds: 1,
  seconds: 1,
  warmUpSeconds: 0.2,
  streams: 200,
  rooms: 20,
  membersPerRoom: 10,
  idleStreams: 400,
  idleMs: 1000,
  crowd: 1000,
  backlog: 5000,
};
