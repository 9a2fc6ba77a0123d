/**
 * Registration: how a user comes to be.
 *
 * @module
 */
import { canonicalName, foldName } from "../../text/names.ts";
import { commonRoom, type TokenId, type UserId } from "../ids.ts";
import { nameTaken } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import type { TokenGrant } from "../token.ts";
import type { User } from "../user.ts";
import { isTaken } from "./names.ts";
import { issue } from "./tokens.ts";

/** Registers a free name and gives its first client a token. */
export interface Register {
  readonly type: "register";
  readonly name: string;
  readonly passwordHash?: string;
  readonly grant: TokenGrant;
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
  },

  decide(command, state, { nowMs }) {
    const name = canonicalName(command.name);
    const folded = foldName(name);
    if (isTaken(folded, undefined, state, nowMs)) return nameTaken;
    // The id is the position of the event that tells of it.
    const id = state.nextPosition() as UserId;
    const user: User = {
      id,
      name,
      folded,
      ...(command.passwordHash !== undefined && { passwordHash: command.passwordHash }),
      createdMs: nowMs,
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
    return success({ user: id, name, token: token.id });
  },
};
