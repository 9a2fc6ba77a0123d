import { assertEquals } from "@std/assert";
import {
  type Doors,
  doorsAfter,
  doorsMax,
  noDoors,
} from "../../../../client/conversation/model/doors.ts";
import { arrivalOf } from "../../stub_server.ts";
import type { ModelEvent } from "../../../../client/conversation/model.ts";

function after(events: readonly ModelEvent[], from: Doors = noDoors): Doors {
  return events.reduce((doors, event) => doorsAfter(doors, event, "alice"), from);
}

const invited = (room: string, name = "attic"): ModelEvent => ({
  type: "invitation",
  room,
  name,
  by: "zoe",
});
const asked = (room: string, user: string): ModelEvent => ({ type: "join.requested", room, user });

Deno.test("doorsAfter() keeps invitations until they are closed, taken or of no use", () => {
  const open = after([invited("20"), invited("21", "cellar"), invited("20", "loft")]);
  const cellar = { room: "21", name: "cellar" };
  assertEquals(open.invitations, [cellar, { room: "20", name: "loft" }]);
  const ends: readonly ModelEvent[] = [
    { type: "invitation.closed", room: "20" },
    { type: "member.joined", room: "20", user: "alice" },
    { type: "room.deleted", room: "20" },
    { type: "invitations", invitations: [cellar] },
  ];
  for (const end of ends) assertEquals(after([end], open).invitations, [cellar], end.type);
  const other: ModelEvent = { type: "member.joined", room: "20", user: "bob" };
  assertEquals(after([other], open).invitations.length, 2);
});

Deno.test("doorsAfter() keeps who asks until they are answered", () => {
  const open = after([asked("12", "dave"), asked("12", "erin"), asked("13", "dave")]);
  assertEquals(open.askers.length, 3);
  assertEquals(after([asked("12", "alice")]).askers, []);
  const answered: ModelEvent = {
    type: "join.answered",
    room: "12",
    user: "dave",
    approved: false,
  };
  const left = [{ room: "12", user: "erin" }, { room: "13", user: "dave" }];
  assertEquals(after([answered], open).askers, left);
  const joined: ModelEvent = { type: "member.joined", room: "12", user: "dave" };
  assertEquals(after([joined], open).askers, left);
  const renamed: ModelEvent = { type: "user.renamed", user: "david", before: "dave" };
  assertEquals(after([renamed], open).askers.map(({ user }) => user), ["david", "erin", "david"]);
});

Deno.test("doorsAfter() takes over who asks for rooms that were asked for, and for others keeps who did", () => {
  const open = after([asked("12", "dave"), asked("13", "dave"), asked("14", "dave")]);
  const listed: ModelEvent = {
    type: "askers",
    rooms: ["12", "13"],
    askers: [{ room: "13", user: "erin" }],
  };
  const left = [{ room: "14", user: "dave" }, { room: "13", user: "erin" }];
  assertEquals(after([listed], open).askers, left);
});

Deno.test("doorsAfter() forgets who asks for a room that another one owns", () => {
  const open = after([asked("12", "dave"), asked("13", "dave")]);
  const owned = (owner: string): ModelEvent => ({
    type: "room.updated",
    room: "12",
    name: "attic",
    owner,
  });
  assertEquals(after([owned("alice")], open).askers.length, 2);
  assertEquals(after([owned("bob")], open).askers, [{ room: "13", user: "dave" }]);
});

Deno.test("doorsAfter() forgets all at a reset, after which nothing tells what happened", () => {
  const open = after([invited("20"), asked("12", "dave")]);
  const connected: ModelEvent = { type: "connected", answer: arrivalOf() };
  assertEquals(after([connected], open), open);
  assertEquals(after([{ ...connected, resetBy: "forgotten" }], open), noDoors);
});

Deno.test("doorsAfter() keeps so many, those lately heard of", () => {
  for (const [more, first] of [[-1, "0"], [0, "0"], [1, "1"]] as const) {
    const ids = Array.from({ length: doorsMax + more }, (_, at) => String(at));
    const { invitations, askers } = after(ids.flatMap((id) => [invited(id), asked(id, "dave")]));
    assertEquals([invitations[0]?.room, askers[0]?.room], [first, first]);
    assertEquals(invitations.length, Math.min(ids.length, doorsMax));
    const waiting = ids.map((user) => ({ room: "12", user }));
    assertEquals(
      after([{ type: "askers", rooms: ["12"], askers: waiting }]).askers[0]?.user,
      first,
    );
    const listed = ids.map((room) => ({ room, name: "attic" }));
    assertEquals(
      after([{ type: "invitations", invitations: listed }]).invitations[0]?.room,
      first,
    );
  }
});

Deno.test("doorsAfter() gives the very same doors for what says nothing of them", () => {
  const open = after([invited("20")]);
  assertEquals(after([{ type: "presence", user: "bob", online: true }], open) === open, true);
});
