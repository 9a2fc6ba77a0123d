/**
 * The tabs of a browser, without their views, in a chat with others on a real server.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiProblem } from "../../../../client/connection/failures.ts";
import { systemClock } from "../../../../lib/clock.ts";
import { readOptions } from "../../../../lib/options.ts";
import { systemRandom } from "../../../../lib/random.ts";
import { serveOptions } from "../../../../server/config.ts";
import { startServer } from "../../../../server/serve.ts";
import { Guest } from "../../../support/guest.ts";
import { FakeBrowser, type FakeTab } from "./fake_browser.ts";

const world = { clock: systemClock, random: systemRandom };

interface Setting {
  readonly url: string;
  readonly browser: FakeBrowser;
}

/** Has the story take place on a server of its own; all tabs that it opens are signed out at its end. */
async function onServer(
  story: (setting: Setting) => Promise<readonly FakeTab[]>,
): Promise<void> {
  const { values } = readOptions(serveOptions, ["--db", ":memory:", "--limit", "1000"], {});
  const server = await startServer(values, [{ hostname: "127.0.0.1", port: 0 }], world);
  try {
    const browser = new FakeBrowser({ origin: server.url, transport: fetch, ...world });
    const tabs = await story({ url: server.url, browser });
    for (const tab of tabs) if (tab.state.stage === "signed_in") await tab.tab.signOut();
    for (const tab of tabs) await tab.at("signed_out");
    assertEquals(browser.defects, []);
  } finally {
    await server.stop();
  }
}

Deno.test("two tabs and someone else talk, and both tabs show the same", () =>
  onServer(async ({ url, browser }) => {
    const first = browser.open();
    await first.signIn("alice");
    const second = browser.open();
    await second.at("signed_in");
    await second.shows(({ connection }) => connection.kind === "live");
    const bob = await Guest.arrive(url, "bob");
    await bob.say("good morning");
    for (const tab of [first, second]) await tab.showsTexts("good morning");
    assertEquals(second.tab.send({ text: "hello bob" }), undefined);
    for (const tab of [first, second]) {
      await tab.showsTexts("good morning", "hello bob");
      await tab.shows(({ model }) => model.outgoing.length === 0);
    }
    assertEquals(await bob.texts(), ["good morning", "hello bob"]);
    // What one tab reads, the other shows as read.
    await second.shows(({ model }) => model.rooms.get("common")?.unread === 1);
    first.tab.attend();
    await second.shows(({ model }) => model.rooms.get("common")?.unread === 0);
    // A private chat in one, the common one in the other.
    second.tab.go({ kind: "private", user: "bob" });
    await bob.say("psst", { to: "alice" });
    await second.showsTexts("psst");
    assertEquals(first.texts, ["good morning", "hello bob"]);
    await first.shows(({ model }) =>
      [...model.rooms.values()].some(({ kind, unread }) => kind === "private" && unread === 1)
    );
    return [first, second];
  }));

Deno.test("the history is there by scrolling, and a message by its address", () =>
  onServer(async ({ url, browser }) => {
    const bob = await Guest.arrive(url, "bob");
    const ids: number[] = [];
    for (let number = 1; number <= 130; number++) ids.push(await bob.say(`${number}`));
    const tab = browser.open();
    await tab.signIn("alice");
    // The last 20 come along, the page before them follows.
    await tab.shows(({ timeline }) =>
      timeline.loading === undefined && timeline.messages.length === 70
    );
    tab.tab.older();
    await tab.shows(({ timeline }) => timeline.messages.length === 120);
    tab.tab.older();
    await tab.shows(({ timeline }) => timeline.messages.length === 130 && !timeline.hasOlder);
    assertEquals(tab.texts, ids.map((_, index) => `${index + 1}`));

    const other = browser.open({ hash: `#/m/${ids[9]}` });
    await other.shows(({ timeline }) => timeline.target === ids[9]);
    assertEquals(other.texts, ids.slice(0, 60).map((_, index) => `${index + 1}`));
    assert(other.tab.state.value.timeline.hasNewer);
    await bob.say("the last one");
    await tab.shows(({ timeline }) => timeline.messages.at(-1)?.text === "the last one");
    assertEquals(other.texts.length, 60);
    other.tab.newest();
    await other.shows(({ timeline }) => timeline.messages.at(-1)?.text === "the last one");
    return [tab, other];
  }));

Deno.test("comments are counted, and deleted messages go", () =>
  onServer(async ({ url, browser }) => {
    const bob = await Guest.arrive(url, "bob");
    const tab = browser.open();
    await tab.signIn("alice");
    await tab.shows(({ connection }) => connection.kind === "live");
    const id = await bob.say("a question");
    await tab.showsTexts("a question");
    tab.tab.send({ text: "an answer", commentOn: id });
    await tab.showsTexts("a question", "an answer");
    const { comments } = await bob.ask(`GET /messages/${id}`);
    assertEquals(tab.tab.state.value.timeline.messages[0]?.comments, comments);
    const answer = tab.tab.state.value.timeline.messages[1]?.id ?? 0;
    await tab.tab.call("deleteMessage", { path: { id: answer } });
    await tab.showsTexts("a question");
    assertEquals(tab.tab.state.value.timeline.messages[0]?.comments, 0);
    return [tab];
  }));

Deno.test("a room that is deleted leaves its visitor in the common chat", () =>
  onServer(async ({ url, browser }) => {
    const bob = await Guest.arrive(url, "bob");
    const tab = browser.open();
    await tab.signIn("alice");
    const { id } = await bob.ask("POST /rooms", { name: "garden" });
    await bob.ask(`POST /rooms/${id}/invitations`, { user: "alice" });
    await tab.shows(({ model }) => model.doors.invitations.length === 1);
    await tab.tab.call("answerInvitation", { path: { room: id }, body: { accept: true } });
    await tab.shows(({ model }) => model.rooms.has(id));
    tab.tab.go({ kind: "room", room: id });
    await bob.say("in the garden", { room: id });
    await tab.showsTexts("in the garden");
    await bob.ask(`DELETE /rooms/${id}`);
    await tab.shows(({ place }) => place.kind === "common");
    const words = tab.tab.state.value.notices.map(({ words }) => words);
    assertEquals(words.slice(-2), [
      "The room \u2068garden\u2069 is gone, with all that was said in it",
      "You are in the common chat now",
    ]);
    return [tab];
  }));

Deno.test("who signs out is signed out in all tabs, and nothing is left", () =>
  onServer(async ({ url, browser }) => {
    const tabs = [browser.open(), browser.open({ hash: "#/to/bob" })];
    const [first, second] = tabs;
    assert(first !== undefined && second !== undefined);
    await first.signIn("alice", "correct horse");
    await second.at("signed_in");
    for (const tab of tabs) await tab.shows(({ connection }) => connection.kind === "live");
    first.tab.keepDraft({ kind: "common" }, "not finished");
    await second.tab.signOut();
    for (const tab of tabs) {
      await tab.at("signed_out");
      assertEquals(tab.state, { stage: "signed_out", why: { kind: "left" } });
      assertEquals(tab.address.hash, "#/");
    }
    assertEquals(browser.kept, []);

    // The name is still hers, by her password.
    const taken = await assertRejects(() => first.signIn("alice"), ApiProblem);
    assertEquals(taken.code, "name_taken");
    const wrong = await assertRejects(() => first.signIn("alice", "wrong horse"), ApiProblem);
    assertEquals(wrong.code, "bad_password");
    await first.signIn("alice", "correct horse");
    await second.at("signed_in");
    assertEquals(await (await Guest.arrive(url, "bob")).texts(), []);
    return tabs;
  }));

Deno.test("who is signed out from elsewhere may sign in again, and goes on", () =>
  onServer(async ({ url, browser }) => {
    const tab = browser.open();
    await tab.signIn("alice", "correct horse");
    await tab.shows(({ connection }) => connection.kind === "live");
    tab.tab.keepDraft({ kind: "common" }, "not finished");
    const elsewhere = await Guest.arrive(url, "alice", "correct horse");
    const { items } = await elsewhere.ask("GET /tokens");
    const { id } = items.find(({ client }: { client?: string }) => client === "Chrome on Linux");
    await elsewhere.ask(`DELETE /tokens/${id}`);
    await tab.at("signed_out");
    const { state } = tab;
    assert(state.stage === "signed_out" && state.why?.kind === "refused");
    assertEquals(state.lastUser, "alice");
    await tab.signIn("alice", "correct horse");
    assertEquals(tab.tab.draftAt({ kind: "common" }), "not finished");
    return [tab];
  }));
