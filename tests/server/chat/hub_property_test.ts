/**
 * Whatever the interleaving of commits, joins, slow clients and late publishing: each client is told
 * what it may see, once, in order, without a gap.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Event } from "../../../lib/domain/event.ts";
import { commonRoom, type Position, type UserId } from "../../../lib/domain/ids.ts";
import type { Life } from "../../../lib/domain/retention.ts";
import type { Committed } from "../../../server/chat/engine.ts";
import { heartbeatMs, Hub } from "../../../server/chat/hub.ts";
import { MemoryStore } from "../../../server/store/memory/store.ts";
import type { LogPage } from "../../../server/store/queries.ts";
import { Chat, type Person, saying } from "../../support/chat.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { lineFormat, type Listener, listener, positions } from "./listeners.ts";

type Step =
  | { readonly kind: "commit"; readonly says: readonly Says[] }
  | { readonly kind: "publish" }
  | { readonly kind: "join"; readonly who: number; readonly after: number; readonly slow: boolean }
  | { readonly kind: "read"; readonly which: number; readonly stale: boolean }
  | { readonly kind: "drain"; readonly which: number }
  | { readonly kind: "leave"; readonly which: number }
  | { readonly kind: "beat" };

/** Who says something to whom; nobody means everyone. */
interface Says {
  readonly who: number;
  readonly to: number | undefined;
}

const cast = ["alice", "bob", "carol"];
const who = fc.nat(cast.length - 1);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("commit" as const),
      says: fc.array(fc.record({ who, to: fc.option(who, { nil: undefined }) }), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: "publish" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("join" as const),
      who,
      after: fc.integer({ min: -1, max: 30 }),
      slow: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("read" as const),
      which: fc.nat(5),
      stale: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("drain" as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.constant({ kind: "beat" as const }) },
);

interface Reading {
  /** Answers with the log as it was when it was asked for, or as it is now. */
  readonly answer: (options: { readonly stale: boolean }) => Promise<void>;
}

/** A store with small pages, whose reads of the log take until the test lets them through. */
class HesitantStore extends MemoryStore {
  readonly readings: Reading[] = [];
  readonly #pageEvents: number;

  constructor(pageEvents: number) {
    super("epoch");
    this.#pageEvents = pageEvents;
  }

  override async log(
    user: UserId,
    after: Position,
    limit: number,
    life: Life,
  ): Promise<LogPage> {
    const read = () => super.log(user, after, Math.min(limit, this.#pageEvents), life);
    const asked = await read();
    return await new Promise((resolve) => {
      this.readings.push({
        answer: async ({ stale }) => resolve(stale ? asked : await read()),
      });
    });
  }
}

interface Joined extends Listener {
  readonly person: Person;
  readonly start: Position;
  left: boolean;
}

/** Everything that a run is made of. */
class Run {
  readonly joined: Joined[] = [];
  readonly log: Event[] = [];
  readonly unpublished: Committed[] = [];
  readonly format = lineFormat();

  constructor(
    readonly hub: Hub,
    readonly store: HesitantStore,
    readonly chat: Chat,
    readonly clock: VirtualClock,
    readonly people: readonly Person[],
  ) {}

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case "commit":
        await this.#commit(step.says);
        break;
      case "publish":
        this.publish();
        break;
      case "join":
        this.#join(step);
        break;
      case "read": {
        const { readings } = this.store;
        const [reading] = readings.splice(step.which % Math.max(1, readings.length), 1);
        await reading?.answer(step);
        break;
      }
      case "drain":
        this.joined[step.which]?.sink.drain();
        break;
      case "leave": {
        const one = this.joined[step.which];
        if (one === undefined) break;
        one.left = true;
        one.sink.close();
        break;
      }
      case "beat":
        this.clock.advance(heartbeatMs);
        break;
    }
    await turn(this.clock);
  }

  publish(): void {
    const committed = this.unpublished.shift();
    if (committed === undefined) return;
    // What lets someone in begins a write of its own.
    const opened = committed.events.filter(({ type }) => type === "room.created").length;
    const before = this.joined.map(({ sink }) => sink.writes.length);
    this.hub.publish(committed);
    for (const [at, { sink }] of this.joined.entries()) {
      assert(sink.writes.length <= (before[at] ?? 0) + 1 + opened, "one write a batch");
    }
  }

  /** Lets everything happen that is still to come. */
  async finish(): Promise<void> {
    while (this.unpublished.length > 0) this.publish();
    // Between two pages a subscriber lets a turn go by, so one quiet turn is not the end.
    for (let quiet = 0; quiet < 3; quiet++) {
      await turn(this.clock);
      const readings = this.store.readings.splice(0);
      if (readings.length > 0 || this.joined.some(({ sink }) => sink.waiting > 0)) quiet = 0;
      for (const { answer } of readings) await answer({ stale: false });
      for (const { sink } of this.joined) sink.drain();
    }
  }

  async #commit(says: readonly Says[]): Promise<void> {
    const commands = says.map(({ who, to }) => {
      const author = this.people[who] ?? fail();
      const name = to === undefined || to === who ? undefined : cast[to];
      return saying(author, "hi", name === undefined ? {} : { to: name });
    });
    const { events, before: after, head } = await this.chat.batch(commands);
    this.log.push(...events);
    this.unpublished.push({ events, after, head });
  }

  #join({ who, after, slow }: { who: number; after: number; slow: boolean }): void {
    const person = this.people[who] ?? fail();
    if (!this.hub.hasRoomFor(person.id)) return;
    const { hub } = this;
    const start = after < 0 ? hub.head : Math.min(after, hub.head);
    const opened = listener(person, hub, { slow, format: this.format });
    this.joined.push({ ...opened, person, start, left: false });
    const joining = hub.join(
      opened.subscriber,
      after < 0 ? { kind: "now" } : { kind: "after", position: start },
    );
    joining.catch((failure) => fail(failure));
  }
}

function fail(cause?: unknown): never {
  throw new Error("The test itself is wrong", { cause });
}

function turn(clock: VirtualClock): Promise<void> {
  return new Promise((resolve) => clock.afterThisTurn(resolve));
}

/** What a user may see, from the events alone: the hub and the stores have no part in it. */
function visibleTo(user: UserId, log: readonly Event[]): Position[] {
  const audiences = new Set<number>([user]);
  const visible: Position[] = [];
  for (const event of log) {
    if (event.type === "member.joined" && event.user.id === user) audiences.add(commonRoom);
    if (event.type === "room.created" && event.members.some(({ id }) => id === user)) {
      audiences.add(event.room);
    }
    if (audiences.has(event.audience)) visible.push(event.position);
  }
  return visible;
}

/** Looks at what one stream was told, which is `left` or still open. */
function check({ person, start, sink, left }: Joined, log: readonly Event[]): void {
  const { told } = sink;
  const expected = visibleTo(person.id, log).filter((position) => position > start);
  const got = positions(told);
  assertEquals(got, left ? expected.slice(0, got.length) : expected);

  const ends = told.filter(({ what }) => what === "caught_up").length;
  assert(left ? ends <= 1 : ends === 1, "caught_up comes exactly once");

  let cursor = start;
  let live = false;
  let heard = 0;
  for (const one of told) {
    assert(one.what !== "bye" && one.what !== "reset");
    if (one.what === "presence") {
      assert(live, "only those who are live are told who is here");
      continue;
    }
    assert(one.position >= cursor, "the cursor never goes back");
    cursor = one.position;
    if (one.what === "event") heard += 1;
    if (one.what === "caught_up") live = true;
    if (one.what === "heartbeat") assert(live, "only those who are live have a heartbeat");
    if (one.what !== "event") {
      const owed = expected.filter((position) => position <= cursor).length;
      assertEquals(heard, owed, `a ${one.what} is not beyond what was told`);
    }
  }
}

Deno.test("each subscriber is told what it may see, once and in order, however things interleave", async () => {
  const seen = { replayed: 0, live: 0, beats: 0, lefts: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5 }),
      fc.array(step, { minLength: 5, maxLength: 40 }),
      async (pageEvents, steps) => {
        const store = new HesitantStore(pageEvents);
        const chat = new Chat(store);
        const clock = new VirtualClock();
        const joining = await chat.batch(
          cast.map((name) => ({ type: "register", name, grant: { hash: name } })),
        );
        const people = joining.events.flatMap((event): Person[] => {
          if (event.type !== "member.joined") return [];
          return [{ ...event.user, token: event.position as unknown as Person["token"] }];
        });
        const hub = new Hub({ store, clock, policy: chat.policy, head: joining.head });
        const run = new Run(hub, store, chat, clock, people);
        run.log.push(...joining.events);
        for (const step of steps) await run.take(step);
        await run.finish();
        for (const one of run.joined) {
          check(one, run.log);
          const { told } = one.sink;
          const end = told.findIndex(({ what }) => what === "caught_up");
          seen.replayed += positions(told.slice(0, Math.max(0, end))).length;
          seen.live += end < 0 ? 0 : positions(told.slice(end)).length;
          seen.beats += told.filter(({ what }) => what === "heartbeat").length;
          seen.lefts += one.left ? 1 : 0;
        }
        await hub.close();
        assertEquals(clock.waiting, 0);
      },
    ),
    { numRuns: 1000 },
  );
  for (const [what, count] of Object.entries(seen)) {
    assert(count > 20, `the property is not about nothing: ${what} came ${count} times`);
  }
});
