/**
 * What holds of keeping order, whatever people do: who had the right to, and that it is written down.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { AuditEntry } from "../../../lib/domain/audit.ts";
import type { Command } from "../../../lib/domain/command.ts";
import type { UserId } from "../../../lib/domain/ids.ts";
import type { Role } from "../../../lib/domain/role.ts";
import { moderatedBatches } from "../../support/random_commands.ts";
import { always, messagesOf, refusalOf } from "../../support/stories.ts";

interface Act {
  /** How it is written down. */
  readonly act: AuditEntry["act"];
  /** Who may do it beside the operator. */
  readonly roles: readonly Role[];
}

const keepers: readonly Role[] = ["moderator", "owner"];

const acts: Partial<Record<Command["type"], Act>> = {
  "user.ban": { act: "ban", roles: keepers },
  "user.unban": { act: "unban", roles: keepers },
  "reports.dismiss": { act: "reports.dismiss", roles: keepers },
  "role.set": { act: "role", roles: ["owner"] },
  "user.delete": { act: "user.delete", roles: ["owner"] },
  "registration.invite": { act: "invite", roles: keepers },
  "registration.revoke": { act: "invite.revoke", roles: keepers },
  "password.reset": { act: "password.reset", roles: [] },
  "clients.revoke": { act: "clients.revoke", roles: [] },
};

Deno.test("who keeps order has the right to, and each act is written down once", async () => {
  let done = 0;
  let refused = 0;
  await always(() => {
    const roles = new Map<UserId, Role>();
    return ({ batch, commands }) => {
      const entries = batch.changes.flatMap((change) =>
        change.kind === "put" && change.table === "audit" ? [change.row] : []
      );
      for (const [at, command] of commands.entries()) {
        const known = acts[command.type];
        const actor = "actor" in command ? command.actor : undefined;
        const role = actor === undefined ? undefined : roles.get(actor);
        const isMeant = known !== undefined || command.type === "message.delete";
        if (isMeant && refusalOf(batch.decisions[at])?.code === "forbidden") refused += 1;
        if (batch.effects[at]?.changes === 0 || batch.decisions[at]?.ok !== true) continue;
        if (command.type === "message.delete" && entries[0]?.message === command.message) {
          const entry = entries.shift();
          assert(entry?.act === "message.delete" && entry.by?.id === actor);
          assert(actor === undefined || role !== undefined, "who deletes what others said");
          done += 1;
          continue;
        }
        if (command.type === "register" && command.role !== undefined) {
          assertEquals(entries.shift()?.act, "owner.claimed");
        }
        if (known === undefined) continue;
        const { act, roles: may } = known;
        const entry = entries.shift();
        assertEquals([entry?.act, entry?.by?.id], [act, actor]);
        assert(actor === undefined || (role !== undefined && may.includes(role)), act);
        assert(actor === undefined || actor !== entry?.user?.id || act === "role", "to themselves");
        if (command.type === "role.set" && entry?.user !== undefined) {
          if (command.role === undefined) roles.delete(entry.user.id);
          else roles.set(entry.user.id, command.role);
        }
        if (command.type === "user.delete" && entry?.user !== undefined) {
          roles.delete(entry.user.id);
        }
        done += 1;
      }
      assertEquals(entries, [], "nothing else is written down");
    };
  }, { batches: moderatedBatches });
  assert(done > 100 && refused > 5, `${done} acts, ${refused} refused`);
});

Deno.test("what concerns one user's rights is told to them alone", async () => {
  let told = 0;
  await always(() => ({ batch, cast }) => {
    for (const { type, audience } of batch.events) {
      if (type !== "user.banned" && type !== "user.unbanned" && type !== "role.changed") continue;
      assert(cast.users.includes(audience as UserId), type);
      told += 1;
    }
  }, { batches: moderatedBatches, numRuns: 50 });
  assert(told > 50, `${told} were told`);
});

Deno.test("nothing is done or said by who was deleted, and nobody finds them", async () => {
  let late = 0;
  await always(() => {
    const gone = new Map<UserId, string>();
    return async ({ batch, commands, chat: { store }, cast }) => {
      for (const [at, command] of commands.entries()) {
        const actor = "actor" in command ? command.actor : undefined;
        if (actor === undefined || !gone.has(actor)) continue;
        late += 1;
        assertEquals(refusalOf(batch.decisions[at]), { code: "not_found", what: "user" });
      }
      for (const { author } of messagesOf(batch)) assert(!gone.has(author.id));
      for (const event of batch.events) {
        if (event.type === "user.deleted") gone.set(event.user.id, event.user.name);
      }
      for (const id of gone.keys()) {
        const user = await store.user(id);
        assert(user?.deletedMs !== undefined && user.passwordHash === undefined);
        assertEquals(await store.findUser(user.folded), undefined);
        assertEquals(await store.tokensOf(id), []);
        assert(cast.all.formerNames.where((one) => one.user === id).length === 0);
      }
      const { items } = await store.users({ limit: 1000 });
      assert(items.every(({ id }) => !gone.has(id)));
    };
  }, { batches: moderatedBatches });
  assert(late > 20, `${late} came too late`);
});

Deno.test("nobody comes by an invitation that is used up, over or none", async () => {
  let came = 0;
  let refused = 0;
  await always(() => ({ batch, commands, cast: { all }, chat: { nowMs } }) => {
    for (const [at, command] of commands.entries()) {
      if (command.type !== "register" || command.invite === undefined) continue;
      if (refusalOf(batch.decisions[at])?.code === "invite_needed") refused += 1;
      if (batch.decisions[at]?.ok) came += 1;
    }
    for (const change of batch.changes) {
      if (change.kind !== "put" || change.table !== "registrationInvite") continue;
      const { uses, usesMax, expiresMs } = change.row;
      assert(uses <= usesMax && nowMs < expiresMs);
    }
    for (const { uses, usesMax } of all.registrationInvites) assert(uses <= usesMax);
  }, { batches: moderatedBatches });
  assert(came > 10 && refused > 10, `${came} came, ${refused} were refused`);
});
