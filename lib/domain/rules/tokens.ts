/**
 * Issuing, revoking and touching tokens.
 *
 * @module
 */
import { tokensPerUserMax } from "../bounds.ts";
import type { TokenId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { badPassword, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import type { State } from "../state.ts";
import type { Token, TokenGrant } from "../token.ts";

/** Lets one more client of a user in; the caller has proven to be that user. */
export interface IssueToken {
  readonly type: "token.issue";
  readonly actor: UserId;
  readonly grant: TokenGrant;
  /** The hash that the password was checked against; absent if the proof was another. */
  readonly passwordHash?: string;
}

export interface TokenIssued {
  readonly token: TokenId;
}

/** Takes a client's key away. */
export interface RevokeToken {
  readonly type: "token.revoke";
  readonly actor: UserId;
  readonly token: TokenId;
  readonly retry?: Retry;
}

/** Notes that clients were seen; tells nobody. */
export interface TouchTokens {
  readonly type: "token.touch";
  readonly tokens: readonly TokenId[];
}

/** Gives `user` a token, taking back the one longest unused when there are too many. */
export function issue(state: State, user: UserId, grant: TokenGrant, nowMs: number): Token {
  const held = state.tokensOf(user);
  if (held.length >= tokensPerUserMax) {
    const stalest = held.reduce((a, b) => b.lastSeenMs < a.lastSeenMs ? b : a);
    revoke(state, stalest, nowMs);
  }
  const token: Token = {
    id: state.nextPosition() as TokenId,
    user,
    hash: grant.hash,
    ...(grant.client !== undefined && { client: grant.client }),
    createdMs: nowMs,
    lastSeenMs: nowMs,
  };
  state.tokens.put(token);
  return token;
}

/** Takes a token back, and tells its user's clients. */
export function revoke(state: State, token: Token, nowMs: number): void {
  state.tokens.remove(token);
  state.tell({ type: "token.revoked", audience: token.user, token: token.id }, nowMs);
}

export const issueToken: Rule<IssueToken, TokenIssued> = {
  needs(command, needs) {
    needs.users.add(command.actor);
    needs.tokensOf.add(command.actor);
  },

  decide(command, state, { nowMs }) {
    const user = state.users.get(command.actor);
    if (user === undefined) return notFound("user");
    // To check a password takes a while, in which it may have been changed to put someone out.
    const { passwordHash } = command;
    if (passwordHash !== undefined && passwordHash !== user.passwordHash) return badPassword;
    // The same request, carried out twice at the same time, has made the same token.
    const held = state.tokensOf(command.actor).find(({ hash }) => hash === command.grant.hash);
    if (held !== undefined) return success({ token: held.id });
    return success({ token: issue(state, command.actor, command.grant, nowMs).id });
  },
};

export const revokeToken: Rule<RevokeToken, null> = {
  needs(command, needs) {
    needs.tokensOf.add(command.actor);
  },

  decide(command, state, { nowMs }) {
    const token = state.tokensOf(command.actor).find((held) => held.id === command.token);
    if (token === undefined) return notFound("token");
    revoke(state, token, nowMs);
    return success(null);
  },
};

export const touchTokens: Rule<TouchTokens, null> = {
  needs() {},

  decide(command, state, { nowMs }) {
    for (const token of command.tokens) state.noteSeen(token, nowMs);
    return success(null);
  },
};
