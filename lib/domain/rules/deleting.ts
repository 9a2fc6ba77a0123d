/**
 * Deleting: a message is taken back from everyone, by its author or by those who keep order.
 *
 * @module
 */
import type { MessageId, UserId } from "../ids.ts";
import type { Message } from "../message.ts";
import type { Retry } from "../receipt.ts";
import { forbidden, notFound } from "../refusal.ts";
import { moderates } from "../role.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import type { User } from "../user.ts";
import { record } from "./authority.ts";
import { visibleMessage } from "./destinations.ts";

/** Takes a message back; comments on it stay, for they are others'. */
export interface DeleteMessage {
  readonly type: "message.delete";
  /** Absent: the operator. */
  readonly actor?: UserId;
  readonly message: MessageId;
  readonly retry?: Retry;
}

/** Others may still see what has expired for someone who must be able to take it back. */
function withinReach(actor: User, id: MessageId, state: State): Message | undefined {
  const message = state.message(id);
  if (message === undefined || !state.isMember(message.room, actor.id)) return undefined;
  return message.author.id === actor.id || moderates(actor) ? message : undefined;
}

export const deleteMessage: Rule<DeleteMessage, null> = {
  needs({ actor, message }, needs) {
    needs.messages.push({ message, ...(actor !== undefined && { user: actor }) });
  },

  decide({ actor, message: id }, state, circumstances) {
    const { nowMs } = circumstances;
    const by = actor === undefined ? undefined : state.users.get(actor);
    if (actor !== undefined && by === undefined) return notFound("user");
    const message = by === undefined
      ? state.message(id)
      : visibleMessage(by.id, id, state, circumstances) ?? withinReach(by, id, state);
    if (message === undefined) return notFound("message");
    const { author, room } = message;
    if (by !== undefined && author.id !== by.id && !moderates(by)) {
      return forbidden("Only its author can delete a message");
    }
    state.messages.remove(message);
    state.tell({ type: "message.deleted", audience: room, room, message: id }, nowMs);
    if (author.id !== by?.id) {
      record({ act: "message.delete", user: author, message: id, room }, by, state, nowMs);
    }
    return success(null);
  },
};
