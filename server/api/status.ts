/**
 * How things are: `/status`, `/healthz`, `/readyz`, `/metrics`.
 *
 * @module
 */
import { textCharactersMax } from "../../lib/domain/bounds.ts";
import { limitStatus } from "../../lib/domain/limit.ts";
import { openReports } from "../../lib/domain/report.ts";
import { isBanned } from "../../lib/domain/user.ts";
import { nameCharactersMax } from "../../lib/text/names.ts";
import { type Handlers, lifeNow, missing, type Services } from "./call.ts";
import { wireRoom, wireTime } from "./wire.ts";

export function statusHandlers(
  services: Services,
): Pick<Handlers, "status" | "health" | "ready" | "metrics"> {
  const { store, hub, clock, settings, version, readiness, metricsPage } = services;
  const { policy } = settings;
  const startedMs = clock.monotonic();
  const healthy = { status: 200, json: { status: "ok" } } as const;
  return {
    async status({ session }) {
      const nowMs = clock.now();
      const user = await store.user(session.user);
      if (user === undefined) throw missing("user");
      const window = await store.window(user.id, "common");
      const limit = limitStatus("common", window, { nowMs, policy });
      const reports = openReports(user, await store.reportsOn(user.id), nowMs);
      return {
        status: 200,
        json: {
          server: {
            version,
            time: wireTime(nowMs),
            uptime_s: Math.floor((clock.monotonic() - startedMs) / 1000),
            users: await store.countUsers(),
            online: hub.onlineCount,
          },
          user: {
            name: user.name,
            created: wireTime(user.createdMs),
            ...(user.role !== undefined && { role: user.role }),
            ...(isBanned(user, nowMs) && { banned_until: wireTime(user.bannedUntilMs ?? nowMs) }),
            reports: reports.length,
          },
          ...(limit !== undefined && {
            limit: {
              limit: limit.limit,
              remaining: limit.remaining,
              ...(limit.resetsMs !== undefined && { resets_at: wireTime(limit.resetsMs) }),
            },
          }),
          rooms: (await store.rooms(user.id, lifeNow(services))).map(wireRoom),
          scheduled: await store.countScheduled(user.id),
          settings: {
            recent: settings.recent,
            registration: settings.registration,
            limit: policy.limit,
            limit_period_s: policy.limitPeriodMs / 1000,
            message_ttl_s: policy.messageTtlMs / 1000,
            unread_ttl_s: policy.unreadTtlMs / 1000,
            ban_after: policy.banAfter,
            ban_for_s: policy.banForMs / 1000,
            max_file: settings.fileBytesMax,
            text_max: textCharactersMax,
            name_max: nameCharactersMax,
          },
        },
      };
    },

    health: () => healthy,

    async ready() {
      await readiness.check();
      return { status: 200, json: { status: "ready" } };
    },

    metrics() {
      const { type, text } = metricsPage();
      return {
        status: 200,
        headers: [["Cache-Control", "no-store"]],
        content: { type, bytes: text },
      };
    },
  };
}
