/**
 * Registration: how a user comes to be.
 *
 * @module
 */
import { canonicalName, foldName } from "../../text/names.ts";
import { commonRoom, type TokenId, type UserId } from "../ids.ts";
import { inviteNeeded, nameTaken } from "../refusal.ts";
import { letsIn } from "../registration_invite.ts";
import { owns } from "../role.ts";
import { type Rule, success } from "../rule.ts";
import type { TokenGrant } from "../token.ts";
import { refTo, type User } from "../user.ts";
import { record } from "./authority.ts";
import { isTaken } from "./names.ts";
import { issue } from "./tokens.ts";

/** Registers a free name and gives its first client a token. */
export interface Register {
  readonly type: "register";
  readonly name: string;
  readonly passwordHash?: string;
  readonly grant: TokenGrant;
  /** SHA-256 of the code of an invitation to register, in hexadecimal, where one is needed. */
  readonly invite?: string;
  /** Given to the first owner, who has proven to be meant by the operator. */
  readonly role?: "owner";
}

export interface Registered {
  readonly user: UserId;
  /** As it was registered: in Unicode NFC. */
  readonly name: string;
  readonly token: TokenId;
}

export const register: Rule<Register, Registered> = {
  needs(command, needs) {
    needs.names.add(foldName(command.name));
    if (command.invite !== undefined) needs.registrationInvites = true;
    if (command.role !== undefined) needs.owners = true;
  },

  decide(command, state, { nowMs }) {
    const name = canonicalName(command.name);
    const folded = foldName(name);
    if (isTaken(folded, undefined, state, nowMs)) return nameTaken;
    const { invite: hash, role } = command;
    const invite = hash === undefined ? undefined : state.registrationInvites.find(hash);
    if (hash !== undefined && (invite === undefined || !letsIn(invite, nowMs))) return inviteNeeded;
    if (role === "owner" && state.users.where(owns).length > 0) return inviteNeeded;
    // The id is the position of the event that tells of it.
    const id = state.nextPosition() as UserId;
    const user: User = {
      id,
      name,
      folded,
      ...(command.passwordHash !== undefined && { passwordHash: command.passwordHash }),
      createdMs: nowMs,
      ...(role !== undefined && { role }),
    };
    state.users.put(user);
    // A newcomer is shown what was said lately, but owes nobody to have read it.
    state.members.put({ room: commonRoom, user: id, joined: id, readId: id });
    state.tell(
      { type: "member.joined", audience: commonRoom, room: commonRoom, user: { id, name } },
      nowMs,
      id,
    );
    const token = issue(state, id, command.grant, nowMs);
    if (invite !== undefined) state.registrationInvites.put({ ...invite, uses: invite.uses + 1 });
    if (role !== undefined) {
      record({ act: "owner.claimed", user: refTo(user), role }, user, state, nowMs);
    }
    return success({ user: id, name, token: token.id });
  },
};
