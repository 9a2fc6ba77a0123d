import { assert, assertEquals } from "@std/assert";
import {
  clearDrawer,
  keysOf,
  memoryDrawer,
  openDrawer,
} from "../../../../../client/web/page/account/drawer.ts";
import { Storage } from "./storage.ts";

Deno.test("openDrawer() gives the browser's own, and leaves nothing in it", () => {
  const storage = new Storage();
  const { drawer } = storage.tab();
  assert(openDrawer(() => drawer) === drawer);
  assertEquals(storage.keys, []);
});

Deno.test("openDrawer() does without where there is none, or one that takes nothing", () => {
  const full = new Storage();
  full.full = true;
  const none = () => {
    throw new DOMException("The operation is insecure", "SecurityError");
  };
  for (const open of [none, () => full.tab().drawer]) {
    const drawer = openDrawer(open);
    drawer.setItem("chat.a", "1");
    assertEquals([drawer.getItem("chat.a"), drawer.length, drawer.key(0)], ["1", 1, "chat.a"]);
  }
});

Deno.test("openDrawer() gives one that is full, for who is signed in there", () => {
  const storage = new Storage();
  const { drawer } = storage.tab();
  drawer.setItem("chat.account", "{}");
  storage.full = true;
  assert(openDrawer(() => drawer) === drawer);
});

Deno.test("clearDrawer() takes out all that is the page's, and nothing else", () => {
  const drawer = memoryDrawer();
  for (const key of ["chat.a", "other", "chat.b.c", "chatter"]) drawer.setItem(key, "");
  assertEquals(keysOf(drawer, "chat.").toSorted(), ["chat.a", "chat.b.c"]);
  clearDrawer(drawer);
  assertEquals(keysOf(drawer, ""), ["other", "chatter"]);
});
