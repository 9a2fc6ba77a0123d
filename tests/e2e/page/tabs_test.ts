/**
 * Many tabs of one browser: one stream, and the same to see and to do in all of them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { BrowserContext } from "puppeteer-core";
import { Relay } from "./relay.ts";
import { onThePage, type Visit } from "./visit.ts";
import { Visitor } from "./visitor.ts";

const tabsOpen = 10;

onThePage("ten tabs of a browser hold one stream, and are in step", async (visit) => {
  await using relay = new Relay(visit.url);
  const tabs = await openTabs(visit, relay, tabsOpen);
  const [first, ...others] = tabs;
  const bob = await visit.company.guest("bob");
  assertEquals(relay.streams, 1);
  for (const text of ["one for all", "another one"]) await bob.say(text);
  for (const tab of tabs) await tab.sees("another one");
  for (const tab of tabs) assertEquals(await tab.texts(), ["one for all", "another one"]);
  assertEquals(relay.streams, 1);

  // What is unread is so in all of them, until one of them shows it.
  await bob.say("between us", { to: "alice" });
  for (const tab of tabs) await tab.find("link", /^bob.*1 /);
  await others[4]?.page.bringToFront();
  await others[4]?.goTo("bob");
  await others[4]?.sees("between us");
  for (const tab of [first, ...others.slice(0, 4)]) {
    await tab?.find("link", /^bob$/);
  }

  // What is sent in one is seen in all.
  await first?.say("from the first tab");
  for (const tab of others.slice(0, 4)) await tab.sees("from the first tab");
  assertEquals([relay.streams, relay.streamsEver], [1, 1]);
  for (const tab of tabs) tab.wasFine();
});

onThePage(
  "another tab leads when the leading one is closed, without gap or repeat",
  async (visit) => {
    await using relay = new Relay(visit.url);
    const tabs = await openTabs(visit, relay, 3);
    const bob = await visit.company.guest("bob");
    const said: string[] = [];
    const say = async () => {
      said.push(`message ${said.length + 1}.`);
      await bob.say(said.at(-1) ?? "");
    };
    await say();
    while (tabs.length > 0) {
      for (const tab of tabs) {
        await tab.sees(said.at(-1) ?? "");
        assertEquals(await tab.texts(), said);
        tab.wasFine();
      }
      assertEquals(relay.streams, 1);
      // The leader is the oldest of them; others go on to say what the rest must not miss.
      const leaves = tabs.shift()?.page.close();
      await say();
      await leaves;
      await say();
    }
    await relay.until("the end of the last stream", ({ streams }) => streams === 0);
  },
);

onThePage("a leading tab that sleeps or crashes is followed by another one", async (visit) => {
  await using relay = new Relay(visit.url);
  const [leader, follower] = await openTabs(visit, relay, 2);
  const bob = await visit.company.guest("bob");
  const session = await leader?.page.createCDPSession();
  await session?.send("Page.setWebLifecycleState", { state: "frozen" });
  await bob.say("while one sleeps");
  await follower?.sees("while one sleeps");
  assertEquals(relay.streams, 1);
  await session?.send("Page.setWebLifecycleState", { state: "active" });
  await bob.say("awake again");
  for (const tab of [leader, follower]) {
    await tab?.sees("awake again");
    assertEquals(await tab?.texts(), ["while one sleeps", "awake again"]);
  }
  assertEquals(relay.streams, 1);

  // The follower leads now. A crash says nothing to anyone, so that it is asked who is still there.
  const crash = await follower?.page.createCDPSession();
  crash?.send("Page.crash").catch(() => {});
  await relay.until("the end of its stream", ({ streams }) => streams === 0);
  await leader?.page.bringToFront();
  await bob.say("still here");
  await leader?.sees("still here");
  assertEquals(await leader?.texts(), ["while one sleeps", "awake again", "still here"]);
  leader?.wasFine();
});

onThePage("what is being written is there after a reload, and in another tab", async (visit) => {
  await using relay = new Relay(visit.url);
  const [tab, other] = await openTabs(visit, relay, 2);
  await tab?.fill(/^Message /, "half a thou");
  await tab?.page.reload();
  assertEquals(await tab?.valueOf(/^Message /), "half a thou");
  await other?.page.bringToFront();
  await (await other?.find("textbox", /^Message /))?.focus();
  assertEquals(await other?.valueOf(/^Message /), "half a thou");
  await other?.page.keyboard.press("End");
  await other?.page.keyboard.sendCharacter("ght");
  await other?.page.keyboard.press("Enter");
  await tab?.sees("half a thought");
  await tab?.page.bringToFront();
  assertEquals(await tab?.valueOf(/^Message /), "");
  for (const each of [tab, other]) each?.wasFine();
});

onThePage(
  "a tab that is opened asks once how things stand, before its code is there",
  async (visit) => {
    const alice = await visit.join({ name: "alice" });
    await alice.say("said before");
    await alice.reads("said before");
    await alice.misses("Being sent…");
    alice.requests.length = 0;
    // Nearby, and from the cache, all of it may be there at once.
    await alice.page.setCacheEnabled(false);
    await alice.page.emulateNetworkConditions({ download: 2e5, upload: 2e5, latency: 20 });
    await alice.page.reload();
    await alice.reads("said before");
    await alice.misses("Connecting…");
    const paths = alice.requests.map((request) => new URL(request.replace(/^\w+ /, "")).pathname);
    assertEquals(paths.filter((path) => path === "/connect").length, 1);
    assertEquals(paths.filter((path) => path === "/events").length, 1);
  },
);

onThePage("several tabs send at once, and each message is there once", async (visit) => {
  await using relay = new Relay(visit.url);
  const tabs = await openTabs(visit, relay, 4);
  const each = 5;
  for (let round = 0; round < each; round++) {
    await Promise.all(tabs.map((tab, at) => tab.sayUnseen(`from ${at}, ${round}.`)));
  }
  const wanted = tabs.flatMap((_, at) =>
    Array.from({ length: each }, (_, round) => `from ${at}, ${round}.`)
  );
  const bob = await visit.company.guest("bob");
  for (const tab of tabs) {
    await tab.comes("all of them", (text) => wanted.every((each) => text.includes(each)));
    await tab.misses("Being sent…");
  }
  const said = await bob.texts("limit=200");
  assertEquals(said.toSorted(), wanted.toSorted());
  for (const at of tabs.keys()) {
    const own = said.filter((text) => text.startsWith(`from ${at},`));
    assertEquals(own, own.toSorted(), "each tab's in the order in which it was written");
  }
  for (const tab of tabs) {
    assertEquals(await tab.texts(), said);
    tab.wasFine();
  }
}, { args: ["--limit", "1000"] });

onThePage("who signs in or out in one tab does so in all of them", async (visit) => {
  const context = await visit.browser.createBrowserContext();
  const other = await Visitor.at(context, visit.url);
  await other.find("button", "Join");
  const tab = await Visitor.join(context, visit.url, { name: "alice" });
  await other.isIn(/^Message /);
  await tab.say("in all of them");
  await other.sees("in all of them");
  await tab.press(/^alice/);
  await tab.press(/^Leave this device/, "DisclosureTriangle");
  await tab.press(/^Leave/);
  await tab.find("button", "Join");
  await other.find("button", "Join");
  for (const each of [tab, other]) each.wasFine();
});

/** Someone has so many tabs open, each of which shows the chat as it is now; the first one leads. */
async function openTabs(visit: Visit, relay: Relay, count: number): Promise<Visitor[]> {
  const context = await visit.browser.createBrowserContext();
  const tabs = [await Visitor.join(context, relay.url, { name: "alice" })];
  while (tabs.length < count) tabs.push(await joinIn(context, relay));
  return tabs;
}

async function joinIn(context: BrowserContext, relay: Relay): Promise<Visitor> {
  const tab = await Visitor.at(context, relay.url);
  await tab.isIn(/^Message /);
  await tab.misses("Connecting…");
  return tab;
}
