/**
 * What a store knows of users: their tokens, their names, their limits, and the reports about them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { TokenId } from "../../../lib/domain/ids.ts";
import { foldName } from "../../../lib/text/names.ts";
import { nobody, type Test } from "./setting.ts";

export function userContract(test: Test): void {
  test("findToken() finds a token by its hash, with its user", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const { token } = await chat.do({
      type: "token.issue",
      actor: bob.id,
      grant: { hash: "secret's hash" },
    });
    const found = await chat.store.findToken("secret's hash");
    assertEquals([found?.token.id, found?.user.id], [token, bob.id]);
    assertEquals(await chat.store.findToken("another"), undefined);
    assertEquals(await chat.store.findToken(""), undefined);
    await chat.do({ type: "token.revoke", actor: bob.id, token });
    assertEquals(await chat.store.findToken("secret's hash"), undefined);
    assertEquals((await chat.store.tokensOf(alice.id)).map(({ id }) => id), [alice.token]);
  });

  test("tokensOf() tells when each client was last seen", async (chat) => {
    const alice = await chat.register("alice");
    chat.nowMs += 5000;
    await chat.do({ type: "token.touch", tokens: [alice.token] });
    await chat.do({ type: "token.touch", tokens: [999 as TokenId] });
    const [token] = await chat.store.tokensOf(alice.id);
    assertEquals(token?.lastSeenMs, chat.nowMs);
    assertEquals(await chat.store.tokensOf(nobody), []);
  });

  test("findUser() finds nobody by text that is no name", async (chat) => {
    await chat.register("alice");
    assertEquals((await chat.store.findUser(foldName("ALICE")))?.name, "alice");
    for (const text of ["", "alice\0", "\0alice", "alice ", "\ud800", "a%", "al_ce", "'"]) {
      assertEquals(await chat.store.findUser(foldName(text)), undefined, JSON.stringify(text));
    }
  });

  test("countUsers() counts everyone", async (chat) => {
    assertEquals(await chat.store.countUsers(), 0);
    await chat.people("alice", "bob");
    assertEquals(await chat.store.countUsers(), 2);
  });

  // By UTF-16 units, which JavaScript compares, those after 﨎 (U+FA0E) would come before it.
  const inOrder = ["10", "9", "alice", "bob", "zed", "éva", "иван", "ꙮ", "﨎", "𐐨x", "😀", "🦊"];
  const shuffled = [5, 10, 0, 8, 3, 11, 1, 9, 6, 2, 7, 4].map((at) => inOrder[at] ?? "");

  test("users() are in the order of code points, beyond the basic plane too", async (chat) => {
    await chat.people(...shuffled);
    const { items, hasMore } = await chat.store.users({ limit: 100 });
    assertEquals(items.map(({ name }) => name), inOrder);
    assertEquals(hasMore, false);
  });

  test("users() come in pages that leave nobody out and tell nobody twice", async (chat) => {
    await chat.people(...shuffled);
    for (const limit of [1, 5, 11, 12, 13]) {
      const seen: string[] = [];
      let after = foldName("");
      for (let more = true; more;) {
        const { items, hasMore } = await chat.store.users({ after, limit });
        assert(items.length <= limit);
        seen.push(...items.map(({ name }) => name));
        after = items.at(-1)?.folded ?? after;
        more = hasMore;
      }
      assertEquals(seen, inOrder, `pages of ${limit}`);
    }
  });

  test("users() tell whether there are more only if there are", async (chat) => {
    await chat.people("a", "b", "c");
    for (const [limit, hasMore] of [[2, true], [3, false], [4, false]] as const) {
      assertEquals((await chat.store.users({ limit })).hasMore, hasMore, `${limit}`);
    }
    assertEquals(await chat.store.users({ after: foldName("c"), limit: 1 }), {
      items: [],
      hasMore: false,
    });
    const between = await chat.store.users({ after: foldName("aa"), limit: 1 });
    assertEquals([between.items.map(({ name }) => name), between.hasMore], [["b"], true]);
  });

  test("users() can be those of some only", async (chat) => {
    const [, b, c, d] = await chat.people("a", "b", "c", "d");
    const only = new Set([d.id, b.id, nobody]);
    const names = async (query: { after?: string; limit: number }) => {
      const { after, limit } = query;
      const page = await chat.store.users({
        ...(after !== undefined && { after: foldName(after) }),
        limit,
        only,
      });
      return [page.items.map(({ name }) => name), page.hasMore];
    };
    assertEquals<unknown>(await names({ limit: 9 }), [["b", "d"], false]);
    assertEquals<unknown>(await names({ limit: 2 }), [["b", "d"], false]);
    assertEquals<unknown>(await names({ limit: 1 }), [["b"], true]);
    assertEquals<unknown>(await names({ after: "b", limit: 1 }), [["d"], false]);
    const none = await chat.store.users({ limit: 9, only: new Set() });
    assertEquals<unknown>(none, { items: [], hasMore: false });
    assertEquals(Number(c.id) > 0, true);
  });

  test("users() can be those of all but some", async (chat) => {
    const [a, , c] = await chat.people("a", "b", "c", "d");
    const except = new Set([c.id, a.id, nobody]);
    const names = async (limit: number) => {
      const page = await chat.store.users({ limit, except });
      return [page.items.map(({ name }) => name), page.hasMore];
    };
    assertEquals<unknown>(await names(2), [["b", "d"], false]);
    assertEquals<unknown>(await names(1), [["b"], true]);
  });

  test("a page of users() that is not read to its end leaves nothing open", async (chat) => {
    await chat.people("a", "b", "c");
    await chat.store.users({ limit: 1 });
    const dora = await chat.register("d");
    await chat.store.users({ limit: 2 });
    assertEquals((await chat.store.users({ limit: 9 })).items.at(-1)?.id, dora.id);
  });

  test("user() tells all that is known of someone", async (chat) => {
    const [alice, bob] = await chat.people("Alice", "bob");
    const banned = { ...chat.policy, banAfter: 1 };
    chat.policy = banned;
    await chat.report(alice, bob);
    const password = { hash: "p", oldHash: undefined, token: alice.token };
    await chat.do({ type: "profile.change", actor: alice.id, password });
    assertEquals<unknown>(await chat.store.user(alice.id), {
      id: alice.id,
      name: "Alice",
      folded: "alice",
      passwordHash: "p",
      createdMs: chat.nowMs,
      bannedUntilMs: chat.nowMs + banned.banForMs,
    });
    assertEquals<unknown>(await chat.store.user(bob.id), {
      id: bob.id,
      name: "bob",
      folded: "bob",
      createdMs: chat.nowMs,
    });
    assertEquals(await chat.store.user(nobody), undefined);
  });

  test("reportsOn() tells all about someone, and none about another", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { id } = await chat.say(alice, "grr");
    const about = { type: "report", target: foldName("alice") } as const;
    await chat.do({ ...about, actor: bob.id, reason: "rude", message: id });
    await chat.do({ ...about, actor: carl.id });
    await chat.report(bob, carl);
    const reports = await chat.store.reportsOn(alice.id);
    assertEquals<unknown>(reports.toSorted((a, b) => a.reporter - b.reporter), [
      { reporter: bob.id, target: alice.id, atMs: chat.nowMs, reason: "rude", message: id },
      { reporter: carl.id, target: alice.id, atMs: chat.nowMs },
    ]);
    assertEquals((await chat.store.reportsOn(bob.id)).length, 1);
    assertEquals(await chat.store.reportsOn(nobody), []);
  });

  test("reportsOn() forgets what was settled", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    chat.policy = { ...chat.policy, banAfter: 2 };
    await chat.report(alice, bob, carl);
    chat.nowMs += chat.policy.banForMs;
    await chat.report(alice, carl);
    assertEquals<unknown>(await chat.store.reportsOn(alice.id), [
      { reporter: carl.id, target: alice.id, atMs: chat.nowMs },
    ]);
  });

  test("window() tells what was used of each limit by itself", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    chat.policy = { ...chat.policy, limit: 20 };
    assertEquals(await chat.store.window(alice.id, "common"), undefined);
    for (const text of ["1", "2"]) await chat.say(alice, text);
    await chat.do({ type: "profile.change", actor: alice.id, name: "anna" });
    const openedMs = chat.nowMs;
    chat.nowMs += 5;
    await chat.say(alice, "3");
    const window = { user: alice.id, openedMs } as const;
    assertEquals<unknown>(await chat.store.window(alice.id, "common"), {
      ...window,
      kind: "common",
      used: 3,
    });
    assertEquals<unknown>(await chat.store.window(alice.id, "rename"), {
      ...window,
      kind: "rename",
      used: 1,
    });
    assertEquals(await chat.store.window(alice.id, "invite"), undefined);
    assertEquals(await chat.store.window(bob.id, "common"), undefined);
  });
}
