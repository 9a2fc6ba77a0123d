import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assertEquals } from "@std/assert";
import { ApiClient } from "../../../client/connection/api_client.ts";
import { sendDraft } from "../../../client/connection/delivery.ts";
import type { Draft } from "../../../client/connection/outbox.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { json, messageOf, StubServer } from "../stub_server.ts";

/** How drafts are sent: the route, and the body of its request. */
const ways: readonly (readonly [Draft, string, unknown])[] = [
  [{ text: "hi" }, "POST /send", { text: "hi" }],
  [{ text: "hi", to: "bob" }, "POST /send", { text: "hi", to: "bob" }],
  [{ room: "7", files: [4] }, "POST /send", { room: "7", files: [4] }],
  [{ text: "hi", commentOn: 9 }, "POST /comment", { message: 9, text: "hi" }],
  [{ text: "hi", room: "7", commentOn: 9 }, "POST /comment", { message: 9, text: "hi" }],
  [{ room: "7", commentOn: 9, files: [4] }, "POST /send", { comment_on: 9, files: [4] }],
];

for (const [draft, route, body] of ways) {
  Deno.test(`sendDraft() sends ${JSON.stringify(draft)} by ${route}`, async () => {
    const server = new StubServer();
    for (const each of ["POST /send", "POST /comment"]) {
      server.on(each, () => json(messageOf(11), 201));
    }
    const api = new ApiClient({
      forms: checkedForms,
      readFault,
      origin: "http://chat.example",
      transport: server.transport,
      clock: new VirtualClock(),
    });
    assertEquals((await sendDraft(api, { key: "k1", draft })).id, 11);
    const seen = server.requests.map((
      request,
    ) => [`${request.method} ${request.path}`, request.body]);
    assertEquals(seen, [[route, body]]);
    assertEquals(server.requests[0]?.headers.get("idempotency-key"), "k1");
  });
}
