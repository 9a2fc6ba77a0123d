import { assertEquals } from "@std/assert";
import { UnsentDrafts, unsentMax } from "../../../../../client/web/page/account/unsent.ts";
import type { Unsent } from "../../../../../client/web/page/tab.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { Storage } from "./storage.ts";

class Scene {
  readonly storage = new Storage();
  readonly clock = new VirtualClock();

  tab(account = "a"): UnsentDrafts {
    return new UnsentDrafts({ ...this.storage.tab(), clock: this.clock, account });
  }
}

function unsentOf(key: string): Unsent {
  return { sending: { key, draft: { text: key } }, why: "it was refused", arrived: "never" };
}

const keysOf = (drafts: UnsentDrafts) => drafts.value.map(({ sending }) => sending.key);

Deno.test("UnsentDrafts keeps each once, in order, over a reload", () => {
  const scene = new Scene();
  const [one, other] = [scene.tab(), scene.tab()];
  for (const tab of [one, other]) for (const key of ["b", "a"]) tab.add(unsentOf(key));
  assertEquals(scene.tab().value, [unsentOf("b"), unsentOf("a")]);
  assertEquals(scene.tab("b").value, []);
});

Deno.test("UnsentDrafts tells of what this tab does, and another, until it is closed", () => {
  const scene = new Scene();
  const [one, other] = [scene.tab(), scene.tab()];
  const seen: string[][] = [];
  other.watch(() => seen.push(keysOf(other)));
  one.add(unsentOf("a"));
  other.add(unsentOf("b"));
  one.remove(unsentOf("a"));
  scene.storage.tab().drawer.setItem("chat.account", "");
  assertEquals(seen, [["a"], ["a", "b"], ["b"]]);
  other.close();
  one.add(unsentOf("c"));
  assertEquals(seen.length, 3);
});

Deno.test("UnsentDrafts lets the oldest go beyond its bound", () => {
  const scene = new Scene();
  const tab = scene.tab();
  for (let count = 0; count < unsentMax; count++) tab.add(unsentOf(`${count}`));
  assertEquals([tab.value.length, keysOf(tab)[0]], [unsentMax, "0"]);
  tab.add(unsentOf("more"));
  assertEquals([tab.value.length, keysOf(tab)[0], keysOf(tab).at(-1)], [unsentMax, "1", "more"]);
});

Deno.test("UnsentDrafts keeps what does not fit in at hand, until it is let go", () => {
  const scene = new Scene();
  scene.storage.full = true;
  const tab = scene.tab();
  for (let count = 0; count <= unsentMax; count++) tab.add(unsentOf(`${count}`));
  assertEquals([tab.value.length, keysOf(tab)[0]], [unsentMax, "1"]);
  tab.remove(unsentOf("1"));
  assertEquals([tab.value.length, scene.tab().value], [unsentMax - 1, []]);
});

Deno.test("UnsentDrafts passes over what is damaged", () => {
  const scene = new Scene();
  scene.tab().add(unsentOf("good"));
  const value = { ...unsentOf("bad"), arrived: "who knows" };
  const entry = JSON.stringify({ account: "a", order: 1, value });
  scene.storage.items.setItem("chat.unsent.bad", entry);
  const misplaced = JSON.stringify({ account: "a", order: 1, value: unsentOf("other") });
  scene.storage.items.setItem("chat.unsent.one", misplaced);
  assertEquals(keysOf(scene.tab()), ["good"]);
});
