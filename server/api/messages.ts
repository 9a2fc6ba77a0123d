/**
 * Messages: `/send`, `/comment`, `/messages…`, `/read`.
 *
 * @module
 */
import { spanMs } from "../../lib/api/spans.ts";
import type { Message as WireMessage, Scheduled as WireScheduled } from "../../lib/api/schemas.ts";
import {
  commonRoom,
  type FileId,
  type MessageId,
  type RoomId,
  type UserId,
} from "../../lib/domain/ids.ts";
import type { When } from "../../lib/domain/rules/scheduling.ts";
import type { Send } from "../../lib/domain/rules/sending.ts";
import { foldName } from "../../lib/text/names.ts";
import type { MessagePage } from "../store/pages.ts";
import {
  type Answer,
  carryOut,
  type Handlers,
  lifeNow,
  missing,
  replayHeaders,
  retryOf,
  type Services,
} from "./call.ts";
import { limitHeaders } from "./failure.ts";
import { roomIdOf, wireMessage, wireRoomId, wireScheduled } from "./wire.ts";

type MessageOperations =
  | "send"
  | "comment"
  | "listMessages"
  | "getMessage"
  | "listComments"
  | "read"
  | "deleteMessage";

export function messageHandlers(services: Services): Pick<Handlers, MessageOperations> {
  const { clock, store } = services;

  async function send(command: Send): Promise<Answer<WireMessage>> {
    const done = await carryOut(services, command);
    const { message, limit } = done.outcome;
    return {
      status: 201,
      json: wireMessage(message),
      headers: [
        ["Location", `/messages/${message.id}`],
        ...replayHeaders(done),
        ...(limit === undefined ? [] : limitHeaders(limit, clock.now())),
      ],
    };
  }

  async function schedule(command: Send, when: When): Promise<Answer<WireScheduled>> {
    const done = await carryOut(services, { ...command, type: "schedule", when });
    return {
      status: 202,
      json: wireScheduled(done.outcome.scheduled),
      headers: replayHeaders(done),
    };
  }

  /** The room that a query names, which `reader` must be in; `undefined` if nothing was said yet. */
  async function findRoom(
    reader: UserId,
    { room, to }: { readonly room?: string | undefined; readonly to?: string | undefined },
  ): Promise<RoomId | undefined> {
    if (to !== undefined) {
      const other = await store.findUser(foldName(to));
      if (other === undefined) throw missing("user");
      return await store.privateRoom(reader, other.id);
    }
    const id = room === undefined ? commonRoom : roomIdOf(room);
    if (await store.member(id, reader) === undefined) throw missing("room");
    return id;
  }

  return {
    send({ session, body, ...call }) {
      const { text = "", to, room, comment_on, files = [] } = body;
      const when = whenOf(body);
      const command: Send = {
        type: "send",
        actor: session.user,
        destination: {
          ...(to !== undefined && { to: foldName(to) }),
          ...(room !== undefined && { room: roomIdOf(room) }),
          ...(comment_on !== undefined && { commentOn: comment_on as MessageId }),
        },
        text,
        files: files as FileId[],
        ...retryOf(call),
      };
      return when === undefined ? send(command) : schedule(command, when);
    },

    comment({ session, body: { message, text }, ...call }) {
      return send({
        type: "send",
        actor: session.user,
        destination: { commentOn: message as MessageId },
        text,
        files: [],
        ...retryOf(call),
      });
    },

    async listMessages({ session, query }) {
      const { room, to, before, after, limit, unread } = query;
      const everywhere = unread === true && room === undefined && to === undefined;
      const id = everywhere ? undefined : await findRoom(session.user, { room, to });
      if (id === undefined && !everywhere) return wirePage({ items: [], hasMore: false });
      const bounds = { ...(after !== undefined && { after }), limit };
      const life = lifeNow(services);
      if (unread === true) {
        const wanted = { ...(id !== undefined && { room: id }), ...bounds };
        return wirePage(await store.unread(session.user, wanted, life));
      }
      const page = { ...bounds, ...(before !== undefined && { before }) };
      return wirePage(await store.messages(id ?? commonRoom, session.user, page, life));
    },

    async getMessage({ session, path }) {
      const id = path.id as MessageId;
      const message = await store.message(id, session.user, lifeNow(services));
      if (message === undefined) throw missing("message");
      return { status: 200, json: wireMessage(message) };
    },

    async listComments({ session, path, query: { after = 0, limit } }) {
      const life = lifeNow(services);
      const message = await store.message(path.id as MessageId, session.user, life);
      if (message === undefined) throw missing("message");
      return wirePage(await store.comments(message.id, session.user, { after, limit }, life));
    },

    async read({ session, body: { room, to, upto }, ...call }) {
      const done = await carryOut(services, {
        type: "read",
        actor: session.user,
        ...(room !== undefined && { room: roomIdOf(room) }),
        ...(to !== undefined && { to: foldName(to) }),
        upto,
        ...retryOf(call),
      });
      const { room: id, readId } = done.outcome;
      return {
        status: 200,
        headers: replayHeaders(done),
        json: {
          room: wireRoomId(id),
          read_id: readId,
          unread: await store.countUnread(session.user, id, lifeNow(services)),
        },
      };
    },

    async deleteMessage({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "message.delete",
        actor: session.user,
        message: path.id as MessageId,
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },
  };
}

/** When something is to be sent; `undefined`: now. */
export function whenOf(
  body: { readonly at?: string | undefined; readonly in?: string | number | undefined },
): When | undefined {
  if (body.at !== undefined) return { field: "at", atMs: Date.parse(body.at) };
  return body.in === undefined ? undefined : { field: "in", inMs: spanMs(body.in) };
}

function wirePage(
  { items, hasMore }: MessagePage,
): Answer<{ items: WireMessage[]; has_more: boolean }> {
  return { status: 200, json: { items: items.map(wireMessage), has_more: hasMore } };
}
