/**
 * Deleting: an author takes a message back, from everyone.
 *
 * @module
 */
import type { MessageId, UserId } from "../ids.ts";
import type { Message } from "../message.ts";
import type { Retry } from "../receipt.ts";
import { forbidden, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import { visibleMessage } from "./destinations.ts";

/** Takes a message back; comments on it stay, for they are others'. */
export interface DeleteMessage {
  readonly type: "message.delete";
  readonly actor: UserId;
  readonly message: MessageId;
  readonly retry?: Retry;
}

/** Others may still see what has expired for its author, who must be able to take it back. */
function ownMessage(actor: UserId, id: MessageId, state: State): Message | undefined {
  const message = state.message(id);
  const isTheirs = message?.author.id === actor && state.isMember(message.room, actor);
  return isTheirs ? message : undefined;
}

export const deleteMessage: Rule<DeleteMessage, null> = {
  needs({ actor, message }, needs) {
    needs.messages.push({ message, user: actor });
  },

  decide({ actor, message: id }, state, circumstances) {
    const message = visibleMessage(actor, id, state, circumstances) ??
      ownMessage(actor, id, state);
    if (message === undefined) return notFound("message");
    if (message.author.id !== actor) return forbidden("Only its author can delete a message");
    state.messages.remove(message);
    state.tell(
      { type: "message.deleted", audience: message.room, room: message.room, message: id },
      circumstances.nowMs,
    );
    return success(null);
  },
};
