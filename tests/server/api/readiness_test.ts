/**
 * When the server says that it can do its work.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { storeAnswerMs } from "../../../server/api/readiness.ts";
import { probeEveryMs } from "../../../server/chat/engine.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { Gate } from "../../support/scripted_store.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { type Answered, type Api, withApi } from "./driver.ts";

const ready = (api: Api): Promise<Answered> => api.ask({ ask: "GET /readyz" });

async function codeOf(answered: Answered | Promise<Answered>): Promise<string> {
  const { status, json } = await answered;
  return `${status} ${json.code ?? json.status}`;
}

/** The store takes nothing; `tell` sends a message. */
async function fail(api: Api): Promise<() => Promise<Answered>> {
  const token = await api.connect("alice");
  const full = () => {
    throw new StoreFailure("disk full");
  };
  api.store.before.transact = full;
  api.store.probe = () => Promise.reject(new StoreFailure("disk full"));
  return () => api.ask({ ask: "POST /send", token, json: { text: "hello" } });
}

/** It takes everything again. */
function heal(api: Api, probes: { count: number } = { count: 0 }): void {
  delete api.store.before.transact;
  api.store.probe = () => {
    probes.count++;
    return Promise.resolve();
  };
}

Deno.test("/readyz says ready while the server works", async () => {
  await withApi(async (api) => {
    const { waiting } = api.clock;
    assertEquals(await codeOf(ready(api)), "200 ready");
    assertEquals(api.clock.waiting, waiting);
  });
});

Deno.test("/readyz says no from a failed commit on, and /healthz still yes", async () => {
  await withApi(async (api) => {
    const send = await fail(api);
    assertEquals(await codeOf(ready(api)), "200 ready");
    assertEquals(await codeOf(send()), "503 busy");
    assertEquals(await codeOf(ready(api)), "503 busy");
    assertEquals(await codeOf(api.ask({ ask: "GET /healthz" })), "200 ok");
  });
});

Deno.test("/readyz says yes again after a commit", async () => {
  await withApi(async (api) => {
    const send = await fail(api);
    await send();
    assertEquals(await codeOf(ready(api)), "503 busy");
    const probes = { count: 0 };
    heal(api, probes);
    assertEquals((await send()).status, 201);
    assertEquals(await codeOf(ready(api)), "200 ready");
    assertEquals(probes.count, 0);
  });
});

Deno.test("/readyz says yes again when the store can save, though nobody sends anything", async () => {
  await withApi(async (api) => {
    await (await fail(api))();
    assertEquals(await codeOf(ready(api)), "503 busy");
    const probes = { count: 0 };
    heal(api, probes);
    // Whoever asks more often than that gets what was found last.
    api.clock.advance(probeEveryMs - 1);
    assertEquals(await codeOf(ready(api)), "503 busy");
    assertEquals(probes.count, 0);
    api.clock.advance(1);
    assertEquals(await codeOf(ready(api)), "200 ready");
    assertEquals(probes.count, 1);
    assertEquals(await codeOf(ready(api)), "200 ready");
    assertEquals(probes.count, 1);
  });
});

Deno.test("/readyz is not told to say yes by a commit that had nothing to save", async () => {
  await withApi(async (api) => {
    const token = await api.connect("bob");
    const send = await fail(api);
    await send();
    delete api.store.before.transact;
    // A refused command is a transaction without anything in it.
    const json = { to: "nobody", text: "psst" };
    assertEquals(await codeOf(api.ask({ ask: "POST /send", token, json })), "404 not_found");
    assertEquals(await codeOf(ready(api)), "503 busy");
  });
});

Deno.test("/readyz says no after a store that has held up everything for so long", async () => {
  await withApi(async (api) => {
    const { clock } = api;
    for (const [heldMs, code] of [[storeAnswerMs - 1, "200 ready"], [storeAnswerMs, "503 busy"]]) {
      const passed = clock.monotonic();
      api.store.head = () => {
        clock.monotonic = () => passed + Number(heldMs);
        return Promise.resolve(0);
      };
      assertEquals(await codeOf(ready(api)), code);
      clock.monotonic = VirtualClock.prototype.monotonic;
    }
  });
});

Deno.test("/readyz waits only so long for a store that hangs, and asks it once", async () => {
  await withApi(async (api) => {
    const gate = new Gate();
    let asked = 0;
    api.store.head = () => {
      asked++;
      return gate.wait().then(() => 0);
    };
    const answers = [ready(api), ready(api)];
    await gate.reached;
    let isThere = false;
    void answers[0]?.then(() => isThere = true);
    await api.pass(storeAnswerMs - 1);
    assertEquals(isThere, false);
    await api.pass(1);
    assertEquals(await Promise.all(answers.map(codeOf)), ["503 busy", "503 busy"]);
    const third = ready(api);
    await api.turn();
    assertEquals(asked, 1);
    gate.open();
    assertEquals(await codeOf(third), "200 ready");
    assertEquals(await codeOf(ready(api)), "200 ready");
    assertEquals(asked, 2);
  });
});

Deno.test("/readyz says no first of all when the server is to stop, while it still serves", async () => {
  await withApi(async (api) => {
    const token = await api.connect("alice");
    api.readiness.end();
    assertEquals(await codeOf(ready(api)), "503 shutting_down");
    assertEquals(await codeOf(api.ask({ ask: "GET /healthz" })), "200 ok");
    await api.send(token, "the last word");
    api.app.close();
    assertEquals(await codeOf(ready(api)), "503 shutting_down");
    assertEquals(await codeOf(api.ask({ ask: "GET /healthz" })), "503 shutting_down");
  });
});

Deno.test("/readyz says that it is stopping even if the store was asked before", async () => {
  await withApi(async (api) => {
    const gate = new Gate();
    api.store.head = () => gate.wait().then(() => 0);
    const answer = ready(api);
    await gate.reached;
    api.readiness.end();
    gate.open();
    assertEquals(await codeOf(answer), "503 shutting_down");
  });
});
