/**
 * Canaries: sabotage of every kind, none of which the simulation may miss.
 *
 * @module
 */
import { hourMs } from "../../lib/domain/bounds.ts";
import type { Event } from "../../lib/domain/event.ts";
import type { Life } from "../../lib/domain/retention.ts";
import type { LogPage } from "../../server/store/queries.ts";
import type { SweepStep } from "../../server/store/upkeep.ts";
import type { Sabotage } from "./sabotage.ts";

/** What is done wrong, by what it is. */
export const canaries: Readonly<Record<string, Sabotage>> = {
  "a repetition that is not known again": {
    load({ receipts }) {
      for (const receipt of [...receipts]) receipts.unlearn(receipt);
    },
  },

  "a store that loses a part of what it saves": {
    save({ changes }) {
      const lost = changes.findIndex((one) => one.kind === "put" && one.table === "member");
      if (lost > 0) changes.splice(lost, 1);
    },
  },

  "an event that is published twice": {
    publish(committed) {
      const events: Event[] = [];
      for (const event of committed.events) {
        events.push(event);
        if (event.type === "read") events.push(event);
      }
      return { ...committed, events };
    },
  },

  "an event that is not published": {
    publish: (committed) => ({ ...committed, events: committed.events.slice(0, 3) }),
  },

  "a limit whose window opens early": {
    load({ windows }) {
      for (const window of [...windows]) {
        windows.learn({ ...window, openedMs: window.openedMs - hourMs / 2 });
      }
    },
  },

  "a ban that ends early": {
    load({ users }) {
      for (const user of [...users]) {
        const { bannedUntilMs } = user;
        if (bannedUntilMs !== undefined) {
          users.learn({ ...user, bannedUntilMs: bannedUntilMs - 10_000 });
        }
      }
    },
  },

  "a replay with a gap": {
    answer(query, answer) {
      if (query !== "log") return answer;
      const page = answer as LogPage;
      return { ...page, events: page.events.filter((_, at) => at !== 2) };
    },
  },

  "a hub that leaves something out while someone catches up": {
    heard(query, answer) {
      if (query !== "log") return answer;
      const page = answer as LogPage;
      return { ...page, events: page.events.slice(0, 2) };
    },
  },

  "a hub that forgets what was not published": {
    publish: (committed) => ({ ...committed, after: 0 }),
  },

  "a clock of the engine that goes wrong": {
    clock: (clock) => ({
      now: () => clock.now() + (clock.now() % 7 === 0 ? 1 : 0),
      monotonic: () => clock.monotonic(),
      setTimer: (ms, callback) => clock.setTimer(ms, callback),
      afterThisTurn: (callback) => clock.afterThisTurn(callback),
      afterOthers: (callback) => clock.afterOthers(callback),
    }),
  },

  "upkeep that takes what someone has not read": {
    maintain(step, args) {
      if (step !== "removeExpired") return args;
      const [sweep, life] = args as [SweepStep, Life];
      return [sweep, { ...life, keptSinceMs: life.nowMs - hourMs }];
    },
  },

  "upkeep that leaves what nobody may see": {
    maintain(step, args) {
      if (step !== "removeExpired") return args;
      const [sweep, life] = args as [SweepStep, Life];
      return [sweep, { ...life, nowMs: life.nowMs - 10 * hourMs }];
    },
  },

  "a scheduled message that is sent again": {
    load({ scheduled }) {
      for (const one of [...scheduled]) {
        const { end, ...waiting } = one;
        if (end?.kind === "sent") scheduled.learn(waiting);
      }
    },
  },

  "an outbox that takes a new key after a cut": {
    request(asked, nowMs) {
      const key = asked.headers["idempotency-key"];
      if (key === undefined) return asked;
      return { ...asked, headers: { ...asked.headers, "idempotency-key": `${key}-${nowMs}` } };
    },
  },

  "a session that resumes from now": {
    request: (asked) => ({ ...asked, url: asked.url.replace(/(?<=\/events)\?after=[^&]+$/, "") }),
  },

  "a session that resumes a little late": {
    request: (asked) => ({
      ...asked,
      url: asked.url.replace(/(?<=after=epoch-)\d+/, (position) => String(Number(position) + 2)),
    }),
  },

  "a client that loses the message after a cut": {
    news: (() => {
      let wasCut = false;
      return (news) => {
        if (news.type === "state") wasCut ||= news.state.kind === "waiting";
        if (!wasCut || news.type !== "event" || news.event.type !== "message") return news;
        wasCut = false;
        return undefined;
      };
    })(),
  },

  "a model that counts one unread message too many": {
    model(_before, event, after) {
      const room = event.type === "read" ? after.rooms.get(event.room) : undefined;
      if (room === undefined) return after;
      const rooms = new Map(after.rooms).set(room.id, { ...room, unread: room.unread + 1 });
      return { ...after, rooms };
    },
  },

  "a model that keeps what was deleted": {
    model: (before, event, after) => event.type === "message.deleted" ? before : after,
  },

  "a model in which one stays in a room": {
    model: (before, event, after) =>
      event.type === "member.left" || event.type === "room.deleted" ? before : after,
  },

  "a room whose messages stay with those who have left": {
    answer(query, answer) {
      if (query !== "log") return answer;
      const page = answer as LogPage;
      return page.rooms.length > 1 ? { ...page, rooms: page.rooms.slice(1) } : page;
    },
  },
};
