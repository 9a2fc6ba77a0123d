import { assertEquals, assertRejects } from "@std/assert";
import { ApiProblem } from "../../../../client/connection/failures.ts";
import {
  askedRoomsMax,
  doorLists,
  roundsMax,
} from "../../../../client/conversation/model/door_lists.ts";
import { emptyModel, type Model, update } from "../../../../client/conversation/model.ts";
import type { RoomSummary } from "../../../../lib/api/schemas.ts";
import { problem } from "../../../../lib/api/problems.ts";
import { arrivalOf } from "../../stub_server.ts";

function room(id: number, owner: string): RoomSummary {
  const name = `room ${id}`;
  return { id: `${id}`, kind: "room", name, owner, unread: 0, last_id: id, read_id: 0 };
}

function modelOf(...rooms: readonly RoomSummary[]): Model {
  const answer = arrivalOf({ rooms: [...rooms] });
  return update(emptyModel("alice"), { type: "connected", answer });
}

/** A server at whose doors people wait. */
class Doors {
  readonly asked: string[] = [];
  /** Is called in the midst of each round. */
  onRequest: () => void = () => {};
  model: Model;

  constructor(model: Model) {
    this.model = model;
  }

  lists() {
    // Answers what the test needs, whatever is called.
    const call = (name: string, { path }: { readonly path?: { readonly room: string } }) => {
      this.asked.push(path?.room ?? name);
      this.onRequest();
      const items = path === undefined
        ? [{ room: "20", name: "attic", by: "bob", at: "" }]
        : [{ user: `dave of ${path.room}`, at: "" }];
      return Promise.resolve({ items });
    };
    return doorLists({
      api: { call: call as never },
      model: () => this.model,
      signal: new AbortController().signal,
    });
  }
}

Deno.test("doorLists() tells who invites, and who asks for rooms of the user's own", async () => {
  const doors = new Doors(modelOf(room(3, "alice"), room(4, "bob"), room(5, "alice")));
  const [invitations, askers] = await doors.lists();
  assertEquals(doors.asked, ["listInvitations", "5", "3"]);
  assertEquals(invitations?.type, "invitations");
  assertEquals(askers, {
    type: "askers",
    rooms: ["5", "3"],
    askers: [{ room: "5", user: "dave of 5" }, { room: "3", user: "dave of 3" }],
  });
});

Deno.test("doorLists() asks for so many rooms, those in which was talked lately", async () => {
  for (const more of [-1, 0, 1]) {
    const ids = Array.from({ length: askedRoomsMax + more }, (_, at) => at + 1);
    const doors = new Doors(modelOf(...ids.map((id) => room(id, "alice"))));
    await doors.lists();
    assertEquals(
      doors.asked.slice(1),
      ids.toReversed().slice(0, askedRoomsMax).map((id) => `${id}`),
    );
  }
});

Deno.test("doorLists() asks anew if something happened meanwhile, and not for ever", async () => {
  const doors = new Doors(modelOf(room(3, "alice")));
  let left = 1;
  doors.onRequest = () => {
    if (left-- <= 0) return;
    const user = `user ${left}`;
    doors.model = update(doors.model, { type: "join.requested", room: "3", user });
  };
  await doors.lists();
  assertEquals(doors.asked.length, 2 * 2);
  left = Infinity;
  let count = 0;
  doors.onRequest = () => {
    const user = `user ${count++}`;
    doors.model = update(doors.model, { type: "join.requested", room: "3", user });
  };
  doors.asked.length = 0;
  await doors.lists();
  assertEquals(doors.asked.length, roundsMax * 2);
});

Deno.test("doorLists() gives back why the server would not", async () => {
  const doors = new Doors(modelOf());
  doors.onRequest = () => {
    throw new ApiProblem(problem("busy", "Later."), { retryAfterMs: undefined });
  };
  await assertRejects(() => doors.lists(), ApiProblem);
});
