/**
 * Holds what was said against what was asked for: each acknowledged message is there once, no other
 * one more than once, in the order in which they were answered.
 *
 * @module
 */
import type { Chronicle } from "./chronicle.ts";
import type { Intent } from "./ledger.ts";
import type { Record, Records } from "./records.ts";
import { must, shown } from "./violation.ts";
import type { World } from "./world.ts";

export function checkMessages({ ledger, chronicle }: World, records: Records): void {
  const wanted = new Map<string, Intent>();
  for (const intent of ledger.of("send", "schedule", "reschedule")) {
    if (intent.text !== undefined) wanted.set(intent.text, intent);
  }
  for (const [text, said] of records.byText) {
    const intent = wanted.get(text);
    must(intent !== undefined, () => `nobody wanted to say ${shown(said)}`);
    must(
      said.length === 1,
      () =>
        `what was wanted once is said once, but is there ${said.length} times:\n  ` +
        `${said.map(shown).join("\n  ")}\n  wanted: ${words(intent)}`,
      intent.client,
    );
    must(
      said[0]?.author === intent.user,
      () => `user ${intent.user} is the author of ${shown(said[0])}`,
      intent.client,
    );
  }
  for (const intent of ledger.of("send")) checkSend(intent, records, chronicle);
  checkOrder(ledger.done("send"));
}

function checkSend(intent: Intent, records: Records, chronicle: Chronicle): void {
  const { text = "", client, place, files = [] } = intent;
  const [said] = records.byText.get(text) ?? [];
  if (intent.state === "refused") {
    must(said === undefined, () => `what was refused is not said: ${words(intent)}`, client);
    return;
  }
  if (intent.state !== "done") return;
  const id = Number(intent.answer["id"]);
  if (said === undefined) {
    const isGone = records.deleted.has(id) || chronicle.isDeserted(String(intent.answer["room"]));
    must(isGone, () => `what was acknowledged is kept, but nobody finds ${words(intent)}`, client);
    return;
  }
  must(said.id === id, () => `it was acknowledged as ${id}, and is ${shown(said)}`, client);
  must(said.key === intent.key, () => `it has the key ${intent.key}: ${shown(said)}`, client);
  must(
    said.files.join() === files.join(),
    () => `it carries the files ${files.join()}: ${shown(said)}`,
    client,
  );
  if (place?.room !== undefined) {
    must(said.room === place.room, () => `misled: ${shown(said)}`, client);
  }
  if (place?.commentOn !== undefined) {
    must(said.commentOn === place.commentOn, () => `no comment: ${shown(said)}`, client);
  }
}

/** What was answered before something else was asked for comes before it in the log. */
function checkOrder(done: readonly Intent[]): void {
  const byId = [...done].sort((a, b) => Number(a.answer["id"]) - Number(b.answer["id"]));
  let latest: Intent | undefined;
  for (const intent of byId) {
    const before = latest ?? intent;
    must(
      intent.endMs >= before.startMs,
      () =>
        `what was answered before the other was asked for comes first:\n  ` +
        `${words(intent)}\n  ${words(before)}`,
      intent.client,
    );
    if (intent.startMs >= before.startMs) latest = intent;
  }
}

export function words(
  { verb, client, key, text, about, place, state, status, answer }: Intent,
): string {
  const said = text?.slice(0, 60);
  return `${client} wants to ${verb} ${shown({ said, about, ...place, key })}, ${state} ` +
    `with ${status} ${shown(answer)}`;
}

/** What is said later: once if it was promised, not before its time, and not when it was cancelled. */
export function checkScheduled(
  { ledger, chronicle }: World,
  records: Records,
  failedIds: ReadonlySet<number>,
): void {
  const told = scheduledEvents(chronicle);
  const changes = ledger.of("reschedule");
  const cancelled = new Set(ledger.done("cancel").map(({ about }) => about));
  for (const intent of ledger.of("schedule")) {
    const { text = "", client } = intent;
    const id = Number(intent.answer["id"]);
    const own = changes.filter(({ about, state }) => about === id && state !== "refused");
    const texts = [text, ...own.map((change) => change.text ?? "")];
    const said = texts.flatMap((one) => records.byText.get(one) ?? []);
    if (intent.state === "refused") {
      must(said.length === 0, () => `what was refused is not said: ${words(intent)}`, client);
    }
    if (intent.state !== "done") continue;
    const { sent = [], failed = 0, due = [], cancels = 0 } = told.get(id) ?? {};
    const story = () => `${words(intent)}\n  said: ${shown(said)}\n  sent: ${shown(sent)}`;
    const { answer, wallMs, inMs = 0 } = intent;
    must(
      Date.parse(String(answer["at"])) >= wallMs + inMs,
      () => `it is due ${inMs} ms after it was asked for: ${story()}`,
      client,
    );
    must(said.length <= 1, () => `it is said once: ${story()}`, client);
    must(sent.length <= 1, () => `it is sent once: ${story()}`, client);
    if (cancelled.has(id)) {
      must(said.length === 0, () => `what was cancelled is not said: ${story()}`, client);
      must(cancels === 1, () => `it is cancelled once, not ${cancels} times: ${story()}`, client);
      continue;
    }
    if (failedIds.has(id)) {
      must(failed > 0, () => `that it failed is told: ${story()}`, client);
      must(said.length === 0, () => `what failed is not said: ${story()}`, client);
      continue;
    }
    must(sent.length === 1, () => `it is sent when it is due: ${story()}`, client);
    const [message] = said;
    const isGone = sent[0] !== undefined && records.deleted.has(sent[0]);
    if (message === undefined) {
      const room = intent.place?.room;
      const isExcused = isGone || room !== undefined && chronicle.isDeserted(room);
      must(isExcused, () => `what was sent is there: ${story()}`, client);
      continue;
    }
    must(message.id === sent[0], () => `what was told as sent is the message: ${story()}`, client);
    const dueMs = due.findLast(({ position }) => position < message.id)?.atMs ?? Infinity;
    must(
      message.atMs >= dueMs,
      () => `it is not sent before ${new Date(dueMs).toISOString()}: ${story()}`,
      client,
    );
  }
}

interface ScheduledStory {
  readonly sent: number[];
  readonly due: { readonly position: number; readonly atMs: number }[];
  failed: number;
  cancels: number;
}

function scheduledEvents({ entries }: Chronicle): ReadonlyMap<number, ScheduledStory> {
  const stories = new Map<number, ScheduledStory>();
  for (const { event, position } of entries) {
    if (!("scheduled" in event)) continue;
    const story = stories.get(event.scheduled) ?? { sent: [], due: [], failed: 0, cancels: 0 };
    stories.set(event.scheduled, story);
    if (event.type === "scheduled.sent") story.sent.push(event.message);
    else if (event.type === "scheduled.failed") story.failed += 1;
    else if (event.type === "scheduled.cancelled") story.cancels += 1;
    else story.due.push({ position, atMs: Date.parse(event.at) });
  }
  return stories;
}

/** Messages by their authors, of what counts for the limit. */
export function commonBy(records: Records): ReadonlyMap<number, readonly Record[]> {
  const byAuthor = new Map<number, Record[]>();
  for (const record of records.messages.values()) {
    if (record.room !== "common") continue;
    byAuthor.set(record.author, [...byAuthor.get(record.author) ?? [], record]);
  }
  return byAuthor;
}
