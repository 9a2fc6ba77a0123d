/**
 * A token goes to its own server, and to no other that this one names.
 *
 * @module
 */
import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assertEquals, assertRejects } from "@std/assert";
import { ApiClient } from "../../../client/connection/api_client.ts";
import { BadAnswer } from "../../../client/connection/failures.ts";
import { systemClock } from "../../../lib/clock.ts";

for (const status of [301, 302, 303, 307, 308]) {
  Deno.test(`no token follows a redirect of ${status}, whatever is asked for`, async () => {
    const seen: string[] = [];
    await using thief = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      seen.push(request.headers.get("authorization") ?? "none");
      return new Response("{}");
    });
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      ({ url }) => {
        const { pathname } = new URL(url);
        const location = `http://127.0.0.1:${thief.addr.port}${pathname}`;
        return new Response(null, { status, headers: { location } });
      },
    );
    const api = new ApiClient({
      forms: checkedForms,
      readFault,
      origin: `http://127.0.0.1:${server.addr.port}`,
      token: "secret",
      transport: (url, init) => fetch(url, init),
      clock: systemClock,
    });
    const { signal } = new AbortController();
    const asks: readonly (() => Promise<unknown>)[] = [
      () => api.call("status"),
      () => api.call("send", { body: { text: "hi" } }),
      () => api.download({ id: 12 }),
      () => api.events({ after: "k-1", signal }).next(),
    ];
    for (const ask of asks) await assertRejects(ask, BadAnswer);
    assertEquals(seen, []);
  });
}
