import { assertEquals } from "@std/assert";
import type { Place } from "../../../../../client/conversation/model/place.ts";
import { Drafts, draftsMax, draftUnitsMax } from "../../../../../client/web/page/account/drafts.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { Storage } from "./storage.ts";

class Scene {
  readonly storage = new Storage();
  readonly clock = new VirtualClock();

  tab(account = "a"): Drafts {
    return new Drafts({ ...this.storage.tab(), clock: this.clock, account });
  }
}

const common: Place = { kind: "common" };
const bob: Place = { kind: "private", user: "bob" };
const roomOf = (room: number): Place => ({ kind: "room", room: `${room}` });

Deno.test("Drafts keeps one text a place, in all tabs, over a reload", () => {
  const scene = new Scene();
  const tab = scene.tab();
  const places: Place[] = [common, bob, roomOf(1)];
  assertEquals(places.map((place) => tab.at(place)), ["", "", ""]);
  for (const [index, place] of places.entries()) tab.keep(place, `text ${index}`);
  assertEquals(places.map((place) => scene.tab().at(place)), ["text 0", "text 1", "text 2"]);
  assertEquals(scene.tab().at({ kind: "private", user: "BOB" }), "text 1");
  tab.keep(bob, "");
  assertEquals([scene.tab().at(bob), scene.storage.keys.length], ["", 2]);
});

Deno.test("Drafts does not show one account what another writes", () => {
  const scene = new Scene();
  scene.tab("a").keep(common, "mine");
  assertEquals(scene.tab("b").at(common), "");
});

Deno.test("Drafts tells when another tab has written", () => {
  const scene = new Scene();
  const [one, other] = [scene.tab(), scene.tab()];
  const seen: string[] = [];
  const leave = other.watch(() => seen.push(other.at(common)));
  one.keep(common, "a");
  one.keep(common, "ab");
  scene.storage.tab().drawer.setItem("chat.account", "");
  one.keep(common, "");
  assertEquals(seen, ["a", "ab", ""]);
  leave();
  one.keep(common, "b");
  assertEquals(seen.length, 3);
});

Deno.test("Drafts lets the oldest go beyond its bound", () => {
  const scene = new Scene();
  const tab = scene.tab();
  for (let room = 0; room < draftsMax; room++) tab.keep(roomOf(room), "x");
  tab.keep(roomOf(0), "lately");
  assertEquals(scene.storage.keys.length, draftsMax);
  tab.keep(common, "one more");
  assertEquals(scene.storage.keys.length, draftsMax);
  assertEquals([0, 1, 2].map((room) => tab.at(roomOf(room))), ["lately", "", "x"]);
  assertEquals(tab.at(common), "one more");
});

Deno.test("Drafts keeps a long text at hand, and only a shorter one for the next time", () => {
  const scene = new Scene();
  const tab = scene.tab();
  const [longest, longer] = ["x".repeat(draftUnitsMax), "x".repeat(draftUnitsMax + 1)];
  tab.keep(common, longest);
  assertEquals(scene.tab().at(common), longest);
  tab.keep(common, longer);
  assertEquals([tab.at(common), scene.tab().at(common)], [longer, ""]);
  tab.keep(common, "");
  assertEquals(tab.at(common), "");
});

Deno.test("Drafts keeps what does not fit in at hand, of the last places only", () => {
  const scene = new Scene();
  scene.storage.full = true;
  const tab = scene.tab();
  for (let room = 0; room <= draftsMax; room++) tab.keep(roomOf(room), `text ${room}`);
  assertEquals([0, 1, draftsMax].map((room) => tab.at(roomOf(room))), [
    "",
    "text 1",
    `text ${draftsMax}`,
  ]);
  // What another tab has written since is newer.
  scene.storage.full = false;
  tab.watch(() => {});
  scene.tab().keep(roomOf(1), "newer");
  assertEquals(tab.at(roomOf(1)), "newer");
});

Deno.test("Drafts goes along with whom it is written to", () => {
  const scene = new Scene();
  const tab = scene.tab();
  tab.keep(bob, "dear");
  for (const each of [tab, scene.tab()]) each.rename({ before: "bob", user: "robert" });
  assertEquals([tab.at(bob), tab.at({ kind: "private", user: "robert" })], ["", "dear"]);
});
