/**
 * Finds out who asks: bearer tokens (RFC 6750).
 *
 * @module
 */
import type { Access } from "../../lib/api/operations.ts";
import type { Request } from "../http/mod.ts";
import { Failure } from "./failure.ts";
import type { Session, Sessions } from "./sessions.ts";

/**
 * Who asks, if the operation cares; synchronous if the token is remembered.
 *
 * @throws {Failure} `unauthorized` without a valid token where one is needed, and with an invalid
 * one where one may be given.
 */
export function authenticate(
  sessions: Sessions,
  request: Request,
  access: Access,
): Session | undefined | Promise<Session> {
  if (access === "open") return undefined;
  const header = request.headers.get("authorization");
  if (header === undefined) {
    if (access === "maybe") return undefined;
    throw unauthorized("Send the token as `Authorization: Bearer TOKEN`.");
  }
  const secret = /^Bearer +([\w\-.~+/]{1,256}=*)$/i.exec(header)?.[1];
  if (secret === undefined) throw unauthorized("The Authorization header is not `Bearer TOKEN`.");
  const found = sessions.find(secret);
  if (found instanceof Promise) return found.then(required);
  return required(found);
}

function required(session: Session | undefined): Session {
  if (session === undefined) throw unauthorized("This token is not valid, or was revoked.");
  return session;
}

function unauthorized(detail: string): Failure {
  return new Failure("unauthorized", detail);
}
