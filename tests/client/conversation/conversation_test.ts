import { assertEquals, assertMatch } from "@std/assert";
import { ApiClient } from "../../../client/connection/api_client.ts";
import { Unreachable } from "../../../client/connection/failures.ts";
import { Misunderstood } from "../../../client/conversation/command_parser.ts";
import { Conversation } from "../../../client/conversation/conversation.ts";
import type { Line } from "../../../client/lines/safe_line.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, messageOf, settle, StubServer } from "../stub_server.ts";

/** A conversation of alice, and what is shown of it. */
class Scene {
  readonly server = new StubServer();
  readonly shown: string[] = [];
  readonly conversation: Conversation;

  constructor() {
    const clock = new VirtualClock();
    const random = new SeededRandom(1);
    const write = (lines: readonly Line[]) => this.shown.push(...lines.map(({ plain }) => plain));
    this.conversation = new Conversation({
      api: new ApiClient({
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
