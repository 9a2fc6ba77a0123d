/**
 * What is never compressed: all that is for one user, and all that is a stream.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { operations } from "../../../lib/api/operations.ts";
import { streamFaces } from "../../../server/api/event_formats.ts";
import { everyOperation, withApi } from "./driver.ts";
import { prepareGarden } from "./garden.ts";
import { upload } from "./shelf.ts";

const eager = ["gzip, deflate, br", "*", "br;q=1, identity;q=0", "gzip, *;q=0"];
// What is the same for everyone.
const compressed: readonly string[] = [
  operations.docs.route,
  operations.openapi.route,
  operations.page.route,
  operations.joinPage.route,
];

for (const { ask } of everyOperation) {
  if (compressed.some((route) => ask === `GET ${route}`)) continue;
  Deno.test(`${ask} is answered as it is, whatever Accept-Encoding says`, async () => {
    await withApi(async (api) => {
      const { alice } = await prepareGarden(api);
      for (const accept of eager) {
        for (const token of [alice, undefined]) {
          const answered = await api.ask({
            ask,
            headers: { "Accept-Encoding": accept },
            ...(token !== undefined && { token }),
          });
          assertEquals(answered.headers.has("content-encoding"), false);
        }
      }
    });
  });
}

Deno.test("a token is sent as it is, whatever Accept-Encoding says", async () => {
  await withApi(async (api) => {
    for (const [at, accept] of eager.entries()) {
      const answered = await api.get({
        ask: "POST /connect",
        json: { user: `user${at}` },
        headers: { "Accept-Encoding": accept },
      });
      assert(answered.json.token.startsWith("chat_"));
      assertEquals(answered.headers.has("content-encoding"), false);
    }
  });
});

Deno.test("streams and files go out as they are, whatever Accept-Encoding says", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    for (const accept of eager) {
      for (const { mediaType } of streamFaces(api.store.epoch)) {
        const headers = { "Accept-Encoding": accept, Accept: mediaType };
        const answered = await api.get({ ask: "GET /events", token: alice, headers });
        assertEquals(answered.headers.has("content-encoding"), false);
        const stream = answered.listen();
        await api.turn();
        const text = `hello ${mediaType}, ${accept}`;
        await api.send(alice, text);
        await api.turn();
        assert(new TextDecoder().decode(stream.bytes).includes(text), text);
        stream.close();
      }
      const bytes = new TextEncoder().encode("a".repeat(1000));
      const id = await upload(api, alice, { bytes });
      const headers = { "Accept-Encoding": accept };
      const answered = await api.get({ ask: `GET /files/${id}`, token: alice, headers });
      assertEquals(answered.headers.has("content-encoding"), false);
      assertEquals(await answered.download(), bytes);
    }
  });
});
