/**
 * What is expected of decisions: that they are carried out and whom they tell, or that they are
 * refused and change nothing.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Command } from "../../lib/domain/command.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Missing, Refusal, RefusalCode } from "../../lib/domain/refusal.ts";
import { type Batch, type Chat, noEffect } from "./chat.ts";

/** Carries commands out in one batch, of which none may be refused. */
export async function carryOut(chat: Chat, ...commands: readonly Command[]): Promise<Batch> {
  const batch = await chat.batch(commands);
  assertEquals(batch.decisions.filter(({ ok }) => !ok), []);
  return batch;
}

/** Asserts that a command is refused, for a reason, and leaves everything as it was. */
export async function assertRefused(
  chat: Chat,
  command: Command,
  reason: Refusal | RefusalCode,
): Promise<void> {
  const { decisions, changes, events, before, head, effects } = await chat.batch([command]);
  const [decision] = decisions;
  const refusal = decision?.ok === false ? decision.refusal : decision;
  if (typeof reason === "string") {
    assertEquals<unknown>(refusal !== undefined && "code" in refusal && refusal.code, reason);
  } else assertEquals<unknown>(refusal, reason);
  assertEquals([changes, events, head, effects], [[], [], before, [noEffect]]);
}

export function missing(what: Missing): Refusal {
  return { code: "not_found", what };
}

export function faulty(field: string, message: string): Refusal {
  return { code: "invalid", errors: [{ field, message }] };
}

/** Events by what they are and whom they are for, in their order. */
export function told(
  { events }: { readonly events: readonly Event[] },
): readonly (readonly [type: string, audience: number])[] {
  return events.map(({ type, audience }) => [type, audience]);
}

/** The events of one type. */
export function eventsOf<Type extends Event["type"]>(
  { events }: { readonly events: readonly Event[] },
  type: Type,
): readonly Extract<Event, { readonly type: Type }>[] {
  return events.filter((event): event is Extract<Event, { readonly type: Type }> =>
    event.type === type
  );
}

/** Changes as `put user`, `removed token`, `seen`. */
export function changed({ changes }: Batch): string[] {
  return changes.map((change) =>
    change.kind === "seen" ? "seen" : `${change.kind} ${change.table}`
  );
}
