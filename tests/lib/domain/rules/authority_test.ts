/**
 * Who may keep order, and against whom: one table.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { hourMs } from "../../../../lib/domain/bounds.ts";
import type { Command } from "../../../../lib/domain/command.ts";
import type { RegistrationInviteId, UserId } from "../../../../lib/domain/ids.ts";
import { type FoldedName, foldName } from "../../../../lib/text/names.ts";
import { Chat, noEffect, type Person } from "../../../support/chat.ts";

type Who = "operator" | "owner" | "moderator" | "plain";
type Whom = "self" | "plain" | "moderator" | "owner";
type Said = "ok" | "forbidden" | "invalid";

/** What is said to each who does something to themselves, a plain user, a moderator, an owner. */
type Row = Readonly<Record<Exclude<Who, "operator">, readonly [Said, Said, Said, Said]>>;

const nobody: Row["plain"] = ["forbidden", "forbidden", "forbidden", "forbidden"];
/** Those of lower rank. */
const belowOwner: Row["plain"] = ["invalid", "ok", "ok", "forbidden"];
const belowModerator: Row["plain"] = ["invalid", "ok", "forbidden", "forbidden"];

const table: Readonly<Record<string, Row>> = {
  "user.ban": { owner: belowOwner, moderator: belowModerator, plain: nobody },
  "user.unban": { owner: belowOwner, moderator: belowModerator, plain: nobody },
  "reports.dismiss": { owner: belowOwner, moderator: belowModerator, plain: nobody },
  "role.set": { owner: ["ok", "ok", "ok", "forbidden"], moderator: nobody, plain: nobody },
  "user.delete": { owner: belowOwner, moderator: nobody, plain: nobody },
  "message.delete": {
    owner: ["ok", "ok", "ok", "ok"],
    moderator: ["ok", "ok", "ok", "ok"],
    plain: ["ok", "forbidden", "forbidden", "forbidden"],
  },
  "registration.invite": {
    owner: ["ok", "ok", "ok", "ok"],
    moderator: ["ok", "ok", "ok", "ok"],
    plain: nobody,
  },
  "registration.revoke": {
    owner: ["ok", "ok", "ok", "ok"],
    moderator: ["ok", "ok", "ok", "ok"],
    plain: nobody,
  },
};

/** Two of each, all banned and reported, each with something said; and an invitation. */
async function scene() {
  const chat = new Chat();
  const people = await chat.people("Olga", "Otto", "mia", "max", "pia", "pit");
  const [olga, otto, mia, max, pia, pit] = people;
  for (const owner of [olga, otto]) await chat.promote(owner, "owner");
  for (const moderator of [mia, max]) await chat.promote(moderator, "moderator");
  const said = new Map<Person, number>();
  for (const one of people) said.set(one, (await chat.say(one, "hi")).id);
  for (const one of people) {
    await chat.report(one, one === pia ? pit : pia);
    await chat.do({ type: "user.ban", user: foldName(one.name), forMs: hourMs });
  }
  const { invite } = await chat.do({ type: "registration.invite", hash: "code" });
  const doers = { operator: undefined, owner: olga, moderator: mia, plain: pia };
  const targets = { plain: pit, moderator: max, owner: otto };
  return { chat, said, invite: invite.id, doers, targets };
}

function commandOf(
  type: string,
  actor: UserId | undefined,
  { user, message, invite }: { user: FoldedName; message: number; invite: RegistrationInviteId },
): Command {
  const details: Record<string, object> = {
    "user.ban": { user, forMs: hourMs },
    "user.unban": { user },
    "reports.dismiss": { user },
    "role.set": { user, role: "moderator" },
    "user.delete": { user },
    "message.delete": { message },
    "registration.invite": { hash: "another" },
    "registration.revoke": { invite },
  };
  return { type, ...(actor !== undefined && { actor }), ...details[type] } as Command;
}

const whoms: readonly Whom[] = ["self", "plain", "moderator", "owner"];

for (const [type, row] of Object.entries(table)) {
  for (const who of ["operator", "owner", "moderator", "plain"] as const) {
    for (const [at, whom] of whoms.entries()) {
      const expected = who === "operator" ? "ok" : row[who][at];
      if (who === "operator" && whom === "self") continue;
      Deno.test(`${type} by ${who} to ${whom}: ${expected}`, async () => {
        const { chat, said, invite, doers, targets } = await scene();
        const doer = doers[who];
        const target = whom === "self" ? doer : targets[whom];
        const command = commandOf(type, doer?.id, {
          user: foldName(target?.name ?? ""),
          message: target === undefined ? 0 : said.get(target) ?? 0,
          invite,
        });
        const known = (await chat.audit()).length;
        const { decisions: [decision], effects } = await chat.batch([command]);
        assertEquals(decision?.ok === false ? decision.refusal.code : "ok", expected);
        if (expected !== "ok") assertEquals(effects, [noEffect]);
        // Each act is written down once, but for what people do with what is their own.
        const isAct = expected === "ok" && !(type === "message.delete" && whom === "self") &&
          !(type === "role.set" && whom === "moderator");
        const entries = (await chat.audit()).slice(known);
        assertEquals(entries.length, isAct ? 1 : 0);
        const by = doer === undefined ? undefined : { id: doer.id, name: doer.name };
        if (isAct) assertEquals(entries[0]?.by, by);
      });
    }
  }
}

Deno.test("someone who is not there can keep no order", async () => {
  const { chat, targets, invite } = await scene();
  for (const type of Object.keys(table)) {
    const user = foldName(targets.plain.name);
    const command = commandOf(type, 999 as UserId, { user, message: 1, invite });
    const decision = await chat.decide(command);
    assertEquals<unknown>(!decision.ok && decision.refusal, { code: "not_found", what: "user" });
  }
});
