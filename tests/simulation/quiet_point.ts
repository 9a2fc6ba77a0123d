/**
 * Quiet points: the weather clears up, everything comes to its end, and all that can be asked is.
 *
 * @module
 */
import { looseFileLifeMs } from "../../lib/domain/bounds.ts";
import type { RoomId, UserId } from "../../lib/domain/ids.ts";
import { type FoldedName, foldName } from "../../lib/text/names.ts";
import { clockworkEveryMs } from "../../server/chat/clockwork.ts";
import type { Store } from "../../server/store/store.ts";
import { must, mustEqual } from "./fault.ts";
import type { ModelToken } from "./model/rows.ts";
import { calm } from "./weather.ts";
import type { World } from "./world.ts";

const limitKinds = ["common", "rename", "invite", "join", "upload", "schedule", "room"] as const;

export async function quietPoint(world: World): Promise<void> {
  world.trace.write("all is quiet");
  world.weather.forecast = calm;
  await world.settle();
  await finishOutboxes(world);
  for (const device of world.devices) {
    const token = world.tokenFor(device);
    if (world.server === undefined || token === undefined || device.isListening) continue;
    if (world.dice.chance(0.3)) continue;
    if (world.server.hub.hasRoomFor(device.user)) device.listen(world.server, token);
  }
  // One tick to be over with what was under way, one that finds it done.
  await world.pass(2 * clockworkEveryMs + 2000);
  await finishOutboxes(world);
  world.checkFaults();
  world.guard(() => {
    checkStreams(world);
    world.clients.clear();
    world.clients.check();
    checkUpkeep(world);
    world.ledger.checkRows();
  });
  await askEverything(world);
  world.checkFaults();
  world.weather.forecast = world.forecast;
}

async function finishOutboxes(world: World): Promise<void> {
  for (let tries = 0; world.devices.some(({ outbox }) => outbox.length > 0); tries++) {
    must(tries < 10, "an answer never comes");
    for (const device of world.devices) {
      for (const intent of device.outbox) {
        if (world.server !== undefined) device.send(intent, world.server);
      }
    }
    await world.settle();
    world.checkFaults();
  }
}

function checkStreams({ server, devices, clients, model }: World): void {
  const here = new Set<UserId>();
  for (const { isShutOut, setup } of clients.list) if (!isShutOut) here.add(setup.desk.user);
  for (const device of devices) {
    if (!device.isListening) continue;
    here.add(device.user);
    must(device.stream?.isLive, `${device.label} has caught up`);
    device.check();
  }
  mustEqual(
    [...server?.hub.online ?? []].sort((a, b) => a - b),
    [...here].sort((a, b) => a - b),
    "who is here",
  );
  for (const { stream, label, isListening } of devices) {
    if (!isListening) continue;
    for (const [name, online] of stream?.presence ?? []) {
      const user = model.users.find((one) => one.name === name);
      if (user === undefined) continue;
      mustEqual(online, here.has(user.id), `${label} was told that ${name} is here`);
    }
  }
}

function checkUpkeep({ ledger, clock, policy, model }: World): void {
  const nowMs = clock.now();
  // The last tick was a while ago.
  const sinceMs = clockworkEveryMs + 2000;
  ledger.checkUpkeep({ nowMs: nowMs - sinceMs, policy }, nowMs - sinceMs - looseFileLifeMs);
  for (const { id, deletedMs, isErased } of model.users) {
    must(deletedMs === undefined || isErased, `something is left of user ${id}, who was deleted`);
  }
  for (const { id, dueMs, end } of model.scheduled) {
    must(end !== undefined || dueMs > nowMs, `scheduled message ${id} is overdue`);
  }
}

/** Asks the store about everything; the ledger looks at the answers. */
async function askEverything(world: World): Promise<void> {
  const { server, model, dice, clock, policy, ledger } = world;
  if (server === undefined) return;
  const { store } = server;
  const nowMs = clock.now();
  const life = { nowMs, keptSinceMs: nowMs - policy.unreadTtlMs };
  await store.countUsers();
  await store.nextDueMs(dice.one(0, nowMs));
  await store.due(nowMs, 10);
  await store.users({ limit: dice.between(1, 9), after: dice.one("", "c", "z") as FoldedName });
  const afterSome = { limit: dice.one(1, 100), after: dice.one("", "c", "z") as FoldedName };
  await store.withRole(afterSome);
  await store.banned(afterSome, nowMs);
  await store.audit({ limit: dice.one(2, 1000), before: dice.one(model.head, model.head + 1) });
  await store.registrationInvites(nowMs);
  const users = model.users.filter(() => dice.chance(0.5));
  for (const user of users) {
    await askAbout(user.id, store, model.tokens);
    await store.findUser(foldName(user.name));
    await store.rooms(user.id, life);
    await store.arrive(user.id, { recent: 20, unread: dice.one(2, 1000) }, life);
    await store.unread(user.id, { limit: dice.one(2, 1000) }, life);
    await store.log(user.id, dice.below(model.head + 1), 100, life);
    for (const room of model.rooms.filter(() => dice.chance(0.3))) {
      await askAboutRoom(room.id, user.id, world, store);
    }
    const messages = [...model.messages.map(({ id }) => id), ...ledger.gone.slice(-30)];
    for (const id of messages.filter(() => dice.chance(0.3))) {
      await store.message(id as never, user.id, life);
      await store.comments(id as never, user.id, { after: 0, limit: dice.one(1, 200) }, life);
    }
    for (const file of model.files.filter(() => dice.chance(0.3))) {
      await store.file(file.id, user.id, life);
      await store.fileBytes(file.id, 0, 20);
    }
  }
  for (const { id } of model.scheduled.filter(() => dice.chance(0.3))) await store.scheduled(id);
}

async function askAbout(
  user: UserId,
  store: Store,
  tokens: readonly ModelToken[],
): Promise<void> {
  await store.user(user);
  await store.tokensOf(user);
  await store.roomsOf(user, 3);
  await store.authored(user, 0, 50);
  await store.findToken(tokens.find((token) => token.user === user)?.hash ?? "none");
  await store.reportsOn(user);
  for (const kind of limitKinds) await store.window(user, kind);
  await store.invitationsTo(user);
  await store.scheduledBy(user);
  await store.countScheduled(user);
}

async function askAboutRoom(
  room: RoomId,
  user: UserId,
  { dice, model, clock, policy }: World,
  store: Store,
): Promise<void> {
  const nowMs = clock.now();
  const life = { nowMs, keptSinceMs: nowMs - policy.unreadTtlMs };
  const limit = dice.one(1, 5, 200);
  await store.room(room);
  await store.member(room, user);
  await store.members(room, limit);
  await store.linksInto(room);
  await store.requestsInto(room);
  await store.messages(room, user, { limit }, life);
  await store.messages(room, user, { limit, after: dice.below(model.head) }, life);
  await store.messages(room, user, { limit, before: dice.below(model.head) }, life);
  await store.unread(user, { room, limit, after: dice.below(model.head) }, life);
  await store.countUnread(user, room, life);
  const [other] = model.users;
  if (other !== undefined) await store.privateRoom(user, other.id);
}
