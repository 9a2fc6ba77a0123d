/**
 * Why each problem comes up and what to do about it, in words for a reader.
 *
 * @module
 */
import type { ProblemCode } from "../api/problems.ts";

export interface ProblemAdvice {
  /** Why it came to this. */
  readonly cause: string;
  /** What to do now. */
  readonly cure: string;
}

/** Words in backticks are what goes over the wire. */
export const problemGuide: Readonly<Record<ProblemCode, ProblemAdvice>> = {
  malformed: {
    cause:
      "The HTTP message breaks its grammar, or the body is not the JSON or UTF-8 it should be.",
    cure: "Look at `detail`, and at what your client really sends: `curl -v` shows it.",
  },
  bad_cursor: {
    cause: "What was given as a cursor does not read like one.",
    cure: "Give a cursor exactly as you got it, or none to start from now.",
  },
  unauthorized: {
    cause: "There is no token, or it was revoked or never given out.",
    cure: "Send `Authorization: Bearer TOKEN` with the token that `POST /connect` gave you.",
  },
  bad_password: {
    cause: "The name is known, but this is not its password.",
    cure: "Try another password, slowly: wrong ones make the next attempt wait.",
  },
  name_taken: {
    cause: "Someone has this name, or one that looks the same.",
    cure: "If it is yours, give its password or its token; otherwise choose another.",
  },
  forbidden: {
    cause:
      "You may know of it, but only someone else may do this, such as its owner or its author. Or a page of another origin asks to change something, which the server does not let it.",
    cure:
      "Ask them. If registration is closed, ask whoever runs the server for an account; they can also let a page in, with `--cors-origin`.",
  },
  invite_needed: {
    cause:
      "The name is free, but this server lets only those register who were invited. There was no `invite`, or it expired, was revoked, is used up or was made up: the answer is the same for all.",
    cure: "Ask someone who moderates there for an invitation, and give its code as `invite`.",
  },
  banned: {
    cause:
      "Others have reported you, or someone who moderates has banned you, and you cannot send for a while. You can still read.",
    cure: "Wait until `banned_until`.",
  },
  not_found: {
    cause:
      "It never existed, is gone, or is none of your business: the answer is the same for all.",
    cure: "Check the path and the ids in it. What was deleted or has expired does not come back.",
  },
  method_not_allowed: {
    cause: "The path exists, but nothing can be done there with this method.",
    cure: "Use one of the methods that the `Allow` header names.",
  },
  not_acceptable: {
    cause: "`Accept` leaves none of the formats that this operation can answer in.",
    cure: "Accept one of those that `detail` names, or leave the header out.",
  },
  timeout: {
    cause: "The request began, but its head or its body did not come in time.",
    cure: "Send it again, and faster. A slow network may need smaller files.",
  },
  length_required: {
    cause: "A file should come with this request, and nothing says where it ends.",
    cure: "Send `Content-Length`, also for an empty file, or send it in chunks.",
  },
  precondition_failed: {
    cause:
      "`If-Match` names an entity tag, or `If-None-Match` says `*`, and that is not how things are. Nothing was done. Only files and the documentation have entity tags.",
    cure: "Get what is there now, with its `ETag`, or leave the condition out.",
  },
  too_large: {
    cause: "The body has more bytes than this operation takes: `limit` tells how many.",
    cure: "Send less. A file may be split, or made smaller.",
  },
  uri_too_long: {
    cause: "The path and the query together are longer than any request needs.",
    cure: "Move what is long into the body.",
  },
  unsupported_media_type: {
    cause: "The `Content-Type` is neither JSON nor a form, or the body is compressed.",
    cure: "Send `application/json` or `application/x-www-form-urlencoded`, uncompressed.",
  },
  range_not_satisfiable: {
    cause: "The file ends before the range that was asked for begins.",
    cure: "Ask for a range within its `size`, or for all of it.",
  },
  expectation_failed: {
    cause: "`Expect` asks for something other than `100-continue`.",
    cure: "Leave the header out.",
  },
  misdirected: {
    cause:
      "The request is for a host that is not known as a name of this server, or for `https` and came without TLS.",
    cure:
      "Use the address that the server is known by. Whoever runs it adds a name with `--allowed-host`, as for a proxy in front that passes its own name on.",
  },
  already_sent: {
    cause: "The scheduled message was sent before this request came.",
    cure: "Nothing can be changed any more; it is a message now, which you can delete.",
  },
  already_reported: {
    cause: "Your earlier report of this user is still open.",
    cure: "There is nothing to do: it counts.",
  },
  already_member: {
    cause: "Whoever is to enter the room is in it.",
    cure: "There is nothing to do.",
  },
  pending_approval: {
    cause: "You have asked to enter this room, and the owner has not decided yet.",
    cure: "Wait for the event `join.approved` or `join.denied`.",
  },
  invalid: {
    cause: "A field is missing, unknown, or holds what it cannot hold.",
    cure: "`errors` names each such field and what is wrong with it.",
  },
  idempotency_mismatch: {
    cause: "The `Idempotency-Key` belongs to an earlier request of yours that was another one.",
    cure: "Draw a new key for each new request; repeat a key only with the very same request.",
  },
  rate_limited: {
    cause: "You have used up what you may do in this period.",
    cure: "Wait until `resets_at`, or for the seconds of `Retry-After`.",
  },
  too_many_attempts: {
    cause: "Too many wrong passwords, or too many new names from one network.",
    cure: "Wait for the seconds of `Retry-After`; each further failure makes the wait longer.",
  },
  too_many_streams: {
    cause: "You have as many streams and long polls open as one user may.",
    cure: "Close one. A client needs a single stream for everything.",
  },
  headers_too_large: {
    cause: "There are more header fields, or longer ones, than the server reads.",
    cure: "Send fewer; cookies of other programs on the same host are a common reason.",
  },
  internal: {
    cause: "Something failed that should not have: a defect of the server.",
    cure:
      "Try again with the same `Idempotency-Key`. If it stays, tell whoever runs the server the `request_id`: the log has more.",
  },
  not_implemented: {
    cause: "The request needs a part of HTTP that this server does without.",
    cure: "Use the methods shown here and, if any, `chunked` as the only transfer coding.",
  },
  busy: {
    cause: "There is more to do than can be done right now, or the store cannot be used.",
    cure: "Wait for the seconds of `Retry-After`, and try again with the same `Idempotency-Key`.",
  },
  shutting_down: {
    cause: "The server is being stopped, perhaps to start again.",
    cure: "Wait for the seconds of `Retry-After`, and try again with the same `Idempotency-Key`.",
  },
  version_not_supported: {
    cause: "The request is not HTTP/1.0 or HTTP/1.1.",
    cure: "Use HTTP/1.1: with curl, `--http1.1`.",
  },
};
