/**
 * How a draft is sent, and what an answer says of where it is.
 *
 * @module
 */
import type { Message } from "../../lib/api/schemas.ts";
import type { ApiClient } from "./api_client.ts";
import { ApiProblem, BadAnswer, type CallFailure, isMangled } from "./failures.ts";
import type { Draft, Sending } from "./outbox.ts";

/** Sends a draft; the same key makes it one message however often this is called. */
export async function sendDraft(
  api: ApiClient,
  { key, draft }: Sending,
  signal?: AbortSignal,
): Promise<Message> {
  const { text, commentOn, files = [], ...destination } = draft;
  const options = { idempotencyKey: key, ...(signal !== undefined && { signal }) };
  if (commentOn !== undefined && files.length === 0) {
    return await api.call("comment", {
      body: { message: commentOn, text: text ?? "" },
      ...options,
    });
  }
  const answer = await api.call("send", {
    body: {
      ...(text !== undefined && { text }),
      // A comment goes where its message is.
      ...(commentOn === undefined ? destination : { comment_on: commentOn }),
      ...(files.length > 0 && { files: [...files] }),
    },
    ...options,
  });
  if ("room_kind" in answer) return answer;
  throw new BadAnswer("Cannot send message: the server put it off");
}

/** Whether a draft may mean something, or someone, else in another log. */
export function isBound({ to, room, commentOn, files = [] }: Draft): boolean {
  return to !== undefined || room !== undefined || commentOn !== undefined || files.length > 0;
}

/** Whether a final failure says that the message is not in the chat. */
export function isProof(failure: CallFailure): boolean {
  if (!(failure instanceof ApiProblem) || failure.status >= 500) return false;
  // A key is looked up before anything is refused, but for whoever is not let in, and for what did
  // not come whole.
  return failure.code !== "idempotency_mismatch" && !isMangled(failure);
}
