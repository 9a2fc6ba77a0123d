/**
 * Links: by a secret code, someone who was not invited can ask to come in.
 *
 * @module
 */
import { linkLifeMaxMs, linkLifeMinMs, linkLifeMs, roomLinksMax } from "../bounds.ts";
import type { LinkId, RoomId, UserId } from "../ids.ts";
import { isUsable, type Link } from "../invitation.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { ownRoom } from "./owned_rooms.ts";

export interface CreateLink {
  readonly type: "link.create";
  readonly actor: UserId;
  readonly room: RoomId;
  /** SHA-256 of its code, in hexadecimal. */
  readonly hash: string;
  readonly lifeMs?: number;
  readonly usesMax?: number;
  readonly retry?: Retry;
}

export interface LinkCreated {
  readonly link: Link;
}

/** Makes a link useless; who has come by it and waits, waits on. */
export interface RevokeLink {
  readonly type: "link.revoke";
  readonly actor: UserId;
  readonly room: RoomId;
  readonly link: LinkId;
  readonly retry?: Retry;
}

export const createLink: Rule<CreateLink, LinkCreated> = {
  needs({ actor, room }, needs) {
    needs.members.push({ room, user: actor });
    needs.linksInto.add(room);
  },

  decide({ actor, room, hash, lifeMs = linkLifeMs, usesMax }, state, { nowMs }) {
    const found = ownRoom(actor, room, state);
    if (!found.ok) return found;
    if (lifeMs < linkLifeMinMs || lifeMs > linkLifeMaxMs) {
      return invalid("expires_in", "must be from 1 s to 1 year");
    }
    const links = state.links.where((link) => link.room === room);
    const usable = links.filter((link) => isUsable(link, nowMs));
    // A request that is repeated when its receipt is forgotten brings the code that it was given.
    const held = usable.find((link) => link.hash === hash);
    if (held !== undefined) return success({ link: held });
    if (usable.length >= roomLinksMax) {
      return invalid("room", `has ${roomLinksMax} links already`);
    }
    // Those that are of no use any more make room.
    for (const link of links) if (!usable.includes(link)) state.links.remove(link);
    const link: Link = {
      id: state.nextPosition() as LinkId,
      room,
      hash,
      createdMs: nowMs,
      expiresMs: nowMs + lifeMs,
      ...(usesMax !== undefined && { usesMax }),
      uses: 0,
    };
    state.links.put(link);
    return success({ link });
  },
};

export const revokeLink: Rule<RevokeLink, null> = {
  needs({ actor, room }, needs) {
    needs.members.push({ room, user: actor });
    needs.linksInto.add(room);
  },

  decide({ actor, room, link: id }, state) {
    const found = ownRoom(actor, room, state);
    if (!found.ok) return found;
    const link = state.links.get(id);
    if (link === undefined || link.room !== room) return notFound("link");
    state.links.remove(link);
    return success(null);
  },
};
