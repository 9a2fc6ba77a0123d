import { assertThrows } from "@std/assert";
import type { Event } from "../../lib/api/schemas.ts";
import { Heard } from "./heard.ts";
import { checkStreams } from "./stream_check.ts";
import { Violation } from "./violation.ts";
import { World } from "./world.ts";

const at = "2026-11-20T10:00:00.000Z";

/** Everyone's log: three are in the common chat, and two of them in a room, of which one leaves. */
const log: readonly (readonly [event: Event, ...hearers: readonly number[]])[] = [
  [{ type: "member.joined", room: "common", user: "u0v0" }, 0],
  [{ type: "member.joined", room: "common", user: "u1v0" }, 0, 1],
  [{ type: "member.joined", room: "common", user: "u2v0" }, 0, 1, 2],
  [message(4, "common"), 0, 1, 2],
  [{ type: "room.created", room: "5", room_kind: "room", name: "r", members: ["u0v0"] }, 0],
  [{ type: "member.joined", room: "5", user: "u1v0" }, 0, 1],
  [message(7, "5"), 0, 1],
  [{ type: "member.left", room: "5", user: "u1v0" }, 1],
  [{ type: "member.left", room: "5", user: "u1v0" }, 0],
  [message(10, "5"), 0],
  [{ type: "read", room: "5", read_id: 7 }, 0],
  [message(12, "common"), 0, 1, 2],
];

function message(id: number, room: string): Event {
  const what = { text: `m${id}`, at, expires_at: at, comments: 0, files: [] };
  return { type: "message", id, room, room_kind: "room", author: "u0v0", ...what };
}

/** What a stream of a user tells of the log, changed; it was live from a position on. */
function told(
  user: number,
  change: (positions: number[]) => number[] = (positions) => positions,
  { liveAfter = 0 }: { readonly liveAfter?: number } = {},
): void {
  const world = new World();
  const streamOf = (hearer: number) =>
    new Heard({
      user: hearer,
      client: `stream of ${hearer}`,
      chronicle: world.chronicle,
      cursor: "k-0",
      note: () => {},
    });
  const others = [0, 1, 2].filter((other) => other !== user).map((other) => {
    const heard = streamOf(other);
    for (const [index, [event, ...hearers]] of log.entries()) {
      if (hearers.includes(other)) heard.event(event, `k-${index + 1}`);
    }
    return heard;
  });
  const positions = log.flatMap(([, ...hearers], index) =>
    hearers.includes(user) ? [index + 1] : []
  );
  const heard = streamOf(user);
  let isLive = false;
  for (const position of change(positions)) {
    if (!isLive && position > liveAfter) {
      heard.caughtUp(`k-${Math.max(liveAfter, heard.position)}`);
      isLive = true;
    }
    const [event] = log[position - 1] ?? [];
    if (event !== undefined) heard.event(event, `k-${position}`);
  }
  checkStreams(world, [...others, heard], []);
}

const without = (gone: number) => (positions: number[]) => positions.filter((at) => at !== gone);

Deno.test("a stream that tells all that its user may see is as it must be", () => {
  for (const user of [0, 1, 2]) told(user);
});

Deno.test("a stream with a gap is found out, whether it was live or not", () => {
  assertThrows(() => told(2, without(4)), Violation, "leaves out");
  assertThrows(() => told(2, without(4), { liveAfter: 6 }), Violation, "leaves out");
});

Deno.test("who has left a room need not be told later what was said, but at the time", () => {
  told(1, without(7), { liveAfter: 9 });
  assertThrows(() => told(1, without(7)), Violation, "leaves out");
});

Deno.test("a stream that repeats, or goes back, is found out", () => {
  assertThrows(() => told(2, (all) => [...all, 12]), Violation, "again or too late");
  assertThrows(() => told(2, (all) => all.toReversed()), Violation, "again or too late");
});

Deno.test("a stream that tells of a room to who is not in it is found out", () => {
  const more = (position: number) => (all: number[]) => [...all, position].sort((a, b) => a - b);
  assertThrows(() => told(2, more(7)), Violation, "is not for user 2");
  assertThrows(() => told(1, more(10)), Violation, "is not for user 1");
  // What is for one user alone, too.
  assertThrows(() => told(1, more(11)), Violation, "is not for user");
});

Deno.test("a poll tells what others were told too, but of a room in which nobody is left", () => {
  const deleted: Event = { type: "message.deleted", room: "1", id: 2 as never };
  const poll = ({ isOver }: { readonly isOver: boolean }) => {
    const world = new World();
    const { chronicle } = world;
    const heard = new Heard({ user: 0, client: "c0", chronicle, cursor: "k-0", note: () => {} });
    const members = ["u0v0"];
    heard.event({ type: "room.created", room: "1", room_kind: "room", name: "r", members }, "k-1");
    heard.unplaced(deleted);
    heard.polled("k-3");
    if (isOver) heard.event({ type: "room.deleted", room: "1" }, "k-4");
    checkStreams(world, [heard], []);
  };
  poll({ isOver: true });
  assertThrows(() => poll({ isOver: false }), Violation, "a poll tells what");
});
