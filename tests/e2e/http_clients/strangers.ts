/**
 * Peers that keep to no rule, and a guest who must not notice them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Guest } from "../../support/guest.ts";
import { patienceMs, within } from "../../support/tools.ts";
import { RawClient } from "../../server/http/loopback.ts";

/** A connection on which anything may be said. */
export async function stranger(url: string): Promise<RawClient & Disposable> {
  const { hostname, port } = new URL(url);
  const client = new RawClient(await Deno.connect({ hostname, port: Number(port) }));
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

/** Waits for `work` while `guest` goes on asking, and is answered each time. */
export async function undisturbed<Result>(guest: Guest, work: Promise<Result>): Promise<Result> {
  let under = true;
  const done = work.finally(() => under = false);
  // Whoever waits for it gets its failure; until then nobody does.
  done.catch(() => {});
  const startMs = performance.now();
  do {
    assertEquals((await guest.try("GET /status")).status, 200);
    assert(performance.now() - startMs < patienceMs, "it takes for ever");
  } while (under);
  return await done;
}

/** How often the guest asks between two bytes of one who drips. */
const asksPerByte = 20;

/**
 * Sends `text` byte by byte, as slowly as the guest asks and is answered in between, until the
 * server has said something or has gone; gives what it said in all.
 */
export async function drip(client: RawClient, guest: Guest, text: string): Promise<string> {
  let over = false;
  const rest = client.rest().finally(() => over = true);
  for (const byte of text) {
    for (let asked = 0; asked < asksPerByte && !over; asked++) {
      assertEquals((await guest.try("GET /status")).status, 200);
    }
    if (over) break;
    await client.send(byte);
  }
  return await within(rest, "the end");
}
