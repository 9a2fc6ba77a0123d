/**
 * A simulation: a seed, and everything that comes of it.
 *
 * @module
 */
import { startLog, stopLog } from "../../lib/log.ts";
import { Dice } from "./dice.ts";
import { Fault } from "./fault.ts";
import { type Medium, memoryMedium } from "./medium.ts";
import { quietPoint } from "./quiet_point.ts";
import type { Sabotage } from "./sabotage.ts";
import { takeStep } from "./steps.ts";
import { failureOfTheMedium } from "./weather.ts";
import { World } from "./world.ts";

export interface SimulationSetup {
  readonly seed: number;
  readonly steps: number;
  readonly medium?: Medium;
  readonly sabotage?: Sabotage;
}

/** What came of a simulation that went well. */
export interface Summary {
  /** Of everything that happened: the same for the same seed. */
  readonly digest: number;
  /** How much has happened, as {@linkcode Tally.steps} counts it. */
  readonly steps: number;
  /** How often it came across what. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Failures that the weather explains, or that a server stops. */
const expected = new RegExp(`${failureOfTheMedium}|EngineStopped`);

/**
 * Runs a simulation.
 *
 * @throws {Fault} which names the seed and the step, and tells the last steps in words.
 */
export async function simulate(
  { seed, steps, medium = memoryMedium(), sabotage = {} }: SimulationSetup,
): Promise<Summary> {
  const world = new World({ dice: new Dice(seed), medium, sabotage });
  startLog({
    clock: world.clock,
    level: "error",
    format: "json",
    write: (line) =>
      world.guard(() => {
        if (!expected.test(line)) throw new Fault(`the chat logs ${line}`);
      }),
  });
  try {
    await begin(world);
    for (let step = 1; step <= steps; step++) {
      world.trace.begin(step);
      await takeStep(world);
    }
    await quietPoint(world);
    await world.stop();
    world.clients.end();
    return { digest: world.trace.digest, steps: world.tally.steps, counts: world.tally.counts };
  } catch (fault) {
    const what = fault instanceof Fault ? fault.message : String((fault as Error).stack ?? fault);
    throw new Fault(
      `seed ${seed} step ${world.trace.step}: ${what}\n\nThe last steps:\n${world.trace}`,
      { cause: fault },
    );
  } finally {
    stopLog();
    await medium.close();
  }
}

async function begin(world: World): Promise<void> {
  await world.start();
  for (let count = 0; count < 6; count++) {
    world.server?.engine.submit(world.choices.registration()).catch((failure) =>
      world.guard(() => {
        throw failure;
      })
    );
  }
  await world.settle();
  world.recruit();
}
