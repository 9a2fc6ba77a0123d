/**
 * The ways into a room: invitations, links, and requests to be let in.
 *
 * @module
 */
import { spanMs } from "../../lib/api/spans.ts";
import type { LinkId, RoomId, UserId } from "../../lib/domain/ids.ts";
import type { Link } from "../../lib/domain/invitation.ts";
import { ownedBy } from "../../lib/domain/rules/owned_rooms.ts";
import { foldName } from "../../lib/text/names.ts";
import { carryOut, type Handlers, replayHeaders, retryOf, type Services } from "./call.ts";
import { joinUrl } from "./code_addresses.ts";
import { failureOf } from "./failure.ts";
import { hashOf, newSecret, sealed } from "./secrets.ts";
import { roomIdOf, wireRoomId, wireTime } from "./wire.ts";

type DoorOperations =
  | "invite"
  | "listInvitations"
  | "answerInvitation"
  | "createLink"
  | "listLinks"
  | "revokeLink"
  | "join"
  | "listRequests"
  | "answerRequest";

export function roomDoorHandlers(services: Services): Pick<Handlers, DoorOperations> {
  const { store, clock } = services;

  /** Refuses what only the owner of a room may see, as the rules refuse what only they may do. */
  async function requireOwner(user: UserId, id: RoomId): Promise<void> {
    const isIn = await store.member(id, user) !== undefined;
    const found = ownedBy(user, isIn ? await store.room(id) : undefined);
    if (!found.ok) throw failureOf(found.refusal, clock.now());
  }

  return {
    async invite({ session, path, body: { user }, ...call }) {
      const done = await carryOut(services, {
        type: "invite",
        actor: session.user,
        room: roomIdOf(path.room),
        user: foldName(user),
        ...retryOf(call),
      });
      const { room, user: name } = done.outcome;
      return {
        status: 201,
        headers: replayHeaders(done),
        json: { room: wireRoomId(room), user: name },
      };
    },

    async listInvitations({ session }) {
      const items = await store.invitationsTo(session.user);
      return {
        status: 200,
        json: {
          items: items.map(({ room, name, by, atMs }) => ({
            room: wireRoomId(room),
            name,
            by: by.name,
            at: wireTime(atMs),
          })),
        },
      };
    },

    async answerInvitation({ session, path, body: { accept }, ...call }) {
      const done = await carryOut(services, {
        type: "invitation.answer",
        actor: session.user,
        room: roomIdOf(path.room),
        accept,
        ...retryOf(call),
      });
      const { room, status } = done.outcome;
      return {
        status: 200,
        headers: replayHeaders(done),
        json: { room: wireRoomId(room), status },
      };
    },

    async createLink({ session, caller, path, body: { expires_in, max_uses }, retry }) {
      const room = roomIdOf(path.room);
      const about = ["link", String(room), String(session.user)];
      const { secret: code, hash } = newSecret(services, about, retry);
      const done = await carryOut(services, {
        type: "link.create",
        actor: session.user,
        room,
        hash,
        ...(expires_in !== undefined && { lifeMs: spanMs(expires_in) }),
        ...(max_uses !== undefined && { usesMax: max_uses }),
        ...sealed(retry),
      });
      const { link } = done.outcome;
      const location = `/rooms/${wireRoomId(room)}/links/${link.id}`;
      return {
        status: 201,
        headers: [["Location", location], ...replayHeaders(done)],
        json: { ...wireLink(link), code, url: joinUrl(caller, code) },
      };
    },

    async listLinks({ session, path }) {
      const room = roomIdOf(path.room);
      await requireOwner(session.user, room);
      const items = await store.linksInto(room);
      return { status: 200, json: { items: items.map(wireLink) } };
    },

    async revokeLink({ session, path, ...call }) {
      const done = await carryOut(services, {
        type: "link.revoke",
        actor: session.user,
        room: roomIdOf(path.room),
        link: path.id as LinkId,
        ...retryOf(call),
      });
      return { status: 204, headers: replayHeaders(done) };
    },

    async join({ session, body: { code }, ...call }) {
      const done = await carryOut(services, {
        type: "join",
        actor: session.user,
        hash: hashOf(code),
        ...retryOf(call),
      });
      const { room, name } = done.outcome;
      return {
        status: 202,
        headers: replayHeaders(done),
        json: { room: wireRoomId(room), name, status: "pending" },
      };
    },

    async listRequests({ session, path }) {
      const room = roomIdOf(path.room);
      await requireOwner(session.user, room);
      const items = await store.requestsInto(room);
      return {
        status: 200,
        json: { items: items.map(({ user, atMs }) => ({ user: user.name, at: wireTime(atMs) })) },
      };
    },

    async answerRequest({ session, path, body: { approve }, ...call }) {
      const done = await carryOut(services, {
        type: "request.answer",
        actor: session.user,
        room: roomIdOf(path.room),
        user: foldName(path.user),
        approve,
        ...retryOf(call),
      });
      const { room, user, status } = done.outcome;
      return {
        status: 200,
        headers: replayHeaders(done),
        json: { room: wireRoomId(room), user, status },
      };
    },
  };
}

function wireLink({ id, createdMs, expiresMs, usesMax, uses }: Link) {
  return {
    id,
    created: wireTime(createdMs),
    expires_at: wireTime(expiresMs),
    ...(usesMax !== undefined && { max_uses: usesMax }),
    uses,
  };
}
