/**
 * Who looks after the chat, and who is put out of it for good: `/roles`, `DELETE /users/{user}`.
 *
 * @module
 */
import { failureFields, logFor } from "../../lib/log.ts";
import { foldName } from "../../lib/text/names.ts";
import { eraseDeleted } from "../chat/erasing.ts";
import { carryOut, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { firstListed, listedUsersMax } from "./moderators.ts";

export function roleHandlers(
  services: Services,
): Pick<Handlers, "listRoles" | "setRole" | "deleteUser"> {
  const { store } = services;
  return {
    async listRoles() {
      const { items, hasMore } = firstListed(await store.withRole(listedUsersMax + 1));
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
      // They are gone by now; what they have said goes in as many steps as it takes.
      if (!done.replayed) {
        eraseDeleted(services).catch((failure) => {
          logFor("roles").error(
            "Cannot erase what a deleted user has said",
            failureFields(failure),
          );
        });
      }
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}
