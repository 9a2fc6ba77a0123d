/**
 * The steps that a simulation takes, one after another.
 *
 * @module
 */
import type { Destination } from "../../client/connection/outbox.ts";
import { dayMs, hourMs, receiptLifeMs } from "../../lib/domain/bounds.ts";
import { foldName } from "../../lib/text/names.ts";
import type { UserCommandType } from "./choices.ts";
import type { Device } from "./device.ts";
import { must, words } from "./fault.ts";
import { quietPoint } from "./quiet_point.ts";
import { calm, mustBeOfTheMedium } from "./weather.ts";
import { randomPolicy, type World } from "./world.ts";

type Step = (world: World) => void | Promise<void>;

/** How likely each step is. */
const weights = {
  commands: 40,
  rename: 1,
  burst: 1,
  retry: 8,
  repeat: 5,
  listen: 12,
  poll: 5,
  lateListen: 1,
  stray: 1,
  leave: 5,
  drain: 6,
  wait: 14,
  waitLong: 1,
  clock: 2,
  edge: 2,
  weather: 4,
  newcomer: 1,
  operator: 2,
  join: 3,
  say: 14,
  see: 6,
  cut: 2,
  hurry: 1,
  restartClient: 2,
  restart: 2,
  quiet: 3,
};

const steps: Readonly<Record<keyof typeof weights, Step>> = {
  commands(world) {
    const { dice, choices } = world;
    for (let left = dice.between(1, 5); left > 0; left--) {
      const device = dice.pick(world.devices);
      if (device !== undefined) give(world, device, choices.command(device.user));
    }
  },

  /** Someone takes another name, and is called by it in the same turn. */
  rename(world) {
    const { dice } = world;
    const [one, other] = [dice.pick(world.devices), dice.pick(world.devices)];
    if (one === undefined || other === undefined) return;
    const name = dice.one("Ned", "Oda", "Pia");
    const actor = other.user;
    const to = foldName(name);
    give(world, one, { type: "profile.change", actor: one.user, name });
    give(world, other, { type: "send", actor, destination: { to }, text: "hi", files: [] });
    give(world, other, { type: "report", actor, target: to });
    give(world, other, { type: "read", actor, to, upto: world.model.head });
  },

  burst(world) {
    const { dice, choices } = world;
    const device = dice.pick(world.devices);
    if (device === undefined) return;
    const type: UserCommandType = dice.one(
      "send",
      "schedule",
      "file.add",
      "token.issue",
      "link.create",
      "profile.change",
      "invite",
      "report",
    );
    for (let left = dice.between(10, 110); left > 0; left--) {
      give(world, device, choices.commandOf(device.user, type));
    }
  },

  retry(world) {
    const { server } = world;
    world.trace.write("all try again");
    if (server === undefined) return;
    for (const device of world.devices) {
      for (const intent of device.outbox) device.send(intent, server);
    }
  },

  /** A token that was checked just before it was taken back must not get its stream after that. */
  lateListen(world) {
    const { dice, server, model } = world;
    const token = dice.pick(server?.revoked ?? []);
    const device = dice.pick(world.devices);
    if (server === undefined || token === undefined || device === undefined) return;
    world.trace.write(`${device.label} listens too late ${device.listen(server, token)}`);
    const isHeld = model.tokens.some(({ id }) => id === token);
    must(isHeld || !device.isListening, "a token that was taken back is of no use");
  },

  /** What is not due, or has been sent, is found to be due by mistake. */
  stray(world) {
    const { dice, model, server, strays } = world;
    const nowMs = world.clock.now();
    const scheduled = dice.pick(
      model.scheduled.filter(({ end, dueMs }) => end !== undefined || dueMs > nowMs),
    );
    if (scheduled === undefined || !server?.isOpen) return;
    strays.add(scheduled.id);
    world.trace.write(`${scheduled.id} is tried too early, or again`);
    server.engine.submit({ type: "scheduled.send", scheduled: model.planned(scheduled) })
      .catch((failure) => world.guard(() => mustBeOfTheMedium(failure)));
  },

  /** The same key once more, for the same or for something else. */
  repeat(world) {
    const { dice, model, server, choices } = world;
    // Those of devices: what clients ask for, only their requests tell.
    const known = model.receipts.filter(({ fingerprint }) => fingerprint.startsWith("{"));
    const receipt = dice.pick(known.slice(-40));
    if (receipt === undefined || !server?.isOpen) return;
    const { user, key, fingerprint } = receipt;
    const isSame = dice.chance(0.7);
    const command = isSame ? JSON.parse(fingerprint) : choices.command(user);
    // Bytes are not in the words of a command.
    if (command.type === "token.issue" || (isSame && command.type === "file.add")) return;
    const retry = { key, fingerprint: words(command) };
    world.trace.write(`again under ${key}: ${retry.fingerprint}`);
    server.engine.submit({ ...command, retry }).catch((failure) =>
      world.guard(() => mustBeOfTheMedium(failure))
    );
  },

  listen(world) {
    const { dice, server } = world;
    const silent = world.devices.filter(({ isListening }) => !isListening);
    const device = dice.pick(dice.chance(0.8) && silent.length > 0 ? silent : world.devices);
    const token = device === undefined ? undefined : world.tokenFor(device);
    if (device === undefined || token === undefined || !server?.isOpen) return;
    if (!server.hub.hasRoomFor(device.user)) return;
    world.trace.write(`${device.label} listens ${device.listen(server, token)}`);
  },

  poll(world) {
    const { dice, server } = world;
    const device = dice.pick(world.devices);
    const token = device === undefined ? undefined : world.tokenFor(device);
    if (device === undefined || token === undefined || !server?.isOpen) return;
    if (!server.hub.hasRoomFor(device.user)) return;
    world.trace.write(`${device.label} ${device.poll(server, token)}`);
  },

  leave(world) {
    const device = world.dice.pick(world.devices);
    device?.leave();
    world.trace.write(`${device?.label} leaves`);
  },

  drain(world) {
    const device = world.dice.pick(world.devices.filter(({ isListening }) => isListening));
    device?.stream?.drain();
    world.trace.write(`${device?.label} reads`);
  },

  async wait(world) {
    const ms = world.dice.one(1, 1000, 1000 * world.dice.below(90), 90_000);
    world.trace.write(`${ms} ms pass`);
    await world.pass(ms);
  },

  async waitLong(world) {
    const ms = world.dice.between(10, 90) * 60_000;
    world.trace.write(`${ms} ms pass`);
    await world.pass(ms);
  },

  clock(world) {
    const { dice } = world;
    const byMs = dice.one(
      dice.between(-90, 90) * 1000,
      -dice.between(1, 120) * 60_000,
      dice.between(1, 120) * 60_000,
      dice.between(1, 26) * hourMs,
      2 * dayMs,
    );
    world.trace.write(`the wall clock is set by ${byMs} ms`);
    world.setWall(byMs);
  },

  /** The wall clock comes to where something begins or ends, or just before. */
  edge(world) {
    const { dice, model, policy, clock } = world;
    const nowMs = clock.now();
    const edges = [
      ...model.users.map(({ bannedUntilMs }) => bannedUntilMs ?? 0),
      ...model.windows.map(({ openedMs }) => openedMs + policy.limitPeriodMs),
      ...model.messages.slice(-5).map(({ expiresMs }) => expiresMs),
      ...model.messages.slice(-5).map(({ atMs }) => atMs + policy.unreadTtlMs),
      ...model.links.map(({ expiresMs }) => expiresMs),
      ...model.receipts.slice(-3).map(({ atMs }) => atMs + receiptLifeMs),
    ];
    const edgeMs = dice.pick(edges.filter((ms) => Math.abs(ms - nowMs) < 2 * dayMs));
    if (edgeMs === undefined) return;
    const byMs = edgeMs - nowMs - dice.below(2);
    world.trace.write(`the wall clock is set by ${byMs} ms, to an edge`);
    world.setWall(byMs);
  },

  weather(world) {
    const { dice } = world;
    const isCalm = dice.chance(0.4);
    world.forecast = isCalm ? calm : {
      failing: dice.one(0, 0.02, 0.1, 0.4),
      slow: dice.one(0, 0.1, 0.4),
      losing: dice.one(0, 0.05, 0.3),
    };
    world.weather.forecast = world.forecast;
    world.trace.write(`the weather: ${words(world.forecast)}`);
  },

  newcomer(world) {
    const { server, choices } = world;
    const command = choices.registration();
    world.trace.write(words(command));
    server?.engine.submit(command).catch((failure) =>
      world.guard(() => mustBeOfTheMedium(failure))
    );
  },

  operator(world) {
    const { server, choices } = world;
    const command = choices.operation();
    world.trace.write(`operator: ${words(command)}`);
    server?.engine.submit(command).catch((failure) =>
      world.guard(() => mustBeOfTheMedium(failure))
    );
  },

  join(world) {
    world.trace.write(`a client at ${world.clients.join()}`);
  },

  /** Someone writes something, or a few things at once. */
  say(world) {
    const { dice, clients, model } = world;
    const client = dice.pick(clients.list);
    if (client === undefined) return;
    for (let left = dice.one(1, 1, 2, 5); left > 0; left--) {
      const rooms = [...client.model.rooms.values()].filter(({ kind }) => kind === "room");
      const room = dice.pick(rooms)?.id;
      const to = dice.pick(model.living)?.name ?? "";
      client.say(dice.one<Destination>({}, { to }, room === undefined ? {} : { room }));
    }
    world.trace.write(`${client.label} writes`);
  },

  see(world) {
    const client = world.dice.pick(world.clients.list);
    client?.see();
    world.trace.write(`${client?.label} looks`);
  },

  cut(world) {
    const client = world.dice.pick(world.clients.list);
    client?.network.cut();
    world.trace.write(`${client?.label} is cut off`);
  },

  hurry(world) {
    const client = world.dice.pick(world.clients.list);
    client?.hurry();
    world.trace.write(`${client?.label} hurries`);
  },

  restartClient(world) {
    world.trace.write(world.clients.restart());
  },

  async restart(world) {
    const { dice } = world;
    const isCrash = dice.chance(0.6);
    world.trace.write(isCrash ? "the server crashes" : "the server stops");
    if (isCrash) await world.crash();
    else await world.stop();
    const downMs = dice.one(0, 1000, 1000 * dice.below(300), dice.below(30) * hourMs);
    if (dice.chance(0.3)) {
      world.policy = { ...randomPolicy(dice), unreadTtlMs: world.policy.unreadTtlMs };
    }
    await world.pass(downMs);
    world.trace.write(`and is away for ${downMs} ms`);
    await world.start();
  },

  quiet: quietPoint,
};

function give(world: World, device: Device, command: Parameters<Device["intend"]>[0]): void {
  const { server } = world;
  const intent = device.intend(command);
  world.trace.write(`${device.label}: ${words(intent.command)}`);
  if (server !== undefined) device.send(intent, server);
}

/** Takes a step of some kind, and lets some or all of what comes of it happen. */
export async function takeStep(world: World): Promise<void> {
  const step = world.dice.weighted(weights);
  world.tally.steps += 1;
  world.tally.note(`step: ${step}`);
  await steps[step](world);
  await world.settle(world.dice.chance(0.5) ? {} : { turnsMax: world.dice.below(5) });
  world.recruit();
  world.clients.clear();
  world.checkFaults();
}
