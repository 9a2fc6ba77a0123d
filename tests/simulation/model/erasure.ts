/**
 * What the model says of erasing: how what a deleted user leaves behind goes.
 *
 * @module
 */
import type { RoomId, UserId } from "../../../lib/domain/ids.ts";
import { close, inherit, withdraw } from "./gatherings.ts";
import type { ModelRows } from "./rows.ts";
import type { Tape } from "./tape.ts";
import type { Judge, Judges } from "./verdict.ts";

const eraseUser: Judge<"user.erase"> = (rows, command) => {
  const { user: id, messages, rooms, done } = command;
  const user = rows.users.find((one) => one.id === id);
  if (user?.deletedMs === undefined) return "not_found user";
  return (tape) => {
    for (const room of rooms) leave(rows, room, id, tape);
    for (const id of messages) {
      const message = rows.messages.find((one) => one.id === id && one.author === user.id);
      if (message === undefined) continue;
      const { room } = message;
      rows.messages = rows.messages.filter((other) => other !== message);
      tape.next({ type: "message.deleted", audience: room, room, message: id });
    }
    if (done) {
      empty(rows, id, tape);
      user.isErased = true;
    }
    return null;
  };
};

function leave(rows: ModelRows, id: RoomId, user: UserId, tape: Tape): void {
  if (rows.member(id, user) === undefined) return;
  const room = rows.room(id);
  const isAlone = rows.membersOf(id).every((one) => rows.user(one) === undefined);
  if (room?.owner === user && isAlone) {
    close(rows, room, tape);
    return;
  }
  rows.members = rows.members.filter((one) => one.room !== id || one.user !== user);
  if (room?.owner === user) inherit(rows, room, tape);
  if (room?.kind !== "private") return;
  const rest = rows.membersOf(id);
  rows.members = rows.members.filter((one) => one.room !== id);
  tape.all(rest.map((audience) => ({ type: "room.deleted", audience, room: id })));
  room.closed = true;
}

/** All that is neither said nor a place to say something. */
function empty(rows: ModelRows, id: UserId, tape: Tape): void {
  rows.scheduled = rows.scheduled.filter(({ author, end }) =>
    author !== id || end?.kind === "sent"
  );
  rows.files = rows.files.filter(({ owner, message }) => owner !== id || message !== undefined);
  rows.invitations = rows.invitations.filter(({ user }) => user !== id);
  const sent = rows.invitations.filter(({ by }) => by === id)
    .sort((a, b) => a.room - b.room || a.user - b.user);
  for (const { room, user } of sent) withdraw(rows, room, user, tape);
  rows.requests = rows.requests.filter(({ user }) => user !== id);
  rows.reports = rows.reports.filter(({ target, reporter }) => target !== id && reporter !== id);
  rows.windows = rows.windows.filter(({ user }) => user !== id);
}

export const erasure: Pick<Judges, "user.erase"> = { "user.erase": eraseUser };
