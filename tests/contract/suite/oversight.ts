/**
 * What a store tells those who look after the chat of its people: accounts, roles, bans, reports.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import type { Role } from "../../../lib/domain/role.ts";
import { foldName } from "../../../lib/text/names.ts";
import type { OpenReport, ReportPlace } from "../../../server/store/oversight.ts";
import type { Chat, Person } from "../../support/chat.ts";
import { deleteUser, loaded, type Test } from "./setting.ts";

async function giveRole(chat: Chat, { name }: Person, role: Role): Promise<void> {
  await chat.do({ type: "role.set", user: foldName(name), role });
}

async function ban(chat: Chat, { name }: Person, forMs: number): Promise<void> {
  await chat.do({ type: "user.ban", user: foldName(name), forMs });
}

/** The open reports, page by page, as who was reported for what reason. */
async function reportPages(chat: Chat, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let before: ReportPlace | undefined;
  for (let more = true; more;) {
    const { items, hasMore } = await chat.store.openReports(
      { ...(before !== undefined && { before }), limit },
      chat.nowMs,
    );
    pages.push(items.map(({ target, reason }) => `${target.name} ${reason ?? ""}`));
    before = items.at(-1)?.place;
    more = hasMore;
    assert(pages.length < 20, "the pages come to an end");
  }
  return pages;
}

async function openReports({ store, nowMs }: Chat): Promise<readonly OpenReport[]> {
  return (await store.openReports({ limit: 100 }, nowMs)).items;
}

async function report(
  { id }: Person,
  target: Person,
  chat: Chat,
  about: { readonly reason?: string; readonly message?: OpenReportMessage } = {},
): Promise<void> {
  await chat.do({ type: "report", actor: id, target: foldName(target.name), ...about });
}

type OpenReportMessage = NonNullable<OpenReport["message"]>["id"];

export function oversightContract(test: Test): void {
  test("accounts() tells of each user their clients, when they were seen, and reports", async (chat) => {
    const [bob, alice, carl] = await chat.people("bob", "Alice", "carl");
    await chat.do({ type: "token.issue", actor: bob.id, grant: { hash: "b2" } });
    await report(bob, alice, chat);
    await report(carl, alice, chat);
    await chat.do({ type: "token.revoke", actor: carl.id, token: carl.token });
    const joinedMs = chat.nowMs;
    chat.nowMs += 5000;
    await chat.do({ type: "token.touch", tokens: [bob.token] });
    const { items, hasMore } = await chat.store.accounts({ limit: 3 }, chat.nowMs);
    assertEquals(hasMore, false);
    assertEquals<unknown>(items, [
      {
        user: await chat.store.user(alice.id),
        clients: 1,
        lastSeenMs: joinedMs,
        reports: 2,
      },
      { user: await chat.store.user(bob.id), clients: 2, lastSeenMs: chat.nowMs, reports: 0 },
      { user: await chat.store.user(carl.id), clients: 0, reports: 0 },
    ]);
  });

  test("accounts() come in pages that leave nobody out and tell nobody twice", async (chat) => {
    const names = ["10", "alice", "bob", "иван", "﨎", "😀"];
    await chat.people(...names.toReversed());
    for (const limit of [1, 2, 5, 6, 7]) {
      const seen: string[] = [];
      let after = foldName("");
      for (let more = true; more;) {
        const { items, hasMore } = await chat.store.accounts({ after, limit }, chat.nowMs);
        assertEquals(items.length <= limit, true);
        seen.push(...items.map(({ user }) => user.name));
        after = items.at(-1)?.user.folded ?? after;
        more = hasMore;
      }
      assertEquals(seen, names, `pages of ${limit}`);
    }
  });

  test("accounts() counts no reports that are settled", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const reports = async () => {
      const { items } = await chat.store.accounts({ limit: 1 }, chat.nowMs);
      return items[0]?.reports;
    };
    await report(bob, alice, chat);
    await ban(chat, alice, hourMs);
    chat.nowMs += hourMs - 1;
    assertEquals(await reports(), 1);
    chat.nowMs += 1;
    assertEquals(await reports(), 0);
    await report(carl, alice, chat);
    assertEquals(await reports(), 1);
  });

  test("withRole() tells who has a role, by name, and nobody else", async (chat) => {
    const [dora, carl, bob] = await chat.people("dora", "carl", "Bob", "alice");
    assertEquals(await chat.store.withRole({ limit: 9 }), { items: [], hasMore: false });
    await giveRole(chat, dora, "moderator");
    await giveRole(chat, bob, "moderator");
    await giveRole(chat, carl, "owner");
    const roles = async (limit: number, after?: string) => {
      const page = await chat.store.withRole({
        limit,
        ...(after !== undefined && { after: foldName(after) }),
      });
      return [page.items.map(({ name, role }) => `${name}: ${role}`), page.hasMore];
    };
    const all = ["Bob: moderator", "carl: owner", "dora: moderator"];
    assertEquals(await roles(3), [all, false]);
    assertEquals(await roles(2), [all.slice(0, 2), true]);
    assertEquals(await roles(2, "carl"), [all.slice(2), false]);
    assertEquals(await roles(1, "bob"), [["carl: owner"], true]);
    await chat.do({ type: "role.set", user: foldName("carl") });
    assertEquals(await roles(3), [["Bob: moderator", "dora: moderator"], false]);
  });

  test("transact() loads the owners, and no moderators", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    await giveRole(chat, alice, "moderator");
    await giveRole(chat, bob, "owner");
    await giveRole(chat, carl, "owner");
    await loaded(chat, { owners: true }, (state) => {
      const found = [...state.users].map(({ id, role }) => [id, role] as const);
      assertEquals(found.toSorted(([a], [b]) => a - b), [[bob.id, "owner"], [carl.id, "owner"]]);
    });
    await loaded(chat, { owners: false }, (state) => assertEquals([...state.users], []));
  });

  test("banned() tells who may not send, by name, until the moment they may", async (chat) => {
    const [bob, alice, carl] = await chat.people("bob", "alice", "carl", "dora");
    await ban(chat, bob, hourMs);
    await ban(chat, alice, 2 * hourMs);
    await ban(chat, carl, 2 * hourMs);
    const page = async (limit: number, after = "") => {
      const { items, hasMore } = await chat.store.banned(
        { limit, after: foldName(after) },
        chat.nowMs,
      );
      return [items.map(({ name }) => name), hasMore];
    };
    const banned = async () => (await page(9))[0];
    assertEquals(await page(3), [["alice", "bob", "carl"], false]);
    assertEquals(await page(2), [["alice", "bob"], true]);
    assertEquals(await page(2, "bob"), [["carl"], false]);
    chat.nowMs += hourMs - 1;
    assertEquals(await banned(), ["alice", "bob", "carl"]);
    chat.nowMs += 1;
    assertEquals(await banned(), ["alice", "carl"]);
    await chat.do({ type: "user.unban", user: foldName("alice") });
    assertEquals(await banned(), ["carl"]);
  });

  test("openReports() tells all that count, the newest first, and never who made them", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const said = await chat.say(alice, "grr");
    const firstMs = chat.nowMs;
    await report(bob, alice, chat, { reason: "rude", message: said.id });
    chat.nowMs += 10;
    await report(carl, bob, chat);
    const newer = { target: { id: bob.id, name: "bob" }, atMs: chat.nowMs };
    const older = { target: { id: alice.id, name: "alice" }, atMs: firstMs, reason: "rude" };
    assertEquals<unknown>(await openReports(chat), [
      { ...newer, place: { atMs: chat.nowMs, nth: 0 } },
      {
        ...older,
        place: { atMs: firstMs, nth: 0 },
        message: { id: said.id, roomKind: "common", text: "grr", atMs: firstMs },
      },
    ]);
    // A new name is that of old reports too.
    await chat.do({ type: "profile.change", actor: bob.id, name: "robert" });
    assertEquals((await openReports(chat))[0]?.target.name, "robert");
  });

  test("openReports() come in pages, however many were made at the same time", async (chat) => {
    chat.policy = { ...chat.policy, banAfter: 9 };
    const [alice, bob, carl, dora] = await chat.people("alice", "bob", "carl", "dora");
    for (const [n, one] of [alice, bob, carl].entries()) {
      await report(one, dora, chat, { reason: `a${n}` });
    }
    await report(dora, alice, chat, { reason: "a" });
    chat.nowMs += 1;
    await report(alice, bob, chat, { reason: "b" });
    chat.nowMs -= 5;
    await report(alice, carl, chat, { reason: "c" });
    const all = ["bob b", "dora a2", "dora a1", "dora a0", "alice a", "carl c"];
    for (const limit of [1, 2, 3, 4, 5, 6, 7]) {
      const pages = await reportPages(chat, limit);
      assertEquals(pages.flat(), all, `pages of ${limit}`);
      assertEquals(pages.length, Math.ceil(all.length / limit));
    }
    const before = { atMs: chat.nowMs, nth: Number.MAX_SAFE_INTEGER };
    const none = await chat.store.openReports({ before, limit: 9 }, chat.nowMs);
    assertEquals<unknown>(none, { items: [], hasMore: false });
  });

  test("openReports() but on someone come as if there were no others", async (chat) => {
    chat.policy = { ...chat.policy, banAfter: 9 };
    const [alice, bob, carl, dora] = await chat.people("alice", "bob", "carl", "dora");
    for (const one of [alice, bob, carl]) await report(one, dora, chat);
    for (const one of [alice, bob]) await report(one, carl, chat);
    const ask = (before?: ReportPlace) => {
      const query = { except: dora.id, limit: 1, ...(before !== undefined && { before }) };
      return chat.store.openReports(query, chat.nowMs);
    };
    const first = await ask();
    assertEquals(first.items.map(({ target, place }) => [target.name, place.nth]), [["carl", 0]]);
    const second = await ask(first.items[0]?.place);
    assertEquals(second.items.map(({ target, place }) => [target.name, place.nth]), [["carl", 1]]);
    assertEquals([first.hasMore, second.hasMore], [true, false]);
    assertEquals((await openReports(chat)).length, 5);
  });

  test("forgetReports() forgets what a ban has settled, a few at a time, and no others", async (chat) => {
    chat.policy = { ...chat.policy, banAfter: 9 };
    const [alice, bob, carl, dora] = await chat.people("alice", "bob", "carl", "dora");
    for (const one of [bob, carl, dora]) await report(one, alice, chat);
    await report(alice, bob, chat);
    const forget = () => chat.store.forgetReports(chat.nowMs, 2);
    assertEquals(await forget(), 0, "nobody was banned");
    await ban(chat, alice, hourMs);
    chat.nowMs += hourMs - 1;
    assertEquals(await forget(), 0, "the ban runs");
    chat.nowMs += 1;
    const later = { target: alice.id, reporter: alice.id, atMs: chat.nowMs };
    await loaded(chat, {}, (state) => state.reports.put(later));
    assertEquals([await forget(), await forget(), await forget()], [2, 1, 0]);
    assertEquals(await chat.store.reportsOn(alice.id), [later]);
    assertEquals((await chat.store.reportsOn(bob.id)).length, 1);
  });

  test("openReports() leaves out what a ban has settled, once it is over", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const reasons = async () => (await openReports(chat)).map(({ reason }) => reason);
    await report(bob, alice, chat, { reason: "first" });
    await ban(chat, alice, hourMs);
    chat.nowMs += hourMs - 1;
    assertEquals(await reasons(), ["first"]);
    chat.nowMs += 1;
    assertEquals(await reasons(), []);
    // To make one settles those of before, which a store need not wait for.
    const at = { target: alice.id, reporter: carl.id, atMs: chat.nowMs, reason: "second" };
    await loaded(chat, {}, (state) => state.reports.put(at));
    assertEquals(await reasons(), ["second"]);
    await chat.do({ type: "reports.dismiss", user: foldName("alice") });
    assertEquals(await reasons(), []);
  });

  test("openReports() tells what was said as long as anyone may see it", async (chat) => {
    const [alice, bob, carl] = await chat.people("alice", "bob", "carl");
    const { id: message } = await chat.say(alice, "psst", { to: "bob" });
    await report(bob, alice, chat, { message });
    const told = async () => {
      const [found] = await openReports(chat);
      return [found?.message?.id, found?.message?.roomKind, found?.message?.text];
    };
    const all = [message, "private", "psst"];
    assertEquals(await told(), all);
    chat.nowMs += chat.policy.messageTtlMs;
    // Bob has not read it. That Carl has not, and Alice, who wrote it, is no reason to tell it.
    assertEquals(await told(), all);
    await chat.markRead(bob, message, { to: "alice" });
    assertEquals(await told(), [message, undefined, undefined]);
    chat.nowMs -= 1;
    assertEquals(await told(), all);
    await chat.do({ type: "message.delete", actor: alice.id, message });
    assertEquals(await told(), [message, undefined, undefined]);
    assertEquals(carl.id > bob.id, true);
  });

  test("openReports() tells nothing of a closed room, removed or not", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    const room = await chat.makeRoom(alice, "den", bob);
    const { id: message } = await chat.say(alice, "hush", { room });
    await report(bob, alice, chat, { message });
    assertEquals((await openReports(chat))[0]?.message?.text, "hush");
    await chat.do({ type: "room.delete", actor: alice.id, room });
    assertEquals<unknown>((await openReports(chat))[0]?.message, { id: message });
    await chat.store.removeExpired({ limit: 9 }, chat.life);
    assertEquals<unknown>((await openReports(chat))[0]?.message, { id: message });
  });

  test("who was deleted is in none of these", async (chat) => {
    const [alice, bob] = await chat.people("alice", "bob");
    await giveRole(chat, alice, "moderator");
    await report(bob, alice, chat);
    await ban(chat, alice, hourMs);
    const found = async () => [
      (await chat.store.accounts({ limit: 9 }, chat.nowMs)).items.map(({ user }) => user.name),
      (await chat.store.withRole({ limit: 9 })).items.map(({ name }) => name),
      (await chat.store.banned({ limit: 9 }, chat.nowMs)).items.map(({ name }) => name),
      (await openReports(chat)).map(({ target }) => target.name),
    ];
    assertEquals(await found(), [["alice", "bob"], ["alice"], ["alice"], ["alice"]]);
    // All else about them stays as it was, so that it is not by the rules that they are left out.
    await deleteUser(chat, alice);
    assertEquals(await found(), [["bob"], [], [], []]);
  });
}
