/**
 * Messages: `/send`, `/comment`, `/messages…`, `/read`.
 *
 * @module
 */
import type { Message as WireMessage } from "../../lib/api/schemas.ts";
import { commonRoom, type MessageId, type RoomId, type UserId } from "../../lib/domain/ids.ts";
import type { Send } from "../../lib/domain/rules/sending.ts";
import { foldName } from "../../lib/text/names.ts";
import type { MessagePage } from "../store/store.ts";
import { type Answer, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { failureOf } from "./failure.ts";
import { roomIdOf, wireMessage, wireRoomId } from "./wire.ts";

type MessageOperations =
  | "send"
  | "comment"
  | "listMessages"
  | "getMessage"
  | "listComments"
  | "read";

export function messageHandlers(services: Services): Pick<Handlers, MessageOperations> {
  const { engine, store } = services;

  async function submit(command: Send): Promise<Answer<WireMessage>> {
    const decision = await engine.submit(command);
    if (!decision.ok) throw failureOf(decision.refusal);
    const { message } = decision.outcome;
    return { status: 201, json: wireMessage(message), headers: replayHeaders(decision) };
  }

  /** The room that a query names, which `reader` must be in; `undefined` if nothing was said yet. */
  async function findRoom(
    reader: UserId,
    { room, to }: { readonly room?: string | undefined; readonly to?: string | undefined },
  ): Promise<RoomId | undefined> {
    if (to !== undefined) {
      const other = await store.findUser(foldName(to));
      if (other === undefined) throw failureOf({ code: "not_found", what: "user" });
      return await store.privateRoom(reader, other.id);
    }
    const id = room === undefined ? commonRoom : roomIdOf(room);
    if (await store.member(id, reader) === undefined) {
      throw failureOf({ code: "not_found", what: "room" });
    }
    return id;
  }

  return {
    send({ session, body: { text, to, room, comment_on }, ...call }) {
      return submit({
        type: "send",
        actor: session.user,
        destination: {
          ...(to !== undefined && { to: foldName(to) }),
          ...(room !== undefined && { room: roomIdOf(room) }),
          ...(comment_on !== undefined && { commentOn: comment_on as MessageId }),
        },
        text,
        ...retryOf(call),
      });
    },

    comment({ session, body: { message, text }, ...call }) {
      return submit({
        type: "send",
        actor: session.user,
        destination: { commentOn: message as MessageId },
        text,
        ...retryOf(call),
      });
    },

    async listMessages({ session, query }) {
      const { room, to, before, after, limit, unread } = query;
      const everywhere = unread === true && room === undefined && to === undefined;
      const id = everywhere ? undefined : await findRoom(session.user, { room, to });
      if (id === undefined && !everywhere) return wirePage({ items: [], hasMore: false });
      const bounds = { ...(after !== undefined && { after }), limit };
      if (unread === true) {
        return wirePage(
          await store.unread(session.user, { ...(id !== undefined && { room: id }), ...bounds }),
        );
      }
      const page = await store.messages(id ?? commonRoom, {
        ...bounds,
        ...(before !== undefined && { before }),
      });
      return wirePage(page);
    },

    async getMessage({ session, path }) {
      const message = await store.message(path.id as MessageId, session.user);
      if (message === undefined) throw failureOf({ code: "not_found", what: "message" });
      return { status: 200, json: wireMessage(message) };
    },

    async listComments({ session, path, query: { after, limit } }) {
      const message = await store.message(path.id as MessageId, session.user);
      if (message === undefined) throw failureOf({ code: "not_found", what: "message" });
      return wirePage(await store.comments(message.id, { after: after ?? 0, limit }));
    },

    async read({ session, body: { room, to, upto }, ...call }) {
      const decision = await engine.submit({
        type: "read",
        actor: session.user,
        ...(room !== undefined && { room: roomIdOf(room) }),
        ...(to !== undefined && { to: foldName(to) }),
        upto,
        ...retryOf(call),
      });
      if (!decision.ok) throw failureOf(decision.refusal);
      const { room: id, readId } = decision.outcome;
      return {
        status: 200,
        headers: replayHeaders(decision),
        json: {
          room: wireRoomId(id),
          read_id: readId,
          unread: await store.countUnread(session.user, id),
        },
      };
    },
  };
}

function wirePage(
  { items, hasMore }: MessagePage,
): Answer<{ items: WireMessage[]; has_more: boolean }> {
  return { status: 200, json: { items: items.map(wireMessage), has_more: hasMore } };
}
