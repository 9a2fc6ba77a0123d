import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  OutboxFull,
  outboxMessagesMax,
  type Sending,
  ShelfFault,
} from "../../../../../client/connection/outbox.ts";
import { BrowserShelf } from "../../../../../client/web/page/account/shelf.ts";
import { idempotencyKeyCharactersMax } from "../../../../../lib/domain/bounds.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { Storage } from "./storage.ts";

class Scene {
  readonly storage = new Storage();
  readonly clock = new VirtualClock();

  tab(account = "a"): BrowserShelf {
    return new BrowserShelf({ drawer: this.storage.tab().drawer, clock: this.clock, account });
  }
}

function sendingOf(key: string, changes: Partial<Sending> = {}): Sending {
  return { key, draft: { text: `text of ${key}` }, ...changes };
}

const keysOf = (sendings: readonly Sending[]) => sendings.map(({ key }) => key);

Deno.test("BrowserShelf keeps all of a draft over a reload", () => {
  const scene = new Scene();
  const whole: Sending = {
    key: "k",
    draft: { text: "x", to: "bob", room: "12", commentOn: 7, files: [1, 2] },
    log: "k3f9",
    triedMs: 5,
  };
  scene.tab().keep(whole);
  assertEquals(scene.tab().left, [whole]);
  assertEquals(scene.tab().more(), [whole]);
});

Deno.test("BrowserShelf keeps the order in which all tabs have written, whatever the clock does", () => {
  const scene = new Scene();
  const one = scene.tab();
  for (const key of ["z", "y"]) one.keep(sendingOf(key));
  scene.clock.advance(1000);
  scene.tab().keep(sendingOf("x"));
  scene.clock.setWall(0);
  scene.tab().keep(sendingOf("w"));
  // What is new about one does not move it.
  scene.tab().keep(sendingOf("z", { triedMs: 1 }));
  assertEquals(keysOf(scene.tab().left), ["z", "y", "x", "w"]);
  assertEquals(scene.tab().left[0]?.triedMs, 1);
});

Deno.test("BrowserShelf forgets what is answered, in all tabs", () => {
  const scene = new Scene();
  const [one, other] = [scene.tab(), scene.tab()];
  one.keep(sendingOf("a"));
  assert(other.has("a"));
  other.forget(sendingOf("a"));
  other.forget(sendingOf("a"));
  assertEquals([one.has("a"), one.left, scene.storage.keys], [false, [], []]);
});

Deno.test("BrowserShelf does not show one account what another has written", () => {
  const scene = new Scene();
  scene.tab("a").keep(sendingOf("k"));
  assertEquals([scene.tab("b").left, scene.tab("b").has("k")], [[], false]);
});

Deno.test("BrowserShelf passes over what is damaged, or of a later version", () => {
  const scene = new Scene();
  const longest = "k".repeat(idempotencyKeyCharactersMax);
  scene.tab().keep(sendingOf("good"));
  scene.tab().keep(sendingOf(longest));
  const frame = (value: unknown) => JSON.stringify({ account: "a", order: 1, value });
  const damaged = {
    cut: '{"account":"a"',
    none: "null",
    unowned: JSON.stringify({ value: sendingOf("unowned") }),
    empty: frame({}),
    wrong: frame({ key: "wrong", draft: { text: 7 } }),
    elsewhere: frame(sendingOf("else")),
    "no\u0000key": frame(sendingOf("no\u0000key")),
    "no key": frame(sendingOf("no key")),
    "clé": frame(sendingOf("clé")),
    "": frame(sendingOf("")),
    ["k".repeat(idempotencyKeyCharactersMax + 1)]: frame(
      sendingOf("k".repeat(idempotencyKeyCharactersMax + 1)),
    ),
    later: frame({ key: "later", draft: { text: "x", group: "who knows" } }),
  };
  for (const [key, value] of Object.entries(damaged)) {
    scene.storage.items.setItem(`chat.outbox.${key}`, value);
  }
  assertEquals(keysOf(scene.tab().left), ["good", longest]);
});

Deno.test("BrowserShelf says so when there is no room, and leaves everything as it was", () => {
  const scene = new Scene();
  const shelf = scene.tab();
  shelf.keep(sendingOf("a"));
  scene.storage.full = true;
  assertThrows(() => shelf.keep(sendingOf("b")), ShelfFault);
  assertThrows(() => shelf.keep(sendingOf("a", { triedMs: 1 })), ShelfFault);
  assertEquals(shelf.left, [sendingOf("a")]);
});

Deno.test("BrowserShelf has room for the mark of each draft that it keeps, in a full browser too", () => {
  const scene = new Scene();
  const shelf = scene.tab();
  const whole = sendingOf("a", { log: "k3f9" });
  shelf.keep(whole);
  scene.storage.quotaUnits = scene.storage.units;
  assertThrows(() => shelf.keep(sendingOf("b")), ShelfFault);
  for (const triedMs of [1, Date.UTC(2026, 10, 20), Number.MAX_SAFE_INTEGER]) {
    const tried = { ...whole, triedMs };
    shelf.keep(tried);
    assertEquals(shelf.left, [tried]);
  }
  // It may turn out not to have been tried.
  shelf.keep(whole);
  assertEquals([shelf.left, scene.storage.units], [[whole], scene.storage.quotaUnits]);
});

Deno.test("BrowserShelf takes no more than its bound", () => {
  const scene = new Scene();
  const shelf = scene.tab();
  for (let count = 0; count < outboxMessagesMax; count++) shelf.keep(sendingOf(`${count}`));
  assertThrows(() => scene.tab().keep(sendingOf("more")), OutboxFull);
  // What is there already may still be marked.
  shelf.keep(sendingOf("7", { triedMs: 1 }));
  shelf.forget(sendingOf("0"));
  shelf.keep(sendingOf("more"));
  assertEquals(shelf.left.length, outboxMessagesMax);
});
