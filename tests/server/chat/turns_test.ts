/**
 * Turns: how many work at the same time, who is next, and what goes on besides.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import { busyMaxMs, Turns } from "../../../server/chat/turns.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { turn } from "./listeners.ts";

function by(name: string): string {
  return `by ${name}`;
}

/** Workers by name, whose work lasts until the test says that it is done. */
class Workshop {
  readonly clock = new VirtualClock();
  readonly turns: Turns<string>;
  /** Who works, in the order in which they began. */
  readonly atWork: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<string>>();

  constructor(atOnceMax: number) {
    this.turns = new Turns({ clock: this.clock, atOnceMax });
  }

  enter(name: string): Promise<string | undefined> {
    return this.turns.take(name, () => {
      const end = Promise.withResolvers<string>();
      this.#ends.set(name, end);
      this.atWork.push(name);
      return end.promise;
    });
  }

  async finish(name: string): Promise<void> {
    this.atWork.splice(this.atWork.indexOf(name), 1);
    this.#ends.get(name)?.resolve(by(name));
    await this.#next();
  }

  async fail(name: string): Promise<void> {
    this.atWork.splice(this.atWork.indexOf(name), 1);
    this.#ends.get(name)?.reject(new Error(`${name} failed`));
    await this.#next();
  }

  /** In one turn it is noticed that somebody is done, in the next somebody else begins. */
  async #next(): Promise<void> {
    await this.turn();
    await this.turn();
  }

  turn(): Promise<void> {
    return turn(this.clock);
  }
}

Deno.test("take() lets so many work at the same time, and the others in the order in which they came", async () => {
  const shop = new Workshop(2);
  const all = ["a", "b", "c", "d", "e"].map((name) => shop.enter(name));
  await shop.turn();
  assertEquals(shop.atWork, ["a", "b"]);
  await shop.turn();
  assertEquals(shop.atWork, ["a", "b"]);
  await shop.finish("b");
  assertEquals(shop.atWork, ["a", "c"]);
  all.push(shop.enter("b"));
  await shop.finish("a");
  await shop.finish("c");
  assertEquals(shop.atWork, ["d", "e"]);
  await shop.finish("d");
  await shop.finish("e");
  await shop.finish("b");
  assertEquals(await Promise.all(all), ["a", "b", "c", "d", "e", "b"].map(by));
});

Deno.test("take() begins at once while there are turns, of which one that has ended is none yet", async () => {
  const { clock, turns } = new Workshop(2);
  const begun: number[] = [];
  let now = 0;
  const goOn = async () => {
    for (let n = 0; n < 6; n++) await turns.take("a", () => Promise.resolve(begun.push(now)));
  };
  const going = goOn();
  for (; now < 3; now++) await turn(clock);
  await going;
  assertEquals(begun, [0, 0, 1, 1, 2, 2]);
});

Deno.test("take() of work that fails rejects, and lets the next begin", async () => {
  const shop = new Workshop(1);
  const failing = assertRejects(() => shop.enter("a"), Error, "a failed");
  const next = shop.enter("b");
  await shop.turn();
  await shop.fail("a");
  await failing;
  assertEquals(shop.atWork, ["b"]);
  await shop.finish("b");
  assertEquals(await next, "by b");
});

Deno.test("take() of work that throws at once rejects, and lets the next begin", async () => {
  const shop = new Workshop(1);
  const throwing = shop.turns.take("a", () => {
    throw new Error("at once");
  });
  const next = shop.enter("b");
  await assertRejects(() => throwing, Error, "at once");
  await shop.turn();
  assertEquals(shop.atWork, ["b"]);
  await shop.finish("b");
  await next;
});

Deno.test("giveUp() of one who waits frees their place; of all others it does nothing", async () => {
  const shop = new Workshop(1);
  const [first, second, third] = ["a", "b", "c"].map((name) => shop.enter(name));
  await shop.turn();
  shop.turns.giveUp("b");
  assertEquals(await second, undefined);
  shop.turns.giveUp("a");
  shop.turns.giveUp("nobody");
  assertEquals(shop.atWork, ["a"]);
  await shop.finish("a");
  assertEquals(shop.atWork, ["c"]);
  await shop.finish("c");
  assertEquals(await Promise.all([first, third]), ["by a", "by c"]);
});

Deno.test("giveUp() of all who wait leaves a turn to whoever comes next", async () => {
  const shop = new Workshop(1);
  const first = shop.enter("a");
  const all = ["b", "c"].map((name) => shop.enter(name));
  for (const name of ["b", "c"]) shop.turns.giveUp(name);
  assertEquals(await Promise.all(all), [undefined, undefined]);
  await shop.finish("a");
  const next = shop.enter("b");
  await shop.turn();
  assertEquals(shop.atWork, ["b"]);
  await shop.finish("b");
  assertEquals(await Promise.all([first, next]), ["by a", "by b"]);
});

Deno.test("turns that have kept everything else up for long wait for a timer, and so let it go on", async () => {
  const { clock, turns } = new Workshop(2);
  let done = 0;
  const work = () => {
    // The clock goes on while nothing else does.
    clock.advance(busyMaxMs - 1);
    return Promise.resolve(done += 1);
  };
  const goOn = async () => {
    for (let n = 0; n < 4; n++) await turns.take("a", work);
  };
  const turnsPass = async () => {
    for (let n = 0; n < 5; n++) await turn(clock);
  };
  const going = goOn();
  await turnsPass();
  assertEquals([done, clock.waiting], [2, 1], "what is free is nobody's");
  const late = turns.take("b", work);
  await turnsPass();
  assertEquals([done, clock.waiting], [2, 1], "nor that of one who has just come");
  clock.advance(0);
  await turnsPass();
  assertEquals([done, clock.waiting], [4, 1]);
  clock.advance(0);
  await Promise.all([going, late]);
  await turnsPass();
  assertEquals([done, clock.waiting], [5, 0]);
});

Deno.test("turns in which one waits for something keep nothing else up, however long they last", async () => {
  const shop = new Workshop(1);
  const all = ["a", "b"].map((name) => shop.enter(name));
  await shop.turn();
  shop.clock.advance(10 * busyMaxMs);
  await shop.finish("a");
  assertEquals([shop.atWork, shop.clock.waiting], [["b"], 0]);
  await shop.finish("b");
  await Promise.all(all);
});
