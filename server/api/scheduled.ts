/**
 * Messages that are to be sent later: `/scheduled…`.
 *
 * @module
 */
import type { ScheduledId } from "../../lib/domain/ids.ts";
import { carryOut, type Handlers, missing, replayHeaders, retryOf, type Services } from "./call.ts";
import { failureOf } from "./failure.ts";
import { whenOf } from "./messages.ts";
import { wireScheduled } from "./wire.ts";

type ScheduledOperations =
  | "listScheduled"
  | "getScheduled"
  | "changeScheduled"
  | "cancelScheduled";

export function scheduledHandlers(services: Services): Pick<Handlers, ScheduledOperations> {
  const { store, clock } = services;
  return {
    async listScheduled({ session }) {
      const items = await store.scheduledBy(session.user);
      return { status: 200, json: { items: items.map(wireScheduled) } };
    },

    async getScheduled({ session, path }) {
      const scheduled = await store.scheduled(path.id as ScheduledId);
      if (scheduled === undefined || scheduled.author !== session.user) {
        throw missing("scheduled message");
      }
      if (scheduled.end?.kind === "sent") throw failureOf({ code: "already_sent" }, clock.now());
      return { status: 200, json: wireScheduled(scheduled) };
    },

    async changeScheduled({ session, path, body, ...call }) {
      const when = whenOf(body);
      const done = await carryOut(services, {
        type: "scheduled.change",
        actor: session.user,
        scheduled: path.id as ScheduledId,
        ...(body.text !== undefined && { text: body.text }),
        ...(when !== undefined && { when }),
        ...retryOf(call),
      });
      return {
        status: 200,
        headers: replayHeaders(done),
        json: wireScheduled(done.outcome.scheduled),
      };
    },

    async cancelScheduled({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "scheduled.cancel",
        actor: session.user,
        scheduled: path.id as ScheduledId,
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}
