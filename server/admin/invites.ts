/**
 * Letting people register where not everyone may.
 *
 * @module
 */
import { newSecret } from "../api/secrets.ts";
import type { Action } from "./action.ts";
import { momentOf } from "./table.ts";

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
};
