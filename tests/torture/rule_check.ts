/**
 * Holds limits, bans and reports against what was said, refused and told.
 *
 * @module
 */
import type { StatusAnswer } from "../../lib/api/schemas.ts";
import { commonBy, words } from "./message_check.ts";
import type { Record, Records } from "./records.ts";
import { must, shown } from "./violation.ts";
import { rules, type World } from "./world.ts";

/** A time in which so many messages may be sent. */
interface Window {
  readonly openedMs: number;
  used: number;
}

interface Ban {
  readonly position: number;
  readonly untilMs: number;
}

export function checkRules(
  world: World,
  records: Records,
  statuses: ReadonlyMap<number, StatusAnswer>,
): void {
  const common = commonBy(records);
  const bans = bansOf(world);
  checkReports(world, bans);
  for (const [user, status] of statuses) {
    const windows = windowsOf(common.get(user) ?? []);
    checkRefusals(world, user, windows, bans.get(user) ?? []);
    checkStatus(world, { user, status, windows, bans: bans.get(user) ?? [] });
    for (const ban of bans.get(user) ?? []) {
      const said = [...records.messages.values()].find(({ author, id, atMs }) =>
        author === user && id > ban.position && atMs < ban.untilMs
      );
      must(
        said === undefined,
        () => `user ${user} is banned (${shown(ban)}) but says ${shown(said)}`,
      );
    }
  }
}

/** The windows that messages make, none of which may hold more than the limit. */
function windowsOf(said: readonly Record[]): readonly Window[] {
  const windows: Window[] = [];
  for (const record of said) {
    const last = windows.at(-1);
    if (last !== undefined && record.atMs < last.openedMs + rules.limitPeriodMs) {
      last.used += 1;
      must(
        last.used <= rules.limit,
        () =>
          `user ${record.author} says ${last.used} things in ${rules.limitPeriodMs} ms, of ` +
          `which ${rules.limit} are allowed: ${shown(record)}`,
      );
    } else {
      windows.push({ openedMs: record.atMs, used: 1 });
    }
  }
  return windows;
}

function checkRefusals(
  { ledger }: World,
  user: number,
  windows: readonly Window[],
  bans: readonly Ban[],
): void {
  for (const intent of ledger.of("send")) {
    if (intent.user !== user || intent.state !== "refused") continue;
    const { code, resets_at, banned_until } = intent.answer;
    if (code === "banned" && banned_until !== undefined) {
      const untilMs = Date.parse(String(banned_until));
      const isSo = bans.some((ban) => ban.untilMs === untilMs);
      must(isSo, () => `there is such a ban: ${words(intent)}; ${shown(bans)}`, intent.client);
    }
    if (code === "rate_limited" && resets_at !== undefined) {
      const openedMs = Date.parse(String(resets_at)) - rules.limitPeriodMs;
      const window = windows.find((one) => one.openedMs === openedMs);
      must(
        window?.used === rules.limit,
        () => `who is refused has used their limit: ${words(intent)}; ${shown(windows.slice(-3))}`,
        intent.client,
      );
    }
  }
}

function checkStatus(
  { ledger }: World,
  { user, status, windows, bans }: {
    readonly user: number;
    readonly status: StatusAnswer;
    readonly windows: readonly Window[];
    readonly bans: readonly Ban[];
  },
): void {
  const nowMs = Date.parse(status.server.time);
  const window = windows.find(({ openedMs }) => nowMs < openedMs + rules.limitPeriodMs);
  const isOnEdge = windows.some(({ openedMs }) =>
    Math.abs(nowMs - openedMs - rules.limitPeriodMs) < 50
  );
  const remaining = rules.limit - (window?.used ?? 0);
  must(
    isOnEdge || status.limit?.remaining === remaining,
    () => `of the limit of user ${user} remain ${remaining}: ${shown(status.limit)}`,
  );
  const ban = bans.at(-1);
  const untilMs = ban !== undefined && nowMs < ban.untilMs ? ban.untilMs : undefined;
  const told = status.user.banned_until;
  must(
    (told === undefined ? undefined : Date.parse(told)) === untilMs,
    () => `user ${user} is banned until ${untilMs}: ${shown(status.user)}`,
  );
  if (bans.length > 0) return;
  const reports = ledger.done("report").filter(({ about }) => about === user).length;
  must(
    status.user.reports === reports,
    () => `there are ${reports} reports on user ${user}: ${shown(status.user)}`,
  );
}

function bansOf({ chronicle }: World): ReadonlyMap<number, readonly Ban[]> {
  const bans = new Map<number, Ban[]>();
  for (const { event, position, heardBy } of chronicle.entries) {
    if (event.type !== "user.banned") continue;
    const [user = -1] = heardBy;
    const ban = { position, untilMs: Date.parse(event.banned_until) };
    bans.set(user, [...bans.get(user) ?? [], ban]);
  }
  return bans;
}

/** As many bans came as there were reports for; who had reported someone is told so. */
function checkReports({ ledger }: World, bans: ReadonlyMap<number, readonly Ban[]>): void {
  const enough = ledger.done("report").filter(({ answer }) => answer["reports"] === rules.banAfter);
  for (const user of new Set([...bans.keys(), ...enough.map(({ about }) => about ?? -1)])) {
    const ripe = enough.filter(({ about }) => about === user).length;
    const banned = bans.get(user)?.length ?? 0;
    must(ripe === banned, `user ${user} was banned ${banned} times, and should have been ${ripe}`);
  }
  for (const intent of ledger.of("report")) {
    if (intent.answer["code"] !== "already_reported") continue;
    const isSo = ledger.done("report").some(({ user, about, startMs }) =>
      user === intent.user && about === intent.about && startMs < intent.endMs
    );
    must(isSo, () => `they had reported them before: ${words(intent)}`, intent.client);
  }
}
