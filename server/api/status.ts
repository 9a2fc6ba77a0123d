/**
 * How things are: `/status`, `/healthz`.
 *
 * @module
 */
import { textCharactersMax } from "../../lib/domain/bounds.ts";
import { nameCharactersMax } from "../../lib/text/names.ts";
import type { Handlers, Services } from "./call.ts";
import { wireRoom, wireTime } from "./wire.ts";

export function statusHandlers(
  { store, hub, clock, settings, version }: Services,
): Pick<Handlers, "status" | "health"> {
  const startedMs = clock.monotonic();
  const healthy = { status: 200, json: { status: "ok" } } as const;
  return {
    async status({ session }) {
      return {
        status: 200,
        json: {
          server: {
            version,
            time: wireTime(clock.now()),
            uptime_s: Math.floor((clock.monotonic() - startedMs) / 1000),
            users: await store.countUsers(),
            online: hub.onlineCount,
          },
          user: { name: session.name, created: wireTime(session.createdMs) },
          rooms: (await store.rooms(session.user)).map(wireRoom),
          settings: {
            recent: settings.recent,
            registration: settings.registration,
            text_max: textCharactersMax,
            name_max: nameCharactersMax,
          },
        },
      };
    },

    health: () => healthy,
  };
}
