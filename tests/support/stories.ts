/**
 * Random stories, told turn by turn to who looks on.
 *
 * @module
 */
import * as fc from "fast-check";
import { hourMs } from "../../lib/domain/bounds.ts";
import type { Command } from "../../lib/domain/command.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Message } from "../../lib/domain/message.ts";
import type { Refusal } from "../../lib/domain/refusal.ts";
import type { Decision } from "../../lib/domain/rule.ts";
import { tidy } from "../contract/side_by_side.ts";
import { Cast } from "./cast.ts";
import { type Batch, Chat } from "./chat.ts";
import { type Step, type StepBatch, stepBatches, tightPolicy } from "./random_commands.ts";

/** A story as it is told so far. */
export interface Story {
  readonly chat: Chat;
  readonly cast: Cast;
}

/** One transaction of a story, after which the cast has followed. */
export interface Turn extends Story {
  readonly commands: readonly Command[];
  readonly batch: Batch;
}

/** Tells random stories and looks at each of their turns; `begin` gives the eye for one story. */
export async function always(
  begin: (story: Story) => (turn: Turn) => void | Promise<void>,
  { numRuns = 100, steps = (all: readonly Step[]) => all, batches: stories = stepBatches } = {},
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(stories, async (batches: readonly StepBatch[]) => {
      const chat = new Chat();
      chat.policy = tightPolicy;
      const cast = new Cast();
      const look = begin({ chat, cast });
      for (const { pauseMs, steps: taken } of batches) {
        chat.nowMs += pauseMs;
        const commands = cast.commandsOf(steps(taken), chat.nowMs);
        const batch = await chat.batch(commands);
        cast.follow(batch);
        await look({ chat, cast, commands, batch });
        // Upkeep makes no difference to any of it.
        if (pauseMs > hourMs) await tidy(chat.store, chat, 3);
      }
    }),
    { numRuns },
  );
}

export function messagesOf({ events }: { readonly events: readonly Event[] }): readonly Message[] {
  return events.flatMap((event) => event.type === "message" ? [event.message] : []);
}

export function refusalOf(decision: Decision<unknown> | undefined): Refusal | undefined {
  return decision?.ok === false ? decision.refusal : undefined;
}
