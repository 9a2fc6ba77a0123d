import { assertEquals } from "@std/assert";
import { checkedForms } from "../../../../../client/connection/checked_forms.ts";
import { ApiClient } from "../../../../../client/connection/api_client.ts";
import { noShelf, outboxMessagesMax } from "../../../../../client/connection/outbox.ts";
import { Lead } from "../../../../../client/web/page/tabs/lead.ts";
import { emptyModel } from "../../../../../client/conversation/model.ts";
import type { LeaderNews } from "../../../../../client/web/page/tabs/shared_state.ts";
import { SeededRandom } from "../../../../support/seeded_random.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { arrivalOf, json, refusal, settle, statusOf, StubServer } from "../../../stub_server.ts";

const invitation = { room: "7", name: "garden", by: "bob", at: "2026-11-20T10:00:00.000Z" };

class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly news: LeaderNews[] = [];
  model = emptyModel("alice");
  readonly defects: unknown[] = [];
  readonly lead = new Lead({
    api: new ApiClient({
      forms: checkedForms,
      origin: "http://chat.test",
      transport: this.server.transport,
      clock: this.clock,
    }),
    clock: this.clock,
    random: new SeededRandom(1),
    shelf: noShelf,
    model: () => this.model,
    tell: (news) => this.news.push(news),
    broke: (defect) => this.defects.push(defect),
  });

  constructor() {
    this.server.on("GET /status", () => json(statusOf()));
    this.server.on("GET /invitations", () => json({ items: [invitation] }));
  }

  get types(): string[] {
    return this.news.map(({ type }) => type);
  }

  async close(): Promise<void> {
    await this.lead.close();
    await settle();
    assertEquals([this.defects, this.clock.waiting], [[], 0]);
  }
}

Deno.test("Lead begins with the answer of a sign-in, and finds out the rest when it is live", async () => {
  const scene = new Scene();
  scene.lead.begin({ position: undefined, arrival: arrivalOf({ cursor: "k-5" }) });
  assertEquals(scene.types, ["connected"]);
  (await scene.server.stream()).caughtUp("k-5");
  await settle(20);
  assertEquals(scene.types, ["connected", "state", "status", "invitations", "askers"]);
  assertEquals(scene.server.bodies("/connect"), []);
  assertEquals(scene.lead.position, { cursor: "k-5" });
  await scene.close();
});

Deno.test("Lead begins at a position rather than with an answer that is older", async () => {
  const scene = new Scene();
  scene.lead.begin({ position: { cursor: "k-9" }, arrival: arrivalOf({ cursor: "k-5" }) });
  const stream = await scene.server.stream();
  assertEquals([stream.request.query.get("after"), scene.types], ["k-9", []]);
  await scene.close();
});

Deno.test("Lead goes on without what can't be found out", async () => {
  const scene = new Scene();
  scene.server.on("GET /status", () => refusal("busy", "Later."));
  scene.lead.begin({ position: { cursor: "k-9" }, arrival: undefined });
  (await scene.server.stream()).caughtUp("k-9");
  await settle(20);
  assertEquals(scene.types, ["state"]);
  await scene.close();
});

Deno.test("Lead leaves on the shelf what there is no place for", async () => {
  const scene = new Scene();
  scene.server.down = true;
  scene.lead.begin({ position: { cursor: "k-9" }, arrival: undefined });
  for (let count = 0; count <= outboxMessagesMax; count++) {
    scene.lead.take({ key: `${count}`, draft: { text: "x" } });
  }
  assertEquals(scene.types.filter((type) => type === "queued").length, outboxMessagesMax);
  await scene.close();
});

Deno.test("Lead tells nothing any more after its end", async () => {
  const scene = new Scene();
  scene.lead.begin({ position: { cursor: "k-9" }, arrival: undefined });
  (await scene.server.stream()).caughtUp("k-9");
  const closed = scene.close();
  const told = scene.news.length;
  await closed;
  await settle(20);
  assertEquals(scene.news.length, told);
});
