/**
 * Coming and going: `/connect`, `/disconnect`.
 *
 * @module
 */
import { formatCursor } from "../../lib/api/cursor.ts";
import type { ConnectAnswer, ConnectRequest } from "../../lib/api/schemas.ts";
import type { TokenGrant } from "../../lib/domain/token.ts";
import type { User } from "../../lib/domain/user.ts";
import { foldName } from "../../lib/text/names.ts";
import type { Request } from "../http/mod.ts";
import type { AttemptPolicy } from "./attempts.ts";
import type { Answer, Call, Handlers, Services } from "./call.ts";
import { Failure, failureOf, invalid } from "./failure.ts";
import { preferred } from "./media_type.ts";
import { networkOf } from "./network.ts";
import { newSecret, type Session } from "./sessions.ts";
import { wireMessage, wireRoom } from "./wire.ts";

/** Most unread messages in one answer; the rest is asked for with `GET /messages?unread=true`. */
export const arrivalUnreadMax = 1000;

/** Against a flood of new names from one network. */
export const registrationPolicy: AttemptPolicy = {
  free: 200,
  firstWaitMs: 1000,
  longestWaitMs: 60_000,
};

/** Someone who has just been let in. */
interface Admitted {
  readonly status: 200 | 201;
  readonly user: Pick<Session, "user" | "name">;
  /** The new token; absent if they came with one. */
  readonly secret?: string;
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
        return { status: admitted.status, text: `${admitted.secret}\n` };
      }
      return welcome(services, admitted);
    },

    async disconnect({ session }) {
      // An idempotency key would be of no use: who repeats this has no valid token any more.
      const decision = await services.engine.submit({
        type: "token.revoke",
        actor: session.user,
        token: session.token,
      });
      if (!decision.ok) throw failureOf(decision.refusal);
      return { status: 204 };
    },
  };
}

async function admit(services: Services, call: Call<"connect">): Promise<Admitted> {
  const { session, body, request } = call;
  if (session !== undefined) {
    if (body.user !== undefined && foldName(body.user) !== foldName(session.name)) {
      throw invalid([{ field: "user", message: "is not the one whose token this is" }]);
    }
    return { status: 200, user: session };
  }
  const { user: name } = body;
  if (name === undefined) {
    throw invalid([{ field: "user", message: "is missing; give a name, or a token" }]);
  }
  const known = await services.store.findUser(foldName(name));
  return known === undefined
    ? await register(services, name, body, request)
    : await logIn(services, known, body, request);
}

async function register(
  services: Services,
  name: string,
  { password, client }: ConnectRequest,
  request: Request,
): Promise<Admitted> {
  if (services.settings.registration === "closed") {
    throw new Failure("forbidden", "Registration is closed on this server.");
  }
  const network = networkOf(request.remoteAddress);
  const waitMs = services.registrations.waitMs(network);
  if (waitMs > 0) throw tooManyAttempts("Too many names were registered from here.", waitMs);
  services.registrations.count(network);
  const { secret, grant } = newGrant(services, client);
  const passwordHash = password === undefined ? undefined : await services.passwords.hash(password);
  const decision = await services.engine.submit({
    type: "register",
    name,
    ...(passwordHash !== undefined && { passwordHash }),
    grant,
  });
  if (!decision.ok) throw failureOf(decision.refusal);
  return {
    status: 201,
    user: { user: decision.outcome.user, name: decision.outcome.name },
    secret,
  };
}

async function logIn(
  services: Services,
  known: User,
  { password, client }: ConnectRequest,
  request: Request,
): Promise<Admitted> {
  if (password === undefined || known.passwordHash === undefined) {
    throw failureOf({ code: "name_taken" });
  }
  const { passwordHash } = known;
  const verdict = await services.loginGuard.attempt(
    known.id,
    request.remoteAddress,
    () => services.passwords.matches(password, passwordHash),
  );
  if (verdict.kind === "too_early") {
    throw tooManyAttempts("Too many wrong passwords.", verdict.waitMs);
  }
  if (verdict.kind === "wrong") {
    throw new Failure("bad_password", "This is not the password of this name.");
  }
  const { secret, grant } = newGrant(services, client);
  const decision = await services.engine.submit({ type: "token.issue", actor: known.id, grant });
  if (!decision.ok) throw failureOf(decision.refusal);
  return { status: 200, user: { user: known.id, name: known.name }, secret };
}

function tooManyAttempts(why: string, waitMs: number): Failure {
  const seconds = Math.ceil(waitMs / 1000);
  return new Failure("too_many_attempts", `${why} Try again in ${seconds} s.`, {
    headers: [["Retry-After", String(seconds)]],
  });
}

function newGrant(
  services: Services,
  client: string | undefined,
): { readonly secret: string; readonly grant: TokenGrant } {
  const { secret, hash } = newSecret(services.random);
  return { secret, grant: { hash, ...(client !== undefined && { client }) } };
}

async function welcome(
  services: Services,
  { status, user, secret }: Admitted,
): Promise<Answer<ConnectAnswer>> {
  const arrival = await services.store.arrive(user.user, {
    recent: services.settings.recent,
    unread: arrivalUnreadMax,
  });
  return {
    status,
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
