/**
 * Holds what was done to names and rooms against what was asked for: what was acknowledged has
 * happened, and once.
 *
 * @module
 */
import type { Chronicle } from "./chronicle.ts";
import type { Intent } from "./ledger.ts";
import { words } from "./message_check.ts";
import { userNumber } from "./names.ts";
import { must, shown } from "./violation.ts";
import type { World } from "./world.ts";

/** The links into rooms, as their owners are told of them. */
export type LinksByRoom = ReadonlyMap<string, readonly { readonly id: number }[]>;

export function checkDeeds(world: World, links: LinksByRoom): void {
  checkNames(world);
  checkInvitations(world);
  checkJoins(world);
  for (const [room, listed] of links) checkLinks(world, room, listed);
}

/** Users and rooms got the names that were asked for, messages are deleted once. */
function checkNames({ ledger, chronicle }: World): void {
  const counts = namings(chronicle);
  for (const intent of ledger.of("rename", "room.create", "room.rename", "delete")) {
    const { verb, text, about, state, client } = intent;
    const times = counts.get(`${verb} ${text ?? about}`) ?? 0;
    must(times <= 1, () => `it happens once, not ${times} times: ${words(intent)}`, client);
    if (verb === "delete") continue;
    must(
      state !== "refused" || times === 0,
      () => `what was refused has not happened: ${words(intent)}`,
      client,
    );
    if (state !== "done" || !wasHeard(intent, chronicle)) continue;
    must(times === 1, () => `what was acknowledged has happened: ${words(intent)}`, client);
  }
}

/** Whether someone must have heard of it: who never left the room has. */
function wasHeard({ verb, user, place }: Intent, chronicle: Chronicle): boolean {
  if (verb !== "room.rename") return true;
  const stays = chronicle.staysOf(user, String(place?.room));
  return stays.length === 1 && stays[0]?.left === Infinity;
}

/** How often each name was given, and each message deleted. */
function namings({ entries }: Chronicle): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  const names = new Map<string, string>();
  for (const { event } of entries) {
    switch (event.type) {
      case "user.renamed":
        count(`rename ${event.user}`);
        break;
      case "message.deleted":
        count(`delete ${event.id}`);
        break;
      case "room.created":
        if (event.name === undefined) break;
        names.set(event.room, event.name);
        count(`room.create ${event.name}`);
        break;
      case "room.updated":
        // It is also told when a room gets another owner.
        if (names.get(event.room) === event.name) break;
        names.set(event.room, event.name);
        count(`room.rename ${event.name}`);
    }
  }
  return counts;
}

/** Who is asked into a room is told so, and not again before that has come to an end. */
function checkInvitations({ ledger, chronicle }: World): void {
  const open = new Set<string>();
  const ever = new Set<string>();
  for (const { event, heardBy } of chronicle.entries) {
    if (event.type === "invitation") {
      for (const user of heardBy) {
        const pair = `${user} ${event.room}`;
        must(!open.has(pair), () => `user ${user} is asked in once: ${shown(event)}`);
        open.add(pair);
        ever.add(pair);
      }
    } else if (event.type === "invitation.closed") {
      for (const user of heardBy) open.delete(`${user} ${event.room}`);
    } else if (event.type === "member.joined") {
      open.delete(`${userNumber(event.user)} ${event.room}`);
    }
  }
  for (const intent of ledger.done("invite")) {
    const isTold = ever.has(`${intent.about} ${intent.place?.room}`);
    must(isTold, () => `who was asked in is told so: ${words(intent)}`, intent.client);
  }
}

/** Each request to enter is told to the one who asks as often as it was acknowledged. */
function checkJoins({ ledger, chronicle }: World): void {
  const told = new Map<string, number>();
  for (const { event, heardBy } of chronicle.entries) {
    if (event.type !== "join.requested") continue;
    const user = userNumber(event.user);
    if (!heardBy.has(user)) continue;
    told.set(`${user} ${event.room}`, (told.get(`${user} ${event.room}`) ?? 0) + 1);
  }
  const done = new Map<string, Intent[]>();
  for (const intent of ledger.done("join")) {
    const pair = `${intent.user} ${intent.answer["room"]}`;
    done.set(pair, [...done.get(pair) ?? [], intent]);
  }
  for (const pair of new Set([...told.keys(), ...done.keys()])) {
    const [intents, times] = [done.get(pair) ?? [], told.get(pair) ?? 0];
    const list = () => intents.map((intent) => `\n  ${words(intent)}`).join("");
    must(
      times === intents.length,
      () => `user and room ${pair}: ${times} requests are told, and acknowledged are${list()}`,
    );
  }
}

/** Each link that was acknowledged is there, and no other one, but for those that are used up. */
function checkLinks(
  { ledger }: World,
  room: string,
  listed: readonly { readonly id: number }[],
): void {
  const wanted = ledger.of("link").filter((intent) => intent.place?.room === room);
  const done = wanted.filter(({ state }) => state === "done");
  const ids = new Set(done.map(({ answer }) => answer["id"]));
  const unknown = wanted.filter(({ state }) => state === "open" || state === "given_up").length;
  const surplus = listed.filter(({ id }) => !ids.has(id));
  must(
    surplus.length <= unknown,
    () => `of room ${room} nobody knows these links: ${shown(surplus)}`,
  );
  const there = new Set<unknown>(listed.map(({ id }) => id));
  for (const intent of done) {
    const { id, code, max_uses: usesMax = Infinity } = intent.answer;
    const uses = ledger.done("join").filter(({ text }) => text === code).length;
    must(
      there.has(id) || uses >= Number(usesMax),
      () => `a link that was made is there until it is used up, ${uses} times: ${words(intent)}`,
      intent.client,
    );
  }
}
