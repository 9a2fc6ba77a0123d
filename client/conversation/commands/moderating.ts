/**
 * Commands for those who look after the chat: reports, bans, roles, invitations to register.
 *
 * @module
 */
import { pageSizeMax } from "../../../lib/domain/bounds.ts";
import { countText } from "../../../lib/text/counts.ts";
import { foldName } from "../../../lib/text/names.ts";
import { BadAnswer } from "../../connection/failures.ts";
import { auditLine, reportLine } from "../../lines/moderation_lines.ts";
import { momentText } from "../../lines/quantities.ts";
import { type Line, line, styled } from "../../lines/safe_line.ts";
import { type GivenArguments, Misunderstood } from "../command_parser.ts";
import { type Command, type CommandScope, user } from "./command.ts";

/** How many reports, or entries of the audit log, are shown where it is not said. */
const shownByDefault = 20;

const howMany = { name: "N", kind: "number", optional: true } as const;

const actions: readonly Omit<Command, "aliases" | "forModerators">[] = [
  {
    name: "mod",
    takes: [{ name: "ACTION", kind: "action", optional: true }],
    help: "Moderate, by one of these; /help mod shows them",
    example: "/mod",
    run(_, { action }) {
      const [word] = (action ?? "").split(/\s/);
      throw new Misunderstood(
        `${word === "" ? "say what is to be done" : `there is no /mod ${word}`}; see /help mod`,
      );
    },
  },
  {
    name: "mod reports",
    takes: [howMany],
    help: `Show the last N reports that are open: ${shownByDefault}, or up to ${pageSizeMax}`,
    example: "/mod reports 50",
    run: showReports,
  },
  {
    name: "mod dismiss",
    takes: [user],
    help: "Settle the reports on a user without a ban",
    example: "/mod dismiss bob",
    see: "mod reports",
    async run(scope, { user = "" }) {
      const { dismissed } = await scope.call("dismissReports", { path: { user } });
      scope.say([line`${countText(dismissed, "report")} on ${user} dismissed`]);
    },
  },
  {
    name: "mod ban",
    takes: [
      user,
      { name: "DURATION", kind: "span", optional: true },
      { name: "WHY", kind: "text", optional: true },
    ],
    help: "Ban a user from sending, as long as reports would or for DURATION",
    example: "/mod ban mallory 2h sends spam",
    see: "who",
    run: ban,
  },
  {
    name: "mod unban",
    takes: [user],
    help: "End a ban",
    example: "/mod unban mallory",
    see: "mod bans",
    async run(scope, { user = "" }) {
      await scope.call("unban", { path: { user } });
      scope.say([line`${user} can send again`]);
    },
  },
  {
    name: "mod bans",
    takes: [],
    help: "Show who is banned",
    run: showBans,
  },
  {
    name: "mod roles",
    takes: [],
    help: "Show who owns this server, and who moderates it",
    run: showRoles,
  },
  {
    name: "mod role",
    takes: [user, { name: "ROLE", kind: "word" }],
    help: "Make a user a moderator, an owner, or none; for owners",
    example: "/mod role bob moderator",
    see: "mod roles",
    run: setRole,
  },
  {
    name: "mod expel",
    takes: [user, { name: "AGAIN", kind: "word" }],
    help: "Delete a user for good, with all that they have said; their name twice; for owners",
    example: "/mod expel mallory mallory",
    see: "who",
    run: expel,
  },
  {
    name: "mod invite",
    takes: [
      { name: "DURATION", kind: "life", optional: true },
      { name: "USES", kind: "number", optional: true },
    ],
    help: "Make a code by which one can register, or USES of them (for 7d)",
    example: "/mod invite 2d 5",
    see: "mod invites",
    run: invite,
  },
  {
    name: "mod invites",
    takes: [],
    help: "Show the invitations to register that are still good",
    run: showInvites,
  },
  {
    name: "mod uninvite",
    takes: [{ name: "N", kind: "number" }],
    help: "Make an invitation to register useless; N is its number in /mod invites",
    example: "/mod uninvite 40",
    see: "mod invites",
    async run(scope, { number: id = 0 }) {
      await scope.call("revokeInvite", { path: { id } });
      scope.say([line`Invitation ${id} is of no use any more`]);
    },
  },
  {
    name: "mod audit",
    takes: [howMany],
    help: "Show what was done in the name of order, the newest last",
    example: "/mod audit 50",
    run: showAudit,
  },
];

export const moderatingCommands: readonly Command[] = actions.map((action) => ({
  ...action,
  aliases: [],
  forModerators: true,
}));

async function showReports(scope: CommandScope, { number }: GivenArguments): Promise<void> {
  const { items, has_more } = await scope.call("listReports", { query: { limit: pageOf(number) } });
  if (items.length === 0) {
    scope.say([line`No report is open`]);
    return;
  }
  if (has_more) scope.say([moreLine("reports", number)]);
  scope.say(items.toReversed().map((report) => reportLine(report, scope)));
  scope.say([line`/mod ban USER, /mod dismiss USER, or /delete ID`]);
}

async function showAudit(scope: CommandScope, { number }: GivenArguments): Promise<void> {
  const { items, has_more } = await scope.call("listAudit", { query: { limit: pageOf(number) } });
  if (items.length === 0) scope.say([line`Nothing was done in the name of order`]);
  if (has_more) scope.say([moreLine("audit", number)]);
  scope.say(items.toReversed().map((entry) => auditLine(entry, scope)));
}

/** Says above a list that it is not all of it, and what shows more. */
function moreLine(list: "reports" | "audit", number: number | undefined): Line {
  return pageOf(number) < pageSizeMax
    ? line`There are more before these; /mod ${list} ${pageSizeMax}`
    : line`There are more before these; the operator sees all by chat admin ${list}`;
}

function pageOf(number = shownByDefault): number {
  return Math.min(number, pageSizeMax);
}

async function ban(
  scope: CommandScope,
  { user = "", span, text: reason }: GivenArguments,
): Promise<void> {
  const answer = await scope.call("ban", {
    body: {
      user,
      ...(span !== undefined && { for: span / 1000 }),
      ...(reason !== undefined && { reason }),
    },
  });
  const until = momentText(answer.banned_until, scope);
  scope.say([
    line`${answer.user} is banned from sending until ${until}; /mod unban ${answer.user} ends it`,
  ]);
}

async function showBans(scope: CommandScope): Promise<void> {
  const { items, has_more } = await scope.call("listBans");
  if (items.length === 0) scope.say([line`Nobody is banned`]);
  scope.say(
    items.map(({ user, banned_until }) =>
      line`  ${styled("bold", user)}, until ${momentText(banned_until, scope)}: /mod unban ${user}`
    ),
  );
  if (has_more) scope.say([line`There are more; the operator sees all by chat admin users`]);
}

async function showRoles(scope: CommandScope): Promise<void> {
  const { items } = await scope.call("listRoles");
  if (items.length === 0) scope.say([line`Nobody has a role here`]);
  scope.say(items.map(({ user, role }) => line`  ${styled("bold", user)}, ${role}`));
}

async function setRole(
  scope: CommandScope,
  { user = "", word = "" }: GivenArguments,
): Promise<void> {
  const role = word.toLowerCase();
  if (role !== "owner" && role !== "moderator" && role !== "none") {
    throw new Misunderstood("ROLE must be owner, moderator or none");
  }
  const done = await scope.call("setRole", { body: { user, role } });
  const words = { owner: "an owner now", moderator: "a moderator now", none: "a user, no more" };
  scope.say([line`${done.user} is ${words[done.role]}`]);
}

async function expel(scope: CommandScope, { user = "", word = "" }: GivenArguments): Promise<void> {
  if (foldName(word.replace(/^@/, "")) !== foldName(user)) {
    throw new Misunderstood("this can't be taken back: give the name twice");
  }
  await scope.call("deleteUser", { path: { user } });
  scope.happened({ type: "user.deleted", user });
}

async function invite(scope: CommandScope, { life, number: uses }: GivenArguments): Promise<void> {
  const { id, code, url, expires_at, max_uses } = await scope.call("createInvite", {
    body: {
      ...(life !== undefined && { expires_in: life / 1000 }),
      ...(uses !== undefined && { max_uses: uses }),
    },
  });
  if (!/^[\x21-\x7e]+$/.test(code)) {
    throw new BadAnswer("the code of the invitation cannot be typed");
  }
  scope.say([
    line`Invitation ${id}, until ${momentText(expires_at, scope)}, for ${
      countText(max_uses, "newcomer")
    }; the code is shown this once:`,
    line`  ${url}`,
    line`  chat client --user NAME --invite ${code}`,
  ]);
}

async function showInvites(scope: CommandScope): Promise<void> {
  const { items } = await scope.call("listInvites");
  if (items.length === 0) scope.say([line`No invitation is open; /mod invite makes one`]);
  scope.say(
    items.map(({ id, by = "the operator", expires_at, uses, max_uses }) =>
      line`${String(id).padStart(4)}  by ${by}, until ${
        momentText(expires_at, scope)
      }, used ${uses} of ${max_uses} times; /mod uninvite ${id}`
    ),
  );
}
