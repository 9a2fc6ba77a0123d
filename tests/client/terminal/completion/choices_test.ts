import { assertEquals } from "@std/assert";
import {
  emptyModel,
  type Model,
  type ModelEvent,
  update,
} from "../../../../client/conversation/model.ts";
import { commonPlace } from "../../../../client/conversation/model/place.ts";
import { choicesAt, messagesSearchedMax } from "../../../../client/terminal/completion/choices.ts";
import { arrivalOf, messageOf } from "../../stub_server.ts";

const arrived = update(emptyModel("alice"), {
  type: "connected",
  answer: arrivalOf({
    rooms: [{ id: "common", kind: "common", name: "common", unread: 0, last_id: 0, read_id: 0 }],
  }),
});
const file = { id: 12, name: "notes.txt", type: "text/plain", size: 8 };

Deno.test("choicesAt() tells of a message that is a file, and of the file", () => {
  const model = update(arrived, { type: "message", ...messageOf(5, { text: "", files: [file] }) });
  const { messages, files } = choicesAt(commonPlace, model);
  assertEquals(messages?.map(({ text }) => text), ["[file 12: notes.txt, 8 bytes]"]);
  assertEquals(files, [{ id: 12, name: "notes.txt" }]);
});

Deno.test("choicesAt() offers what moderators do to those who are", () => {
  const offered = (model: Model) => {
    const { commands, moderates } = choicesAt(commonPlace, model);
    return [commands.some(({ name }) => name.startsWith("mod")), moderates];
  };
  assertEquals(offered(arrived), [false, false]);
  assertEquals(offered(update(arrived, { type: "role.changed", role: "owner" })), [true, true]);
});

Deno.test("choicesAt() looks through so many messages", () => {
  for (const [more, first] of [[-1, 1], [0, 1], [1, 2]] as const) {
    const events = Array.from({ length: messagesSearchedMax + more }, (_, at): ModelEvent => ({
      type: "message",
      ...messageOf(at + 1),
    }));
    assertEquals(choicesAt(commonPlace, events.reduce(update, arrived)).messages?.[0]?.id, first);
  }
});

Deno.test("choicesAt() offers those who ask once, and rooms one is invited into as one types them", () => {
  const events: readonly ModelEvent[] = [
    { type: "join.requested", room: "12", user: "dave" },
    { type: "join.requested", room: "13", user: "dave" },
    { type: "invitation", room: "20", name: "attic", by: "zoe" },
    { type: "invitation", room: "21", name: "Loft", by: "zoe" },
    { type: "invitation", room: "22", name: "loft", by: "bob" },
  ];
  const { askers, invitations } = choicesAt(commonPlace, events.reduce(update, arrived));
  assertEquals(askers, ["dave"]);
  assertEquals(invitations, ["attic", "21", "22"]);
});
