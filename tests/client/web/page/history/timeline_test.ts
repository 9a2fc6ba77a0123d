import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Unreachable } from "../../../../../client/connection/failures.ts";
import {
  aged,
  arrived,
  asked,
  deleted,
  deletedIdsMax,
  failed,
  opened,
  pageArrived,
  renamed,
  targeted,
  timelineMessagesMax,
  type Track,
} from "../../../../../client/web/page/history/timeline.ts";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { hourMs } from "../../../../../lib/domain/bounds.ts";
import { messageOf } from "../../../stub_server.ts";

const common = { kind: "common" } as const;

function range(first: number, last: number): Message[] {
  return Array.from({ length: last - first + 1 }, (_, index) => messageOf(first + index));
}

/** A timeline with these messages at hand. */
function trackOf(
  messages: readonly Message[],
  { hasOlder = false, hasNewer = false }: { hasOlder?: boolean; hasNewer?: boolean } = {},
): Track {
  return pageArrived(opened(common, { readId: 0 }), { messages, hasOlder, hasNewer });
}

function idsOf({ timeline }: Track): number[] {
  return timeline.messages.map(({ id }) => id);
}

const news = { isNews: true } as const;

Deno.test("a place that is gone to has nothing at hand, and its first page is asked for", () => {
  assertEquals(opened(common, { readId: 4 }).timeline, {
    place: common,
    messages: [],
    hasOlder: false,
    hasNewer: false,
    readId: 4,
    target: undefined,
    loading: "first",
    failure: undefined,
  });
});

Deno.test("older pages come before what is at hand, newer ones behind it", () => {
  let track = trackOf(range(4, 6), { hasOlder: true, hasNewer: true });
  track = pageArrived(asked(track, "older"), {
    messages: range(2, 3),
    hasOlder: false,
    hasNewer: false,
  });
  assertEquals(idsOf(track), [2, 3, 4, 5, 6]);
  assertEquals([track.timeline.hasOlder, track.timeline.hasNewer], [false, true]);
  track = pageArrived(asked(track, "newer"), {
    messages: range(7, 8),
    hasOlder: false,
    hasNewer: false,
  });
  assertEquals(idsOf(track), [2, 3, 4, 5, 6, 7, 8]);
  assertEquals(track.timeline.hasNewer, false);
});

Deno.test("a message that comes in stands in order of the ids, and once", () => {
  let track = trackOf(range(1, 3));
  // One's own is answered before the stream tells what was said earlier.
  for (const id of [6, 5, 6]) track = arrived(track, messageOf(id), news);
  assertEquals(idsOf(track), [1, 2, 3, 5, 6]);
});

Deno.test("a message that comes in is not shown where newer ones are not at hand", () => {
  const track = trackOf(range(1, 3), { hasNewer: true });
  assertEquals(idsOf(arrived(track, messageOf(9), news)), [1, 2, 3]);
});

Deno.test("a message from before what is at hand is left to its page", () => {
  assertEquals(idsOf(arrived(trackOf(range(5, 6), { hasOlder: true }), messageOf(2), news)), [
    5,
    6,
  ]);
  assertEquals(idsOf(arrived(trackOf(range(5, 6)), messageOf(2), news)), [2, 5, 6]);
});

Deno.test("what comes in while the first page is on its way stands behind it", () => {
  let track = opened(common, { readId: 0 });
  for (const id of [3, 4, 5]) track = arrived(track, messageOf(id), news);
  assertEquals(idsOf(track), []);
  const page = { messages: [messageOf(1), messageOf(4)], hasOlder: false };
  // 3 is not in the page though it is older than the last there: it is deleted by now.
  assertEquals(idsOf(pageArrived(track, { ...page, hasNewer: false })), [1, 4, 5]);
  assertEquals(idsOf(pageArrived(track, { ...page, hasNewer: true })), [1, 4]);
});

Deno.test("a page that is late brings no deleted message back", () => {
  const asking = asked(trackOf(range(5, 6), { hasOlder: true }), "older");
  const track = pageArrived(deleted(asking, 3), {
    messages: range(1, 4),
    hasOlder: false,
    hasNewer: false,
  });
  assertEquals(idsOf(track), [1, 2, 4, 5, 6]);
  assertEquals(idsOf(arrived(track, messageOf(3), news)), [1, 2, 4, 5, 6]);
});

Deno.test(`the last ${deletedIdsMax} deleted messages are kept in mind`, () => {
  for (const [count, isBack] of [[deletedIdsMax, false], [deletedIdsMax + 1, true]] as const) {
    let track = trackOf([messageOf(1)]);
    for (let id = 1; id <= count; id++) track = deleted(track, id);
    assertEquals(track.deletedIds.length, deletedIdsMax);
    assertEquals(idsOf(arrived(track, messageOf(1), news)), isBack ? [1] : []);
  }
});

Deno.test("a comment is counted once, and not any more when it is deleted", () => {
  const commentsOf = ({ timeline }: Track) => timeline.messages[0]?.comments;
  const comment = messageOf(3, { comment_on: 1 });
  let track = trackOf([messageOf(1, { comments: 2 }), messageOf(2)]);
  track = arrived(track, comment, news);
  assertEquals(commentsOf(track), 3);
  track = arrived(arrived(track, comment, news), comment, { isNews: false });
  assertEquals(commentsOf(track), 3);
  assertEquals(commentsOf(deleted(track, 3)), 2);
  assertEquals(commentsOf(deleted(deleted(track, 3), 3)), 2);
});

Deno.test("a comment beyond what is at hand is counted, and told once only", () => {
  const commentsOf = ({ timeline }: Track) => timeline.messages[0]?.comments;
  const comment = messageOf(30, { comment_on: 1 });
  let track = trackOf([messageOf(1)], { hasNewer: true });
  track = arrived(arrived(track, comment, news), comment, { isNews: false });
  assertEquals(commentsOf(track), 1);
  // Its page brings it, and it was counted as it came in.
  const whole = pageArrived(asked(track, "newer"), {
    messages: [comment],
    hasOlder: false,
    hasNewer: false,
  });
  assertEquals(commentsOf(whole), 1);
  assertEquals(commentsOf(deleted(track, 30, 1)), 0);
});

Deno.test("a comment that is told while its page is on its way is counted", () => {
  const asking = opened(common, { readId: 0 });
  const page = { messages: [messageOf(1, { comments: 4 })], hasOlder: false, hasNewer: false };
  const comment = messageOf(2, { comment_on: 1 });
  const counts = ({ timeline }: Track) => timeline.messages.map(({ comments }) => comments);
  assertEquals(counts(pageArrived(arrived(asking, comment, news), page)), [5, 0]);
  // The page that holds it has counted it.
  const both = { ...page, messages: [...page.messages, comment] };
  assertEquals(counts(pageArrived(arrived(asking, comment, news), both)), [4, 0]);
  // On one that was told meanwhile as well.
  const answer = messageOf(3, { comment_on: 2 });
  const track = arrived(arrived(asking, comment, news), answer, news);
  assertEquals(counts(pageArrived(track, page)), [5, 1, 0]);
  assertEquals(counts(pageArrived(deleted(track, 3), page)), [5, 0]);
});

Deno.test("a page that could not be had can be asked for again", () => {
  const failure = new Unreachable("http://chat.test", "nothing listens there");
  const first = failed(opened(common, { readId: 0 }), failure);
  assert(first.timeline.failure === failure);
  // Nothing stands behind what nobody has seen.
  assertEquals(idsOf(arrived(first, messageOf(3), news)), []);
  const again = asked(first, "first").timeline;
  assertEquals([again.loading, again.failure], ["first", undefined]);

  const older = failed(asked(trackOf(range(5, 6), { hasOlder: true }), "older"), failure);
  assertEquals(older.timeline.loading, undefined);
  assertEquals(idsOf(arrived(older, messageOf(7), news)), [5, 6, 7]);
});

for (
  const [what, count] of [
    ["under", timelineMessagesMax - 1],
    ["at", timelineMessagesMax],
    ["over", timelineMessagesMax + 1],
  ] as const
) {
  const isOver = count > timelineMessagesMax;

  Deno.test(`with a page ${what} the bound, the far end is let go`, () => {
    const half = 300;
    const at = trackOf(range(1001, 1000 + half), { hasOlder: true, hasNewer: true });
    const older = pageArrived(asked(at, "older"), {
      messages: range(1001 - (count - half), 1000),
      hasOlder: true,
      hasNewer: false,
    });
    assertEquals(older.timeline.messages.length, Math.min(count, timelineMessagesMax));
    assertEquals(idsOf(older).at(0), 1001 - (count - half));
    const newer = pageArrived(
      asked(trackOf(range(1001, 1000 + half), { hasNewer: true }), "newer"),
      {
        messages: range(1001 + half, 1000 + count),
        hasOlder: false,
        hasNewer: false,
      },
    );
    assertEquals(newer.timeline.messages.length, Math.min(count, timelineMessagesMax));
    assertEquals(idsOf(newer).at(-1), 1000 + count);
    assertEquals(newer.timeline.hasOlder, isOver);
  });

  Deno.test(`with a message ${what} the bound, the oldest one is let go`, () => {
    const track = arrived(trackOf(range(1, count - 1)), messageOf(count), news);
    assertEquals(track.timeline.messages.length, Math.min(count, timelineMessagesMax));
    assertEquals(idsOf(track).at(-1), count);
    assertEquals(track.timeline.hasOlder, isOver);
  });

  Deno.test(`with a message ${what} the bound, who asks for older ones keeps those`, () => {
    const asking = asked(trackOf(range(1, count - 1), { hasOlder: true }), "older");
    const track = arrived(asking, messageOf(count), news);
    assertEquals(idsOf(track).at(0), 1);
    assertEquals(track.timeline.messages.length, Math.min(count, timelineMessagesMax));
    assertEquals(track.timeline.hasNewer, isOver);
  });

  Deno.test(`of what comes in behind a page, ${what} the bound, the last ones are kept`, () => {
    let track = opened(common, { readId: 0 });
    for (let id = 2; id <= count; id++) track = arrived(track, messageOf(id), news);
    track = pageArrived(track, { messages: [messageOf(1)], hasOlder: false, hasNewer: false });
    assertEquals(track.timeline.messages.length, Math.min(count, timelineMessagesMax));
    assertEquals(idsOf(track).at(-1), count);
    assertEquals(track.timeline.hasOlder, isOver);
  });

  Deno.test(`of what comes in where nothing was, ${what} the bound, the last ones are kept`, () => {
    let track = opened(common, { readId: 0 });
    for (let id = 1; id <= count; id++) track = arrived(track, messageOf(id), news);
    track = pageArrived(track, { messages: [], hasOlder: false, hasNewer: false });
    assertEquals(idsOf(track).at(-1), count);
    assertEquals(track.timeline.hasOlder, isOver);
  });
}

Deno.test("a new name stands at all messages of the one who has it", () => {
  const place = { kind: "private", user: "bob" } as const;
  const now = { kind: "private", user: "robert" } as const;
  let track = opened(place, { readId: 0 });
  track = pageArrived(track, {
    messages: [messageOf(1), messageOf(2, { author: "alice", to: "bob" })],
    hasOlder: false,
    hasNewer: false,
  });
  const { timeline } = renamed(track, { before: "bob", now: "robert", place: now });
  assertEquals(timeline.place, now);
  assertEquals(timeline.messages.map(({ author, to }) => [author, to]), [
    ["robert", undefined],
    ["alice", "robert"],
  ]);
});

Deno.test("the message that was jumped to is marked, and unmarked", () => {
  const track = targeted(trackOf(range(1, 3)), 2);
  assertEquals(track.timeline.target, 2);
  assertEquals(targeted(track, undefined).timeline.target, undefined);
  assert(targeted(track, 2) === track);
});

const sentMs = Date.parse(messageOf(1).at);
const aging = { lifeMs: 30 * 24 * hourMs, user: "alice", readId: 0 } as const;

Deno.test("what is read goes when its time is over, what is unread stays until the hard cap", () => {
  const track = trackOf([messageOf(1), messageOf(2), messageOf(3, { author: "alice" })]);
  const left = (ageMs: number, readId: number) =>
    idsOf(aged(track, { ...aging, readId, nowMs: sentMs + ageMs }));
  assertEquals(left(hourMs - 1, 1), [1, 2, 3]);
  assertEquals(left(hourMs, 1), [2]);
  assertEquals(left(aging.lifeMs - 1, 1), [2]);
  assertEquals(left(aging.lifeMs, 1), []);
});

Deno.test("what was read after its time stays as long as the place is open", () => {
  const nowMs = sentMs + 2 * hourMs;
  const late = aged(trackOf(range(1, 2)), { ...aging, nowMs, readId: 0 });
  const read = aged(late, { ...aging, nowMs: nowMs + hourMs, readId: 2 });
  assertEquals(idsOf(read), [1, 2]);
  assertEquals(idsOf(aged(read, { ...aging, nowMs: nowMs + 2 * hourMs, readId: 2 })), [1, 2]);
  assertEquals(idsOf(aged(trackOf(range(1, 2)), { ...aging, nowMs, readId: 2 })), []);
});

Deno.test("nothing changes while nothing is over", () => {
  const track = trackOf(range(1, 3));
  assert(aged(track, { ...aging, nowMs: sentMs }).timeline === track.timeline);
});

/** What a server has, and what has not come to its client yet. */
class Truth {
  readonly messages: Message[] = [];
  readonly stream: (Message | number)[] = [];
  #lastId = 0;

  say(commentOn: number | undefined): void {
    this.#lastId += 2;
    const comment_on = this.messages.at((commentOn ?? 0) % (this.messages.length || 1))?.id;
    const isComment = commentOn !== undefined && comment_on !== undefined;
    const message = messageOf(this.#lastId, isComment ? { comment_on } : {});
    this.messages.push(message);
    this.stream.push(message);
  }

  delete(which: number): void {
    const [message] = this.messages.splice(which % (this.messages.length || 1), 1);
    if (message !== undefined) this.stream.push(message.id);
  }

  /** As `GET /messages` answers. */
  page({ before, after }: { before?: number; after?: number }, limit: number) {
    const all = this.messages.map((message) => ({
      ...message,
      comments: this.messages.filter(({ comment_on }) => comment_on === message.id).length,
    })).filter(({ id }) => id < (before ?? Infinity) && id > (after ?? 0));
    const items = after === undefined ? all.slice(-limit) : all.slice(0, limit);
    return { items, has_more: items.length < all.length };
  }
}

/** A client that asks and listens, each in its own time. */
class Reader {
  track = opened(common, { readId: 0 });
  #request: { kind: "first" | "older" | "newer"; before?: number; after?: number } | undefined = {
    kind: "first",
  };
  #answer: ReturnType<Truth["page"]> | undefined;
  readonly #known = new Map<number, Message>();
  readonly #truth: Truth;

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  ask(kind: "first" | "older" | "newer"): void {
    const { messages, hasOlder, hasNewer, loading } = this.track.timeline;
    const [first, last] = [messages.at(0)?.id, messages.at(-1)?.id];
    if (loading !== undefined) return;
    if (kind === "first") this.#request = { kind };
    else if (kind === "older" && hasOlder && first !== undefined) {
      this.#request = { kind, before: first };
    } else if (kind === "newer" && hasNewer && last !== undefined) {
      this.#request = { kind, after: last };
    } else return;
    this.track = asked(this.track, kind);
  }

  /** Asks for what is around a message. */
  jump(id: number): void {
    if (this.track.timeline.loading !== undefined) return;
    this.#request = { kind: "first", after: Math.max(0, id) };
    this.track = asked(this.track, "first");
  }

  /** The server has the request. */
  reach(): void {
    if (this.#request !== undefined) this.#answer ??= this.#truth.page(this.#request, 3);
  }

  /** The answer is there. */
  take(): void {
    if (this.#request === undefined || this.#answer === undefined) return;
    const { kind, after } = this.#request;
    const { items, has_more } = this.#answer;
    const isAfter = after !== undefined;
    this.track = pageArrived(this.track, {
      messages: items,
      hasOlder: kind === "first" && isAfter ? true : !isAfter && has_more,
      hasNewer: isAfter && has_more,
    });
    this.#request = undefined;
    this.#answer = undefined;
  }

  hear(): void {
    const event = this.#truth.stream.shift();
    if (event === undefined) return;
    if (typeof event === "number") {
      this.track = deleted(this.track, event, this.#known.get(event)?.comment_on);
    } else {
      this.track = arrived(this.track, event, { isNews: !this.#known.has(event.id) });
      this.#known.set(event.id, event);
    }
  }

  /** Hears and takes all there is. */
  settle(): void {
    this.reach();
    this.take();
    while (this.#truth.stream.length > 0) this.hear();
  }
}

const step = fc.oneof(
  fc.record({ what: fc.constantFrom("say", "comment", "delete", "jump"), which: fc.nat(30) }),
  fc.record({
    what: fc.constantFrom("hear", "reach", "take", "first", "older", "newer"),
    which: fc.constant(0),
  }),
);

function play(truth: Truth, reader: Reader, { what, which }: { what: string; which: number }) {
  switch (what) {
    case "say":
      return truth.say(undefined);
    case "comment":
      return truth.say(which);
    case "delete":
      return truth.delete(which);
    case "jump":
      return reader.jump(which * 2);
    case "hear":
      return reader.hear();
    case "reach":
      return reader.reach();
    case "take":
      return reader.take();
    case "first":
    case "older":
    case "newer":
      return reader.ask(what);
  }
}

/** What is at hand must be a part of the truth without a gap. */
function check(truth: Truth, { timeline }: Track): Message[] {
  const { messages, hasOlder, hasNewer } = timeline;
  const first = hasOlder ? messages.at(0)?.id ?? Infinity : 0;
  const last = hasNewer ? messages.at(-1)?.id ?? 0 : Infinity;
  const wanted = truth.messages.filter(({ id }) => id >= first && id <= last);
  assertEquals(messages.map(({ id }) => id), wanted.map(({ id }) => id));
  return wanted;
}

Deno.test("pages and live events in any order make a part of the truth without a gap", () => {
  fc.assert(
    fc.property(fc.nat(10), fc.array(step, { maxLength: 60 }), (before, steps) => {
      const truth = new Truth();
      for (let said = 0; said < before; said++) truth.say(undefined);
      truth.stream.length = 0;
      const reader = new Reader(truth);
      for (const each of steps) play(truth, reader, each);
      reader.settle();
      check(truth, reader.track);
      // And from there the whole of it can be had.
      for (let pages = 0; pages < 30; pages++) {
        reader.ask(reader.track.timeline.hasOlder ? "older" : "newer");
        reader.settle();
      }
      const { hasOlder, hasNewer, messages } = reader.track.timeline;
      if (messages.length > 0) assert(!hasOlder && !hasNewer);
      check(truth, reader.track);
    }),
    { numRuns: 500 },
  );
});

Deno.test("comments are counted right where a page and the stream come at the same pace", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const truth = new Truth();
      const reader = new Reader(truth);
      for (const { what, which } of steps) {
        // The server answers what it has told by then, and nothing overtakes anything.
        if (what === "take") reader.settle();
        else if (what !== "reach" && what !== "hear") play(truth, reader, { what, which });
        while (what !== "take" && truth.stream.length > 0) reader.hear();
      }
      reader.settle();
      for (const { id, comments } of reader.track.timeline.messages) {
        const right = truth.messages.filter(({ comment_on }) => comment_on === id).length;
        assertEquals(comments, right, `comments on ${id}`);
      }
    }),
    { numRuns: 500 },
  );
});
