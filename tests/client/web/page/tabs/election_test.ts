import { assert, assertEquals } from "@std/assert";
import {
  Election,
  type ElectionMessage,
  electionWaitMs,
  hiddenPingMs,
  pongWaitMs,
  type Role,
  visiblePingMs,
} from "../../../../../client/web/page/tabs/election.ts";
import { SeededRandom } from "../../../../support/seeded_random.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { TabLife } from "./tab_life.ts";

/** How long a message is on its way at most. */
const latencyMaxMs = 20;

/** One tab. */
class Candidate {
  readonly life: TabLife;
  readonly election: Election;
  readonly roles: Role["kind"][] = [];
  readonly said: ElectionMessage["type"][] = [];

  constructor(readonly id: string, air: Air) {
    this.life = new TabLife(air.clock);
    this.election = new Election({
      id,
      clock: this.life,
      post: (message) => {
        this.said.push(message.type);
        air.post(this, message);
      },
      changed: ({ kind }) => this.roles.push(kind),
    });
  }

  get leads(): boolean {
    const { isDead, isFrozen } = this.life;
    return !isDead && !isFrozen && this.election.role.kind === "leading";
  }
}

/** What joins the tabs: what one says comes to each other in its order, a little later. */
class Air {
  readonly clock = new VirtualClock();
  readonly tabs: Candidate[] = [];
  readonly #random: SeededRandom;
  readonly #arrivalsMs = new Map<string, number>();

  constructor(seed = 1) {
    this.#random = new SeededRandom(seed);
  }

  open(...ids: readonly string[]): Candidate[] {
    return ids.map((id) => {
      const tab = new Candidate(id, this);
      this.tabs.push(tab);
      tab.election.start();
      return tab;
    });
  }

  post(from: Candidate, message: ElectionMessage): void {
    if (from.life.isDead) return;
    for (const to of this.tabs) {
      if (to === from || to.life.isDead) continue;
      const way = `${from.id} ${to.id}`;
      const atMs = Math.max(
        this.#arrivalsMs.get(way) ?? 0,
        this.clock.monotonic() + this.#random.number() * latencyMaxMs,
      );
      this.#arrivalsMs.set(way, atMs);
      this.clock.setTimer(
        atMs - this.clock.monotonic(),
        () => to.life.do(() => to.election.hear(structuredClone(message))),
      );
    }
  }

  get leaders(): string[] {
    return this.tabs.filter(({ leads }) => leads).map(({ id }) => id);
  }
}

/** Within this time a dead leader is noticed, and another one found. */
const recoveryMs = visiblePingMs + pongWaitMs + 3 * electionWaitMs + 3 * latencyMaxMs;

Deno.test("Election lets a tab that is alone lead after a short while, not before", () => {
  const air = new Air();
  const [tab] = air.open("a");
  air.clock.advance(electionWaitMs - 1);
  assertEquals(air.leaders, []);
  air.clock.advance(1);
  assertEquals(air.leaders, ["a"]);
  assertEquals(tab?.roles, ["asking", "leading"]);
});

Deno.test("Election lets a tab that comes later follow", () => {
  const air = new Air();
  air.open("b");
  air.clock.advance(electionWaitMs);
  const [later] = air.open("a");
  air.clock.advance(10 * electionWaitMs);
  assertEquals(air.leaders, ["b"]);
  assertEquals(later?.election.role, { kind: "following", leader: "b", term: 1, isNew: false });
});

Deno.test("Election makes one of ten tabs the leader that open at once", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const air = new Air(seed);
    const tabs = air.open(..."jihgfedcba");
    air.clock.advance(4 * electionWaitMs);
    assertEquals(air.leaders, ["a"]);
    // Not for a moment was there another one.
    assertEquals(tabs.filter(({ roles }) => roles.includes("leading")).map(({ id }) => id), ["a"]);
  }
});

Deno.test("Election of many tabs that ask at once takes few messages", () => {
  const ids = [..."abcdefghijklmn"];
  for (let seed = 1; seed <= 20; seed++) {
    for (const order of [ids, ids.toReversed()]) {
      const air = new Air(seed);
      const tabs = air.open(...order);
      air.clock.advance(4 * electionWaitMs);
      const asks = tabs.flatMap(({ said }) => said).filter((type) => type === "ask").length;
      // Each asks, and says once so to each of those that are behind it.
      const asksMax = ids.length + ids.length * (ids.length - 1) / 2;
      assert(asks >= ids.length && asks <= asksMax, `seed ${seed}: ${asks}`);
      assertEquals(air.leaders, ["a"]);
    }
  }
});

Deno.test("Election tells whoever asks again in another round that it asks, too", () => {
  const air = new Air();
  const [tab] = air.open("a");
  const ask = () => tab?.election.hear({ type: "ask", from: "b" });
  for (let count = 0; count < 3; count++) ask();
  assertEquals(tab?.said, ["ask", "ask"]);
  tab?.election.leave();
  tab?.election.start();
  for (let count = 0; count < 3; count++) ask();
  assertEquals(tab?.said, ["ask", "ask", "ask", "ask"]);
});

Deno.test("Election hands the lead over at once when the leader goes", () => {
  const air = new Air();
  const [leader] = air.open("a");
  air.clock.advance(electionWaitMs);
  air.open("b", "c");
  air.clock.advance(electionWaitMs);
  leader?.election.leave();
  air.clock.advance(latencyMaxMs);
  assertEquals(air.leaders.length, 1);
  assertEquals(leader?.election.role, { kind: "away" });
  air.clock.advance(10 * electionWaitMs);
  assertEquals(air.leaders.length, 1);
});

Deno.test("Election finds a leader also if the heir is gone", () => {
  const air = new Air();
  const [leader] = air.open("a");
  air.clock.advance(electionWaitMs);
  air.open("b", "c");
  air.clock.advance(electionWaitMs);
  const [heir] = air.open("d");
  air.clock.advance(electionWaitMs);
  if (heir !== undefined) heir.life.isDead = true;
  leader?.election.leave();
  air.clock.advance(4 * electionWaitMs);
  assertEquals(air.leaders, ["b"]);
});

Deno.test("Election replaces a leader that died, as soon as a tab that is seen notices", () => {
  const air = new Air();
  const [leader] = air.open("a");
  air.clock.advance(electionWaitMs);
  air.open("b", "c");
  air.clock.advance(electionWaitMs);
  if (leader !== undefined) leader.life.isDead = true;
  air.clock.advance(visiblePingMs + pongWaitMs - 2 * electionWaitMs);
  assertEquals(air.leaders, []);
  air.clock.advance(recoveryMs);
  assertEquals(air.leaders.length, 1);
});

Deno.test("Election asks seldom in a tab that is hidden, and at once when it is seen", () => {
  const air = new Air();
  const [leader] = air.open("a");
  air.clock.advance(electionWaitMs);
  const [hidden] = air.open("b");
  assert(leader !== undefined && hidden !== undefined);
  air.clock.advance(electionWaitMs);
  hidden.election.visible = false;
  hidden.said.length = 0;
  air.clock.advance(hiddenPingMs - 1);
  assertEquals(hidden.said, []);
  air.clock.advance(1);
  assertEquals(hidden.said, ["ask"]);
  air.clock.advance(2 * latencyMaxMs);
  leader.life.isDead = true;
  hidden.election.visible = true;
  assertEquals(hidden.said, ["ask", "ask"]);
  air.clock.advance(pongWaitMs + electionWaitMs);
  assertEquals(air.leaders, ["b"]);
});

Deno.test("Election lets a leader that was frozen step down", () => {
  const air = new Air();
  const [leader] = air.open("a");
  air.clock.advance(electionWaitMs);
  air.open("b");
  air.clock.advance(electionWaitMs);
  leader?.life.freeze();
  air.clock.advance(recoveryMs);
  assertEquals(air.leaders, ["b"]);
  leader?.life.thaw();
  air.clock.advance(latencyMaxMs);
  assertEquals(air.leaders, ["b"]);
  assertEquals(leader?.election.role.kind, "following");
});

Deno.test("Election lets the leader stay that was only slow, and the newcomer step down", () => {
  const air = new Air();
  const [leader] = air.open("b");
  air.clock.advance(electionWaitMs);
  leader?.life.freeze();
  const [newcomer] = air.open("a");
  air.clock.advance(electionWaitMs);
  assertEquals(air.leaders, ["a"]);
  leader?.life.thaw();
  air.clock.advance(2 * latencyMaxMs);
  assertEquals(air.leaders, ["b"]);
  assertEquals(newcomer?.election.role.kind, "following");
});

Deno.test("Election tells another leader that it is one too many", () => {
  const air = new Air();
  const [leader] = air.open("b");
  air.clock.advance(electionWaitMs);
  const sinceMs = air.clock.now() + 1;
  leader?.election.hear({ type: "lead", from: "a", term: 1, sinceMs, isNew: true });
  assertEquals(leader?.said, ["ask", "lead", "lead"]);
  leader?.election.hear({ type: "lead", from: "c", term: 2, sinceMs, isNew: true });
  assertEquals([leader?.said.length, leader?.election.role.kind], [3, "following"]);
});

Deno.test("Election takes a tab in again that was away", () => {
  const air = new Air();
  const [leader] = air.open("a");
  air.clock.advance(electionWaitMs);
  air.open("b");
  air.clock.advance(electionWaitMs);
  leader?.election.leave();
  air.clock.advance(electionWaitMs);
  leader?.election.start();
  air.clock.advance(2 * electionWaitMs);
  assertEquals(air.leaders, ["b"]);
  assertEquals(leader?.election.role.kind, "following");
});

Deno.test("Election comes to exactly one leader, whatever happens to the tabs", () => {
  for (let seed = 1; seed <= 25; seed++) {
    const air = new Air(seed);
    const random = new SeededRandom(seed + 1000);
    const pick = <Item>(items: readonly Item[]) =>
      items[Math.floor(random.number() * items.length)];
    const deeds: ((tab: Candidate) => void)[] = [
      ({ life }) => life.freeze(),
      ({ life }) => life.thaw(),
      ({ life }) => life.isDead = true,
      ({ life, election }) => life.do(() => election.leave()),
      ({ life, election }) => life.do(() => election.role.kind === "away" && election.start()),
      ({ life, election }) => life.do(() => election.visible = random.number() < 0.5),
    ];
    for (let step = 0; step < 40; step++) {
      const tab = pick(air.tabs);
      if (tab === undefined || random.number() < 0.25) air.open(`${random.number()}`);
      else pick(deeds)?.(tab);
      air.clock.advance(random.number() * 2 * pongWaitMs);
    }
    air.open("last");
    for (const { life } of air.tabs) life.thaw();
    air.clock.advance(2 * recoveryMs + hiddenPingMs);
    assertEquals(air.leaders.length, 1, `seed ${seed}`);
    for (const { life, election: { role } } of air.tabs) {
      if (life.isDead || role.kind === "away" || role.kind === "leading") continue;
      assertEquals(role.kind === "following" && role.leader, air.leaders[0], `seed ${seed}`);
    }
  }
});
