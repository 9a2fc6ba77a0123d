/**
 * Taking connections although the system does not always give one.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Accepting } from "../../../server/http/accepting.ts";
import { defaultHttpLimits } from "../../../server/http/limits.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

const { acceptPauseMs, acceptFaultPeriodMs } = defaultHttpLimits;

interface Conn {
  readonly name: string;
  close(): void;
}

/** Gives what a test says, once it is asked for. */
class ScriptedSource {
  asked = 0;
  closed = 0;
  /** The one that can't be admitted. */
  unwanted = "";
  readonly dropped: string[] = [];
  readonly admitted: string[] = [];
  readonly faults: string[] = [];
  readonly clock = new VirtualClock();
  readonly accepting: Accepting<Conn>;
  #waiting = Promise.withResolvers<Conn>();

  constructor() {
    this.accepting = new Accepting<Conn>({
      source: this,
      clock: this.clock,
      limits: defaultHttpLimits,
      admit: ({ name }) => {
        if (name === this.unwanted) throw new Error(`no room for ${name}`);
        this.admitted.push(name);
      },
      onFault: (cause) => this.faults.push(`${this.clock.monotonic()}: ${cause}`),
    });
  }

  accept(): Promise<Conn> {
    this.asked++;
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  close(): void {
    this.closed++;
    this.#waiting.reject(new Deno.errors.BadResource("closed"));
  }

  async give(name: string): Promise<void> {
    this.#waiting.resolve({ name, close: () => this.dropped.push(name) });
    await turn();
  }

  async fail(cause: Error): Promise<void> {
    this.#waiting.reject(cause);
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const noDescriptors = new Error("Too many open files");

Deno.test("connections are taken one after another", async () => {
  const source = new ScriptedSource();
  await source.give("a");
  await source.give("b");
  assertEquals([source.admitted, source.asked], [["a", "b"], 3]);
  source.accepting.stop();
  await source.accepting.done;
});

Deno.test("a failed accept is tried again after a rest, and not before", async () => {
  const source = new ScriptedSource();
  await source.fail(noDescriptors);
  assertEquals([source.asked, source.faults], [1, ["0: Error: Too many open files"]]);
  source.clock.advance(acceptPauseMs - 1);
  await turn();
  assertEquals(source.asked, 1);
  source.clock.advance(1);
  await turn();
  assertEquals(source.asked, 2);
  await source.give("a");
  assertEquals(source.admitted, ["a"]);
  source.accepting.stop();
  await source.accepting.done;
});

Deno.test("of failed accepts, one is told in each period", async () => {
  const source = new ScriptedSource();
  const toldMs = () => source.faults.map((fault) => Number(fault.split(":")[0]));
  for (let ms = 0; ms < 2 * acceptFaultPeriodMs; ms += acceptPauseMs) {
    assertEquals(toldMs(), ms === 0 ? [] : ms <= acceptFaultPeriodMs ? [0] : [0, 10_000], `${ms}`);
    await source.fail(noDescriptors);
    source.clock.advance(acceptPauseMs);
    await turn();
  }
  await source.fail(noDescriptors);
  assertEquals(toldMs(), [0, acceptFaultPeriodMs, 2 * acceptFaultPeriodMs]);
  source.accepting.stop();
  await source.accepting.done;
});

Deno.test("one that cannot be admitted is closed and told, and the next one is taken at once", async () => {
  const source = new ScriptedSource();
  source.unwanted = "b";
  for (const name of ["a", "b", "b", "c"]) await source.give(name);
  assertEquals([source.admitted, source.dropped], [["a", "c"], ["b", "b"]]);
  const fault = "0: Error: no room for b";
  assertEquals([source.faults, source.clock.waiting], [[fault, fault], 0]);
  source.accepting.stop();
  await source.accepting.done;
});

for (const name of ["NotConnected", "ConnectionReset", "ConnectionAborted"] as const) {
  Deno.test(`a peer that is gone before it is accepted is no fault: ${name}`, async () => {
    const source = new ScriptedSource();
    for (let count = 0; count < 3; count++) await source.fail(new Deno.errors[name]("gone"));
    assertEquals([source.asked, source.faults, source.clock.waiting], [4, [], 0]);
    await source.give("a");
    assertEquals(source.admitted, ["a"]);
    source.accepting.stop();
    await source.accepting.done;
  });
}

Deno.test("stop() ends it while it waits, and while it rests, and closes the source once", async () => {
  for (const resting of [false, true]) {
    const source = new ScriptedSource();
    if (resting) await source.fail(noDescriptors);
    assertEquals(source.clock.waiting, resting ? 1 : 0);
    source.accepting.stop();
    source.accepting.stop();
    await source.accepting.done;
    assertEquals([source.closed, source.asked, source.clock.waiting], [1, 1, 0]);
    assertEquals(source.faults.length, resting ? 1 : 0);
  }
});
