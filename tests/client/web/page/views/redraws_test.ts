import { assertEquals } from "@std/assert";
import { frameWaitMs, Redraws } from "../../../../../client/web/page/views/redraws.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";

/** A browser that draws when it is told to. */
class Screen {
  readonly clock = new VirtualClock();
  readonly done: string[] = [];
  #asked: (() => void)[] = [];
  readonly redraws = new Redraws({
    clock: this.clock,
    nextFrame: (work) => void this.#asked.push(work),
  });

  /** Some work that is told of in `done`. */
  work(name: string): () => void {
    return () => void this.done.push(name);
  }

  get framesAsked(): number {
    return this.#asked.length;
  }

  draw(): void {
    const asked = this.#asked;
    this.#asked = [];
    for (const work of asked) work();
  }
}

Deno.test("what is asked for many times is done once, with the next frame", () => {
  const screen = new Screen();
  const [one, two] = [screen.work("one"), screen.work("two")];
  for (let time = 0; time < 300; time++) {
    screen.redraws.ask(one);
    screen.redraws.ask(two);
  }
  assertEquals([screen.done, screen.framesAsked], [[], 1]);
  screen.draw();
  assertEquals(screen.done, ["one", "two"]);
  screen.clock.advance(frameWaitMs);
  screen.draw();
  assertEquals(screen.done, ["one", "two"]);
  screen.redraws.ask(one);
  screen.draw();
  assertEquals(screen.done, ["one", "two", "one"]);
});

Deno.test("where nothing is drawn, it is done after a while, and no frames are heaped up", () => {
  const screen = new Screen();
  const work = screen.work("work");
  for (let time = 1; time <= 3; time++) {
    screen.redraws.ask(work);
    screen.clock.advance(frameWaitMs - 1);
    assertEquals(screen.done.length, time - 1);
    screen.clock.advance(1);
    assertEquals(screen.done.length, time);
  }
  assertEquals(screen.framesAsked, 1);
  // The tab is seen again: nothing was left, and frames are asked for as before.
  screen.draw();
  assertEquals(screen.done.length, 3);
  screen.redraws.ask(work);
  screen.draw();
  assertEquals(screen.done.length, 4);
});

Deno.test("what is forgotten is not done, and what asks while it is done waits for the next frame", () => {
  const screen = new Screen();
  const [gone, kept] = [screen.work("gone"), screen.work("kept")];
  const asking = () => screen.redraws.ask(kept);
  screen.redraws.ask(gone);
  screen.redraws.ask(asking);
  screen.redraws.forget(gone);
  screen.draw();
  assertEquals(screen.done, []);
  screen.draw();
  assertEquals(screen.done, ["kept"]);
});
