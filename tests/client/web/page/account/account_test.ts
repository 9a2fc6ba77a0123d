import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { AccountKeeper } from "../../../../../client/web/page/account/account.ts";
import { memoryDrawer } from "../../../../../client/web/page/account/drawer.ts";
import { SeededRandom } from "../../../../support/seeded_random.ts";
import { Storage } from "./storage.ts";

class Scene {
  readonly storage = new Storage();
  readonly #random = new SeededRandom(1);

  tab(): AccountKeeper {
    return new AccountKeeper({ ...this.storage.tab(), random: this.#random });
  }

  /** Something that was written by whoever is signed in. */
  leave(): void {
    this.storage.items.setItem("chat.draft.common", "{}");
  }

  get isLeft(): boolean {
    return this.storage.items.getItem("chat.draft.common") !== null;
  }
}

const alice = { user: "alice", token: "t1" };

Deno.test("AccountKeeper keeps who is signed in over a reload", () => {
  const scene = new Scene();
  const tab = scene.tab();
  assertEquals(tab.value, undefined);
  const account = tab.signIn(alice);
  assertEquals({ user: account.user, token: account.token }, alice);
  assertEquals(tab.value, account);
  assertEquals(scene.tab().value, account);
});

Deno.test("AccountKeeper tells each tab of what another one does, once", () => {
  const scene = new Scene();
  const [one, other] = [scene.tab(), scene.tab()];
  const seen: (string | undefined)[] = [];
  other.watch(() => seen.push(other.value?.user));
  const account = one.signIn(alice);
  one.rename("alice");
  one.rename("alicia");
  one.signOut();
  assertEquals(seen, ["alice", "alicia", undefined]);
  assertNotEquals(one.signIn(alice).id, account.id);
  scene.storage.clear();
  assertEquals(seen.slice(3), ["alice", undefined]);
  other.close();
  one.signIn(alice);
  assertEquals(seen.length, 5);
});

Deno.test("AccountKeeper takes what is damaged for nobody", () => {
  for (
    const damaged of [
      "{",
      "null",
      "[]",
      '{"user":"alice"}',
      '{"user":"","token":"t","id":"i"}',
      '{"user":"alice","token":7,"id":"i"}',
      '{"user":"alice","token":"","id":"i"}',
      '{"user":"alice","token":"t\\n","id":"i"}',
      '{"user":"alice","token":"t t","id":"i"}',
      '{"user":"alice","token":"té","id":"i"}',
      '{"user":"alice","token":"t\\u007f","id":"i"}',
    ]
  ) {
    const scene = new Scene();
    scene.storage.items.setItem("chat.account", damaged);
    scene.leave();
    const tab = scene.tab();
    assertEquals([tab.value, tab.lastUser, scene.isLeft], [undefined, undefined, false]);
  }
});

Deno.test("AccountKeeper leaves nothing of who signs out", () => {
  const scene = new Scene();
  const tab = scene.tab();
  tab.signIn(alice);
  scene.leave();
  tab.signOut();
  assertEquals([tab.value, scene.storage.keys], [undefined, []]);
});

Deno.test("AccountKeeper takes a token of all that a header may hold", () => {
  const scene = new Scene();
  const token = Array.from({ length: 94 }, (_, at) => String.fromCharCode(33 + at)).join("");
  scene.tab().signIn({ user: "alice", token });
  assertEquals(scene.tab().value?.token, token);
});

Deno.test("AccountKeeper leaves nothing of what a tab has written before it hears of signing out", () => {
  const scene = new Scene();
  const [one, other] = [scene.tab(), scene.tab()];
  one.signIn(alice);
  const left: boolean[] = [];
  // As if it had written it in the instant in which the other one signed out.
  other.watch(() => {
    if (other.value === undefined) scene.leave();
    left.push(scene.isLeft);
  });
  one.signOut();
  assertEquals([left, scene.isLeft], [[true], false]);
  // What waits of who was refused is kept.
  one.expire(one.signIn(alice));
  other.look();
  assertEquals([left, scene.isLeft], [[true, false, true], true]);
});

Deno.test("AccountKeeper knows whether it can keep who is signed in", () => {
  const scene = new Scene();
  const tab = scene.tab();
  tab.signIn(alice);
  assert(tab.isKept);
  scene.storage.full = true;
  tab.signIn({ user: "alice", token: "t2" });
  assert(!tab.isKept);
  scene.storage.full = false;
  tab.rename("alicia");
  assert(
    !new AccountKeeper({
      drawer: memoryDrawer(),
      watchOthers: () => () => {},
      random: new SeededRandom(1),
    }).isKept,
  );
});

Deno.test("AccountKeeper keeps what waits for who signs in again, and for nobody else", () => {
  for (const user of ["alice", "ALICE", "bob"]) {
    const scene = new Scene();
    const tab = scene.tab();
    const account = tab.signIn(alice);
    scene.leave();
    tab.expire(account);
    assertEquals([tab.value, tab.lastUser, scene.isLeft], [undefined, "alice", true]);
    assertEquals([scene.tab().value, scene.isLeft], [undefined, true]);
    const again = tab.signIn({ user, token: "t2" });
    assertEquals([again.id === account.id, scene.isLeft], [user !== "bob", user !== "bob"]);
    assertEquals(tab.value, again);
  }
});

Deno.test("AccountKeeper lets no token go that is newer than the one that was refused", () => {
  const scene = new Scene();
  const tab = scene.tab();
  const old = tab.signIn(alice);
  const account = tab.signIn({ user: "alice", token: "t2" });
  tab.expire(old);
  assertEquals([tab.value, scene.tab().value], [account, account]);
});

Deno.test("AccountKeeper of a tab that slept finds who has signed in since", () => {
  const { storage } = new Scene();
  const asleep = () =>
    new AccountKeeper({
      drawer: storage.tab().drawer,
      watchOthers: () => () => {},
      random: new SeededRandom(2),
    });
  const [looking, refused] = [asleep(), asleep()];
  const before = looking.signIn(alice);
  const late = new AccountKeeper({
    drawer: storage.tab().drawer,
    watchOthers: () => () => {},
    random: new SeededRandom(2),
  });
  const other = refused.signIn({ user: "bob", token: "t2" });
  looking.look();
  assertEquals(looking.value, other);
  late.expire(before);
  assertEquals([late.value, late.lastUser], [other, "bob"]);
});

Deno.test("AccountKeeper does not sign in again by a rename who has just signed out", () => {
  const { storage } = new Scene();
  const { drawer } = storage.tab();
  // It does not hear of the others.
  const deaf = new AccountKeeper({
    drawer,
    watchOthers: () => () => {},
    random: new SeededRandom(1),
  });
  deaf.signIn(alice);
  storage.clear();
  deaf.rename("alicia");
  assertEquals(storage.keys, []);
});

Deno.test("AccountKeeper signs in for as long as the tab is there where nothing can be kept", () => {
  const scene = new Scene();
  scene.storage.full = true;
  const tab = scene.tab();
  tab.signIn(alice);
  tab.rename("alicia");
  assertEquals(tab.value?.user, "alicia");
  assert(scene.tab().value === undefined);
  tab.look();
  assertEquals(tab.value?.user, "alicia");
  scene.storage.full = false;
  tab.signIn(alice);
  scene.storage.full = true;
  tab.rename("alicia");
  assertEquals(scene.tab().value?.user, "alice");
  tab.signIn({ user: "alice", token: "t2" });
  assertEquals([tab.value?.token, scene.tab().value], ["t2", undefined]);
});
