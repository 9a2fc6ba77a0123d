/**
 * What is to be known of an operation beside its summary and its fields, in words for a reader.
 *
 * @module
 */
import {
  auditLifeMs,
  banMsMax,
  banMsMin,
  linkLifeMs,
  registrationInviteLifeMs,
} from "../domain/bounds.ts";
import { formatDuration } from "../text/durations.ts";
import type { OperationName } from "../api/operations.ts";

/** Words in backticks are what goes over the wire. */
export const operationNotes: Readonly<Partial<Record<OperationName, string>>> = {
  connect:
    "A free name is registered (201), by an `invite` where the server asks for one; where it does not, an `invite` changes nothing. A taken one is entered by its password (200). With a token in `Authorization` nothing needs to be in the body, and no new token is made. `Accept: text/plain` answers the token alone. `client` is a label by which you tell your devices apart. The answer holds what a client shows first, and the cursor from which `GET /events` goes on without a gap. The same request again, with the same `Idempotency-Key` of at least 20 characters, brings the same token: keep such a key secret.",
  listTokens: "Each client has a token of its own, so that one can be locked out alone.",
  changeProfile:
    "At least one of `name` and `password` must be there. Who has a password gives it as `old_password` to set a new one; a request that carries one needs an `Idempotency-Key` of at least 20 characters, if any.",
  send:
    "Name whom it is for with `to`, or where it goes with `room`; without both it goes to the common chat. With `at` or `in` it is scheduled (202), otherwise it is sent (201). `text` may be left out where there are `files`.",
  comment: "A comment is a message in the same room, and counts as one.",
  listMessages:
    "Without `before` and `after` it is the newest page; without `room` and `to`, that of the common chat. `unread=true` without a room gives all that is unread. Items are in order, the oldest first.",
  getMessage: "A message that was deleted, or has expired for you, is not there.",
  read: "A mark never moves back. It is for all your clients.",
  events:
    "`Accept` chooses how events come: `text/event-stream` (also for `*/*`), `application/x-ndjson` with one JSON object a line, or `text/plain` with one readable line a message. With `wait`, it is one JSON answer, as soon as there is something to tell or the seconds are over. Without a cursor it starts now.",
  getScheduled: "Once it is sent it is `already_sent`.",
  changeScheduled:
    "At least one of `text`, `at` and `in` must be there. One that has failed needs a new time, and is tried again then.",
  uploadFile:
    "The body is the file itself, of any type; its `Content-Type` is kept. A body over the limit is refused before it is read, if the client waits for `100 Continue`.",
  downloadFile:
    "Who sees the message sees its files. All but PNG, JPEG, GIF and WebP images, which are known by their first bytes, come as an attachment.",
  changeRoom: "At least one of `name` and `owner` must be there. Only the owner can do this.",
  deleteRoom: "Only the owner can do this.",
  invite: "Who is invited joins at once when they accept.",
  createLink:
    `The code is shown this once. Who comes by it must still be approved, and one use is spent with the approval. With an \`Idempotency-Key\` of at least 20 characters the same request brings the same code again. Without \`expires_in\` it can be used for ${
      formatDuration(linkLifeMs)
    }.`,
  revokeLink: "Who has asked to enter by it stays in the list of requests.",
  join:
    "The owner must approve; you are told by an event. A code that expired, was revoked, is used up or was made up: all are `not_found`.",
  deleteMessage:
    "Who moderates may delete any message that they can see; that is written down. Comments on it stay.",
  listReports:
    "Moderators and owners only, as all that follows but for `GET /roles`. Reports on you are left out: they could tell you who made them. The text of a message is there as long as someone may see it.",
  listBans: "For the next page, give the last name of this one as `after`.",
  dismissReports: "They count no more, and those who made them may report the user again.",
  ban: `For how long is said by \`for\`, from ${formatDuration(banMsMin)} to ${
    formatDuration(banMsMax)
  }; if left out, it is as long as a ban that comes of reports. It replaces one that runs. Nobody can ban an owner, and only owners can ban moderators; the same holds for ending a ban and for settling reports.`,
  listRoles:
    "For everyone. For the next page, give the last name of this one as `after`. Who runs the server can give and take roles by `chat admin role`, too.",
  setRole: "Owners only. Who has no role any more leaves no invitation to register that they made.",
  deleteUser:
    "Owners only, and no owner can be deleted. The name is free at once, their clients are signed out, and what they have said goes within moments. It cannot be taken back.",
  createInvite: `The code is shown this once. Without \`expires_in\` it is good for ${
    formatDuration(registrationInviteLifeMs)
  }. With an \`Idempotency-Key\` of at least 20 characters the same request brings the same code again.`,
  listAudit: `Kept for ${
    formatDuration(auditLifeMs)
  }. Bans that come of reports are nobody's act and are not in it.`,
  removeMember: "When the owner leaves, the room passes on to another member.",
  report:
    "You can report whoever shares a room with you, once while your report is open, and not yourself.",
  listUsers: "For the next page, give the last name of this one as `after`.",
  health: "It tells that the process lives, and nothing of what it stands on.",
  ready:
    "503 `busy` while the store cannot save, until it can again; 503 `shutting_down` from the moment on at which the server is told to stop, before it takes no more connections. It listens only when it can serve.",
  metrics:
    "Counters start at 0 with the server. No label holds anything that people say or are called. Close it to others by the proxy in front.",
  page:
    "It does all that it does by this API. Where it was not built it is a 503 that says how, in HTML for those who ask for that, otherwise in a line of text.",
  joinPage: "The code is behind a `#`, so that no request line and no log ever holds it.",
  asset: "Its name holds its hash, so it may be kept for ever.",
};
