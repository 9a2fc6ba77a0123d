/**
 * Keeping someone from sending, and letting them again.
 *
 * @module
 */
import { defaultPolicy } from "../../lib/domain/policy.ts";
import { foldName } from "../../lib/text/names.ts";
import type { Action } from "./action.ts";
import { momentOf } from "./table.ts";

export const banActions: Readonly<Record<string, Action>> = {
  "ban": {
    words: "USER",
    does:
      "Keep a user from sending, for 4 hours (whatever the server's --ban-for is) or --for TIME",
    takes: ["for", "reason"],
    async run({ chat, values }, [name = ""]) {
      const { user, bannedUntilMs } = await chat.carryOut({
        type: "user.ban",
        user: foldName(name),
        forMs: values.for ?? defaultPolicy.banForMs,
        ...(values.reason !== undefined && { reason: values.reason }),
      });
      const until = momentOf(bannedUntilMs);
      return {
        lines: [`${user} cannot send until ${until}`],
        json: { user, banned_until: until },
      };
    },
  },
  "unban": {
    words: "USER",
    does: "Let a user send again; the reports until now are settled",
    async run({ chat }, [name = ""]) {
      await chat.carryOut({ type: "user.unban", user: foldName(name) });
      return { lines: [`${name} can send again`], json: { user: name } };
    },
  },
};
