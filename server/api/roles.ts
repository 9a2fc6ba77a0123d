/**
 * Who looks after the chat, and who is put out of it for good: `/roles`, `DELETE /users/{user}`.
 *
 * @module
 */
import { foldName } from "../../lib/text/names.ts";
import { carryOut, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { accountQueryOf } from "./moderators.ts";

export function roleHandlers(
  services: Services,
): Pick<Handlers, "listRoles" | "setRole" | "deleteUser"> {
  const { store } = services;
  return {
    async listRoles({ query }) {
      const { items, hasMore } = await store.withRole(accountQueryOf(query));
      return {
        status: 200,
        json: {
          items: items.flatMap(({ name, role }) =>
            role === undefined ? [] : [{ user: name, role }]
          ),
          has_more: hasMore,
        },
      };
    },

    async setRole({ session, body: { user, role: wanted }, ...call }) {
      const done = await carryOut(services, {
        type: "role.set",
        actor: session.user,
        user: foldName(user),
        ...(wanted !== "none" && { role: wanted }),
        ...retryOf(call),
      });
      const { user: name, role = "none" } = done.outcome;
      return { status: 200, headers: replayHeaders(done), json: { user: name, role } };
    },

    async deleteUser({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "user.delete",
        actor: session.user,
        user: foldName(path.user),
        ...retryOf(call),
      });
      // They are gone by now; the clockwork hears of it, and erases what they have said.
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}
