/**
 * Letting people register where not everyone may.
 *
 * @module
 */
import type { RegistrationInviteId } from "../../lib/domain/ids.ts";
import { newSecret } from "../api/secrets.ts";
import { type Action, numberOf } from "./action.ts";
import { operator } from "./audit.ts";
import { momentOf, tableLines } from "./table.ts";

export const inviteActions: Readonly<Record<string, Action>> = {
  "invite": {
    words: "",
    does: "Make a code to register by, for one user or --uses N, for 7 days or --for TIME",
    takes: ["uses", "for"],
    async run({ chat, values }) {
      const { secret, hash } = newSecret(chat, ["invite"], undefined);
      const { invite } = await chat.carryOut({
        type: "registration.invite",
        hash,
        ...(values.for !== undefined && { lifeMs: values.for }),
        ...(values.uses !== undefined && { usesMax: values.uses }),
      });
      const expires = momentOf(invite.expiresMs);
      return {
        // Alone, so that a script can take it.
        lines: [secret],
        json: { id: invite.id, code: secret, expires_at: expires, max_uses: invite.usesMax },
        hint:
          `Until ${expires}: chat client --user NAME --invite CODE, or the page with #invite=CODE`,
      };
    },
  },
  "invites": {
    words: "",
    does: "Show the invitations that still let someone register, each with its number",
    async run({ chat: { store, clock } }) {
      const invites = await store.registrationInvites(clock.now());
      const rows = invites.map(({ id, byName, createdMs, expiresMs, usesMax, uses }) => ({
        id,
        by: byName,
        created: momentOf(createdMs),
        expires_at: momentOf(expiresMs),
        uses,
        max_uses: usesMax,
      }));
      return {
        lines: rows.length === 0 ? ["There are no open invitations"] : tableLines(
          ["NUMBER", "BY", "CREATED", "EXPIRES", "USED", "OF"],
          rows.map((row) => Object.values({ ...row, by: row.by ?? operator })),
        ),
        json: { items: rows },
      };
    },
  },
  "uninvite": {
    words: "INVITATION",
    does: "Make an invitation useless, by its number; who has come by it stays",
    async run({ chat }, [word = ""]) {
      const invite = numberOf<RegistrationInviteId>("an invitation", word);
      await chat.carryOut({ type: "registration.revoke", invite });
      return { lines: [`Invitation ${invite} is of no use any more`], json: { invite } };
    },
  },
};
