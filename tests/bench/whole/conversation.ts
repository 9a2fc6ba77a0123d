/**
 * Who says what to whom: plans in the words of a candidate.
 *
 * @module
 */
import type { Speech } from "./candidate.ts";
import type { Plan } from "./plan.ts";

/** The number of the room in which all are. */
export const common = 0;

/** Some who listen in the one room, and some who send to it. */
export function toOneRoom(
  speech: Speech,
  { receivers = 0, senders = 0, load = 0 }: {
    readonly receivers?: number;
    readonly senders?: number;
    /** Another number for each load on a server. */
    readonly load?: number;
  },
): Plan {
  return {
    ...mannerOf(speech),
    receivers: Array.from(
      { length: receivers },
      (_, at) => ({ room: common, hello: speech.receiver(at, common) }),
    ),
    senders: Array.from(
      { length: senders },
      (_, at) => ({ room: common, ...speech.sender(at, common, load) }),
    ),
  };
}

/** How many rooms there are, and how many listen in each. */
export interface Rooms {
  readonly rooms: number;
  readonly members: number;
}

/** Rooms of the same size, in each of which one sends. */
export function toManyRooms(
  speech: Speech,
  { rooms, members, load }: Rooms & { readonly load: number },
): Plan {
  return {
    ...inManyRooms(speech, { rooms, members }),
    senders: Array.from({ length: rooms }, (_, at) => {
      const room = roomOf(at);
      return { room, ...speech.sender(at, room, load) };
    }),
  };
}

/** The same, in which nobody sends. */
export function inManyRooms(speech: Speech, { rooms, members }: Rooms): Plan {
  return {
    ...mannerOf(speech),
    receivers: Array.from({ length: rooms * members }, (_, at) => {
      const room = roomOf(Math.floor(at / members));
      return { room, hello: speech.receiver(at, room) };
    }),
    senders: [],
  };
}

/** The number of the Nth of many rooms. */
function roomOf(at: number): number {
  return common + 1 + at;
}

function mannerOf({ marks, window }: Speech): Pick<Plan, "marks" | "window"> {
  return { marks, ...(window !== undefined && { window }) };
}
