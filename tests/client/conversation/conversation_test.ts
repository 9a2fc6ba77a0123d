import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assertEquals, assertMatch } from "@std/assert";
import { ApiClient } from "../../../client/connection/api_client.ts";
import { Unreachable } from "../../../client/connection/failures.ts";
import { Misunderstood } from "../../../client/conversation/command_parser.ts";
import { Conversation } from "../../../client/conversation/conversation.ts";
import type { ConversationSetup } from "../../../client/conversation/screen.ts";
import type { Line } from "../../../client/lines/safe_line.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { OutboxFull, outboxMessagesMax, ShelfFault } from "../../../client/connection/outbox.ts";
import { textCharactersMax } from "../../../lib/domain/bounds.ts";
import { arrivalOf, json, messageOf, settle, StubServer } from "../stub_server.ts";
import { Scene as Rooms } from "./scene.ts";

/** A conversation of alice, and what is shown of it. */
class Scene {
  readonly server = new StubServer();
  readonly shown: string[] = [];
  readonly conversation: Conversation;

  constructor({ renamed }: Pick<ConversationSetup, "renamed"> = {}) {
    const clock = new VirtualClock();
    const random = new SeededRandom(1);
    const write = (lines: readonly Line[]) => this.shown.push(...lines.map(({ plain }) => plain));
    this.conversation = new Conversation({
      api: new ApiClient({
        forms: checkedForms,
        readFault,
        origin: "http://chat.test",
        token: "t",
        transport: this.server.transport,
        clock,
      }),
      answer: arrivalOf(),
      clock,
      random,
      screen: {
        print: write,
        talk: write,
        refresh() {},
        layout: { timeZone: "UTC" },
        interactive: true,
      },
      ...(renamed !== undefined && { renamed }),
    });
    this.conversation.start();
  }
}

Deno.test("Conversation shows what was sent as arrived, and nobody else's with its key", async () => {
  const scene = new Scene();
  const held = Promise.withResolvers<Response>();
  scene.server.on("POST /send", () => held.promise);
  const stream = await scene.server.stream();
  await scene.conversation.enter("hello");
  await settle();
  const [request] = scene.server.requests.filter(({ path }) => path === "/send");
  const key = request?.headers.get("idempotency-key") ?? "";
  stream.event("k-8", { type: "message", ...messageOf(8, { author: "mallory", key }) });
  stream.event("k-9", { type: "message", ...messageOf(9, { author: "alice", key }) });
  await settle();
  const messages = scene.shown.filter((row) => row.includes(" #"));
  assertEquals(messages, ["10:00 mallory message 8 #8", "10:00 ✓ alice message 9 #9"]);
  await scene.conversation.close();
  held.reject(new TypeError("connection reset"));
});

Deno.test("Conversation keeps the first of what went wrong", async () => {
  const scene = new Scene();
  assertEquals(scene.conversation.failure, undefined);
  await scene.conversation.enter("/stauts");
  scene.server.down = true;
  await scene.conversation.enter("/who");
  assertEquals(scene.conversation.failure instanceof Misunderstood, true);
  assertMatch(
    scene.shown.at(-1) ?? "",
    /^Cannot do \/who now: the server cannot be reached \(nothing listens there\)/,
  );
  await scene.conversation.close();
  const other = new Scene();
  other.server.down = true;
  await other.conversation.enter("/who");
  assertEquals(other.conversation.failure instanceof Unreachable, true);
  await other.conversation.close();
});

Deno.test("Conversation keeps one new name after the other", async () => {
  const begun: string[] = [];
  const first = Promise.withResolvers<void>();
  const renamed: ConversationSetup["renamed"] = ({ before, now }) => {
    begun.push(`${before} → ${now}`);
    return begun.length === 1 ? first.promise : Promise.resolve();
  };
  const scene = new Scene({ renamed });
  const stream = await scene.server.stream();
  stream.event("k-1", { type: "user.renamed", user: "alicia", before: "alice" });
  stream.event("k-2", { type: "user.renamed", user: "ally", before: "alicia" });
  await settle();
  assertEquals(begun, ["alice → alicia"]);
  let isClosed = false;
  const closing = scene.conversation.close().then(() => isClosed = true);
  await settle();
  assertEquals(isClosed, false);
  first.resolve();
  await closing;
  assertEquals(begun, ["alice → alicia", "alicia → ally"]);
});

Deno.test("Conversation goes on when a new name cannot be kept, and says so", async () => {
  const renamed = () => Promise.reject(new Error("Cannot write tokens.json: disk full"));
  const scene = new Scene({ renamed });
  const stream = await scene.server.stream();
  stream.event("k-1", { type: "user.renamed", user: "alicia", before: "alice" });
  await settle();
  assertEquals(
    scene.shown.at(-1),
    "Your new name could not be kept for the next start: Cannot write tokens.json: disk full",
  );
  assertEquals(scene.conversation.over, false);
  await scene.conversation.close();
});

/** Someone in the garden, with an editor that takes back what it is given if `isEmpty`. */
async function inGarden({ isEmpty }: { readonly isEmpty: boolean }) {
  const back: string[] = [];
  const takeBack = (typed: string) => {
    if (isEmpty) back.push(typed);
    return isEmpty;
  };
  const scene = new Rooms({ screen: { takeBack } });
  await scene.type("/room garden");
  return { scene, back };
}

for (
  const typed of ["for the garden", "/file notes.txt", "/delay 10 for it", "/at 18:30 for it"]
) {
  Deno.test(`Conversation gives ${typed} back when its room is lost, and says so`, async () => {
    const { scene, back } = await inGarden({ isEmpty: true });
    await using _ = scene;
    const begun = scene.conversation.displacements;
    await scene.hear({ type: "room.deleted", room: "12" });
    const asked = scene.server.requests.length;
    await scene.conversation.enter(typed, begun);
    assertEquals(scene.shown.at(-1), "You are not in garden any more: Enter sends this to common");
    assertEquals([back, scene.server.requests.length], [[typed], asked]);
  });
}

Deno.test("Conversation sends to the common chat what is entered once the loss is known", async () => {
  const { scene, back } = await inGarden({ isEmpty: true });
  await using _ = scene;
  await scene.hear({ type: "member.left", room: "12", user: "alice" });
  await scene.type("for all");
  assertEquals([back, scene.server.bodies("/send")], [[], [{ text: "for all" }]]);
});

Deno.test("Conversation tells the text for a lost room where it can't be given back", async () => {
  const { scene } = await inGarden({ isEmpty: false });
  await using _ = scene;
  const begun = scene.conversation.displacements;
  await scene.hear({ type: "room.deleted", room: "12" });
  await scene.conversation.enter("for the garden", begun);
  assertEquals(
    scene.shown.at(-1),
    "✗ not sent: you are not in garden any more: for the garden",
  );
  await scene.conversation.enter("/who", begun);
  assertEquals(scene.server.bodies("/send"), []);
});

Deno.test("Conversation sends what was typed ahead behind /room to that room", async () => {
  const { scene } = await inGarden({ isEmpty: true });
  await using _ = scene;
  const begun = scene.conversation.displacements;
  await scene.hear({ type: "room.deleted", room: "12" });
  await scene.type("/room Tea house");
  await scene.conversation.enter("for tea", begun);
  await settle();
  assertEquals(scene.server.bodies("/send"), [{ text: "for tea", room: "15" }]);
});

Deno.test("Conversation names the text that could not be kept", async () => {
  const keep = () => {
    throw new ShelfFault("Cannot keep message: the disk is full");
  };
  await using scene = new Rooms({ shelf: { left: [], keep, forget() {} } });
  const shown = await scene.type("hello");
  assertEquals(shown, ["✗ not sent: Cannot keep message: the disk is full: hello"]);
});

Deno.test("Conversation names the text for which the outbox has no place", async () => {
  await using scene = new Rooms();
  scene.server.on("POST /send", () => new Promise<Response>(() => {}));
  for (let count = 0; count < outboxMessagesMax; count++) await scene.conversation.enter("wait");
  const [shown] = await scene.type("one too many");
  assertEquals(shown, `✗ not sent: ${new OutboxFull().message}: one too many`);
});

Deno.test("Conversation sends a text up to the bound, counted in characters", async () => {
  const back: string[] = [];
  const takeBack = (typed: string) => back.push(typed) > 0;
  await using scene = new Rooms({ screen: { takeBack } });
  for (const length of [textCharactersMax - 1, textCharactersMax]) {
    await scene.type("🌱".repeat(length));
  }
  assertEquals([scene.server.bodies("/send").length, back.length], [2, 0]);
  const long = "🌱".repeat(textCharactersMax + 1);
  assertEquals(await scene.type(long), [
    "✗ not sent: it has 4,001 characters, 4,000 may be sent",
  ]);
  assertEquals(back, [long]);
  assertEquals(await scene.type(`/private bob ${long}`), [
    "Cannot do /private: it has 4,001 characters, 4,000 may be sent",
  ]);
  assertEquals(scene.server.bodies("/send").length, 2);
});

Deno.test("Conversation shows the start of a text that is too long, and has no way back", async () => {
  await using scene = new Rooms();
  assertEquals(await scene.type("🌱".repeat(textCharactersMax + 1)), [
    `✗ not sent: it has 4,001 characters, 4,000 may be sent: ${"🌱".repeat(60)}…`,
  ]);
});

Deno.test("Conversation knows who waits at the doors as soon as it is live", async () => {
  await using scene = new Rooms();
  const invitation = { room: "20", name: "attic", by: "zoe", at: "2026-11-20T10:00:00.000Z" };
  scene.server.on("GET /invitations", () => json({ items: [invitation] }));
  scene.server.on(
    "GET /rooms/12/requests",
    () => json({ items: [{ user: "dave", at: invitation.at }] }),
  );
  await scene.live();
  await settle();
  assertEquals(scene.conversation.model.doors, {
    invitations: [{ room: "20", name: "attic" }],
    askers: [{ room: "12", user: "dave" }],
  });
  const asked = scene.server.requests.filter(({ path }) => /invitations|requests/.test(path));
  assertEquals(asked.length, 2);
});
