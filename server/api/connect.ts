/**
 * Coming and going: `/connect`, `/disconnect`.
 *
 * @module
 */
import { formatCursor } from "../../lib/api/cursor.ts";
import type { ConnectAnswer } from "../../lib/api/schemas.ts";
import { isFirst, type TokenGrant } from "../../lib/domain/token.ts";
import { refTo, type User, type UserRef } from "../../lib/domain/user.ts";
import { foldName } from "../../lib/text/names.ts";
import {
  type Answer,
  type Call,
  carryOut,
  type Handlers,
  lifeNow,
  missing,
  replayHeaders,
  type Services,
  succeeded,
} from "./call.ts";
import { Failure, failureOf, invalid } from "./failure.ts";
import { checkPassword } from "./logins.ts";
import { preferred, varyByAccept } from "./media_type.ts";
import { newSecret, type Secret } from "./secrets.ts";
import { wireMessage, wireRoom } from "./wire.ts";

/** Most unread messages in one answer; the rest is asked for with `GET /messages?unread=true`. */
export const arrivalUnreadMax = 1000;

/** What the second of two equal requests is told that register at the same time. */
const lostToRepetition: readonly string[] = ["name_taken", "invite_needed"];

/** Someone who has just been let in. */
interface Admitted {
  readonly status: 200 | 201;
  readonly user: UserRef;
  /** The new token; absent if they came with one. */
  readonly secret?: string;
  /** They have been let in by the same request before. */
  readonly replayed: boolean;
}

/** A request to be let in by a name. */
interface Arriving {
  readonly call: Call<"connect">;
  readonly name: string;
  /** The token that they will get. */
  readonly token: Secret;
}

export function connectHandlers(services: Services): Pick<Handlers, "connect" | "disconnect"> {
  return {
    async connect(call) {
      const admitted = await admit(services, call);
      const wanted = preferred(call.request.headers.get("accept"), [
        { mediaType: "application/json" },
        { mediaType: "text/plain" },
      ]);
      if (wanted?.mediaType === "text/plain" && admitted.secret !== undefined) {
        return {
          status: admitted.status,
          headers: [["Cache-Control", "no-store"], varyByAccept, ...replayHeaders(admitted)],
          content: { type: "text/plain; charset=utf-8", bytes: `${admitted.secret}\n` },
        };
      }
      return welcome(services, admitted);
    },

    async disconnect({ session }) {
      // An idempotency key would be of no use: who repeats this has no valid token any more.
      await carryOut(services, {
        type: "token.revoke",
        actor: session.user,
        token: session.token,
      });
      return { status: 204 };
    },
  };
}

async function admit(services: Services, call: Call<"connect">): Promise<Admitted> {
  const { session, body: { user: name }, retry } = call;
  if (session !== undefined) {
    const user = await services.store.user(session.user);
    if (user === undefined) throw missing("user");
    if (name !== undefined && foldName(name) !== user.folded) {
      throw invalid([{ field: "user", message: "is not the one whose token this is" }]);
    }
    return { status: 200, user: refTo(user), replayed: false };
  }
  if (name === undefined) {
    throw invalid([{ field: "user", message: "is missing; give a name, or a token" }]);
  }
  const arriving = { call, name, token: newSecret(services, ["token", foldName(name)], retry) };
  const repeated = await repeat(services, arriving);
  if (repeated !== undefined) return repeated;
  const known = await services.store.findUser(foldName(name));
  if (known === undefined) return await registerOnce(services, arriving);
  return await logIn(services, known, arriving);
}

/**
 * The same request may be under way twice: the one that comes second is its repetition, which finds
 * the name taken, or its invitation used.
 */
async function registerOnce(services: Services, arriving: Arriving): Promise<Admitted> {
  try {
    return await register(services, arriving);
  } catch (failure) {
    if (!(failure instanceof Failure && lostToRepetition.includes(failure.code))) throw failure;
    const repeated = await repeat(services, arriving);
    if (repeated === undefined) throw failure;
    return repeated;
  }
}

/**
 * Who repeats a request with its idempotency key gets the token that it gave them, for as long as
 * that is valid.
 *
 * The token is made from the request and its key: that there is one says that this very request was
 * carried out, in the transaction in which it was.
 */
async function repeat(
  { store }: Services,
  { call, token: { secret, hash } }: Arriving,
): Promise<Admitted | undefined> {
  if (call.retry === undefined) return undefined;
  const found = await store.findToken(hash);
  if (found === undefined) return undefined;
  const { token, user } = found;
  return { status: isFirst(token, user) ? 201 : 200, user: refTo(user), secret, replayed: true };
}

async function register(services: Services, arriving: Arriving): Promise<Admitted> {
  const { call, name, token } = arriving;
  const { body: { password, client, invite }, caller } = call;
  const { registrations, store } = services;
  const isIn = async () => await repeat(services, arriving) !== undefined;
  const entry = await registrations.admit({ invite, address: caller.address, isIn }, store);
  const passwordHash = password === undefined ? undefined : await services.passwords.hash(password);
  const decision = await services.engine.submit({
    type: "register",
    name,
    ...entry,
    ...(passwordHash !== undefined && { passwordHash }),
    grant: grantOf(token, client),
  });
  // To an owner's code the rules say so only where there is an owner.
  const hasOwner = decision.ok || decision.refusal.code === "invite_needed";
  if (entry.role === "owner" && hasOwner) registrations.endOwnerCode();
  const { outcome } = succeeded(decision, services);
  return {
    status: 201,
    user: { id: outcome.user, name: outcome.name },
    secret: token.secret,
    replayed: false,
  };
}

async function logIn(
  services: Services,
  known: User,
  { call, token }: Arriving,
): Promise<Admitted> {
  const { body: { password, client }, caller } = call;
  if (password === undefined) throw failureOf({ code: "name_taken" }, 0);
  const passwordHash = await checkPassword(services, known, password, caller.address);
  await carryOut(services, {
    type: "token.issue",
    actor: known.id,
    passwordHash,
    grant: grantOf(token, client),
  });
  return { status: 200, user: refTo(known), secret: token.secret, replayed: false };
}

function grantOf({ hash }: Secret, client: string | undefined): TokenGrant {
  return { hash, ...(client !== undefined && { client }) };
}

async function welcome(services: Services, admitted: Admitted): Promise<Answer<ConnectAnswer>> {
  const { status, user, secret } = admitted;
  const arrival = await services.store.arrive(
    user.id,
    { recent: services.settings.recent, unread: arrivalUnreadMax },
    lifeNow(services),
  );
  return {
    status,
    headers: [varyByAccept, ...replayHeaders(admitted)],
    json: {
      ...(secret !== undefined && { token: secret }),
      user: user.name,
      rooms: arrival.rooms.map(wireRoom),
      recent: arrival.recent.map(wireMessage),
      unread: arrival.unread.map(wireMessage),
      unread_more: arrival.unreadMore,
      cursor: formatCursor({ epoch: services.store.epoch, position: arrival.head }),
    },
  };
}
