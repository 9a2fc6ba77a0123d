/**
 * What moderators see and do: `/reports…`, `/bans…`, `/audit`.
 *
 * @module
 */
import { spanMs } from "../../lib/api/spans.ts";
import type {
  AuditEntry as WireAuditEntry,
  OpenReport as WireOpenReport,
} from "../../lib/api/schemas.ts";
import type { AuditEntry } from "../../lib/domain/audit.ts";
import { foldName } from "../../lib/text/names.ts";
import type { OpenReport, ReportPlace } from "../store/oversight.ts";
import { carryOut, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { accountQueryOf, requireModerator } from "./moderators.ts";
import { wireRoomId, wireTime } from "./wire.ts";

type ModerationOperations =
  | "listReports"
  | "dismissReports"
  | "listBans"
  | "ban"
  | "unban"
  | "listAudit";

export function moderationHandlers(services: Services): Pick<Handlers, ModerationOperations> {
  const { store, clock, settings } = services;
  return {
    async listReports({ session, query: { before, limit } }) {
      await requireModerator(services, session.user);
      const { items, hasMore } = await store.openReports({
        ...(before !== undefined && { before: parsePlace(before) }),
        // Of a report on what was said to one person, its text tells who made it.
        except: session.user,
        limit,
      }, clock.now());
      const last = items.at(-1);
      return {
        status: 200,
        json: {
          items: items.map(wireOpenReport),
          has_more: hasMore,
          ...(hasMore && last !== undefined && { next: formatPlace(last.place) }),
        },
      };
    },

    async dismissReports({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "reports.dismiss",
        actor: session.user,
        user: foldName(path.user),
        ...retryOf(call),
      });
      return {
        status: 200,
        headers: replayHeaders(done),
        json: { dismissed: done.outcome.dismissed },
      };
    },

    async listBans({ session, query }) {
      await requireModerator(services, session.user);
      const nowMs = clock.now();
      const { items, hasMore } = await store.banned(accountQueryOf(query), nowMs);
      return {
        status: 200,
        json: {
          items: items.map(({ name, bannedUntilMs = nowMs }) => ({
            user: name,
            banned_until: wireTime(bannedUntilMs),
          })),
          has_more: hasMore,
        },
      };
    },

    async ban({ session, body: { user, for: span, reason }, ...call }) {
      const done = await carryOut(services, {
        type: "user.ban",
        actor: session.user,
        user: foldName(user),
        forMs: span === undefined ? settings.policy.banForMs : spanMs(span),
        ...(reason !== undefined && { reason }),
        ...retryOf(call),
      });
      const { user: name, bannedUntilMs } = done.outcome;
      return {
        status: 201,
        headers: replayHeaders(done),
        json: { user: name, banned_until: wireTime(bannedUntilMs) },
      };
    },

    async unban({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "user.unban",
        actor: session.user,
        user: foldName(path.user),
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },

    async listAudit({ session, query: { before, limit } }) {
      await requireModerator(services, session.user);
      const { items, hasMore } = await store.audit({
        ...(before !== undefined && { before }),
        limit,
      });
      return { status: 200, json: { items: items.map(wireAuditEntry), has_more: hasMore } };
    },
  };
}

/** Where the next page of reports begins, as an answer tells it. */
function formatPlace({ atMs, nth }: ReportPlace): string {
  return `${atMs}-${nth}`;
}

/** Reads what {@linkcode formatPlace} wrote; the schema has checked that it is that. */
function parsePlace(text: string): ReportPlace {
  const [atMs, nth] = text.split("-").map(Number);
  return { atMs: atMs ?? 0, nth: nth ?? 0 };
}

function wireOpenReport({ target, atMs, reason, message }: OpenReport): WireOpenReport {
  return {
    user: target.name,
    at: wireTime(atMs),
    ...(reason !== undefined && { reason }),
    ...(message !== undefined && {
      message: {
        id: message.id,
        ...(message.roomKind !== undefined && { room_kind: message.roomKind }),
        ...(message.text !== undefined && { text: message.text }),
        ...(message.atMs !== undefined && { at: wireTime(message.atMs) }),
      },
    }),
  };
}

function wireAuditEntry(entry: AuditEntry): WireAuditEntry {
  const { id, atMs, act, by, user, message, room, untilMs, role, reason, count } = entry;
  return {
    id,
    at: wireTime(atMs),
    act,
    ...(by !== undefined && { by: by.name }),
    ...(user !== undefined && { user: user.name }),
    ...(message !== undefined && { message }),
    ...(room !== undefined && { room: wireRoomId(room) }),
    ...(untilMs !== undefined && { until: wireTime(untilMs) }),
    ...(role !== undefined && { role }),
    ...(reason !== undefined && { reason }),
    ...(count !== undefined && { count }),
  };
}
