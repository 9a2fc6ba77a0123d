import { assert, assertEquals } from "@std/assert";
import { ApiProblem } from "../../../../../client/connection/failures.ts";
import { backoffMaxMs } from "../../../../../client/connection/backoff.ts";
import { lookWaitMs } from "../../../../../client/web/page/tabs/lookout.ts";
import {
  electionWaitMs,
  pongWaitMs,
  visiblePingMs,
} from "../../../../../client/web/page/tabs/election.ts";
import { memoryDrawer } from "../../../../../client/web/page/account/drawer.ts";
import { refusal, settle } from "../../../stub_server.ts";
import { FakeBrowser, type FakeTab } from "./fake_browser.ts";

/** Within this time a dead leader is replaced. */
const recoveryMs = visiblePingMs + pongWaitMs + 4 * electionWaitMs;

const running = (browser: FakeBrowser) => browser.tabs.filter(({ life }) => !life.isDead);

Deno.test("SharedSession connects once for ten tabs, which all come to know the same", async () => {
  const browser = new FakeBrowser();
  for (let count = 0; count < 10; count++) browser.open();
  await browser.pass(1000);
  browser.server.say("hello");
  await settle(20);
  assertEquals(browser.leaders.length, 1);
  assertEquals(browser.server.streams, 1);
  assertEquals(browser.server.bodies("/connect").length, 1);
  for (const tab of browser.tabs) {
    assertEquals([tab.texts, tab.isLive], [["hello"], true]);
    assertEquals(tab.session.settings?.text_max, 4000);
    assertEquals(tab.session.model.limit?.limit, 20);
    assertEquals(tab.defects, []);
  }
  await browser.close();
  assertEquals(browser.clock.waiting, 0);
});

Deno.test("SharedSession asks once how things stand, however many tabs ask for the leader", async () => {
  const browser = new FakeBrowser();
  const [leader] = await browser.openLive(1);
  const count = { join: 0, pulse: 0, snapshot: 0 };
  browser.loses = ({ type }, to) => {
    // Each message goes to all other tabs: those to the leader, or to one that follows, are counted.
    const isOne = type === "join" ? to === leader : to === browser.tabs[1];
    if (isOne && (type === "join" || type === "pulse" || type === "snapshot")) count[type] += 1;
    return false;
  };
  const followers = Array.from({ length: 13 }, () => browser.open());
  await browser.pass(1000);
  assertEquals(followers.map((tab) => tab.joins()), followers.map(() => [true]));
  assertEquals([count.join, count.snapshot], [13, 13]);
  // One for each ask, of which tabs that open at once make some more.
  const asksMax = 13 + 13 * 12 / 2;
  assert(count.pulse >= 13 && count.pulse <= asksMax, `${count.pulse}`);
  await browser.close();
});

Deno.test("SharedSession asks again for an answer that was lost, by its own sign of life only", async () => {
  const browser = new FakeBrowser();
  const [leader] = await browser.openLive(2);
  browser.loses = ({ type }) => type === "snapshot";
  const later = browser.open();
  await browser.pass(electionWaitMs);
  assertEquals(later.isLive, false);
  let joins = 0;
  browser.loses = ({ type }, to) => {
    if (type === "join" && to === leader) joins += 1;
    return false;
  };
  // Another tab asks meanwhile.
  browser.tabs[1]?.session.attend({ visible: true, focused: true });
  await settle(20);
  assertEquals([joins, later.isLive], [0, false]);
  await browser.pass(visiblePingMs);
  assertEquals([joins, later.isLive], [1, true]);
  await browser.close();
});

Deno.test("SharedSession shows a tab that comes later what the others show", async () => {
  const browser = new FakeBrowser();
  await browser.openLive(1);
  browser.server.say("before");
  await settle();
  const later = browser.open();
  await browser.pass(electionWaitMs / 2);
  browser.server.say("after");
  await settle(20);
  assertEquals([later.texts, later.isLive, later.joins()], [["before", "after"], true, [true]]);
  assertEquals(browser.server.streams, 1);
  await browser.close();
});

Deno.test("SharedSession goes on where a leader has died, without gap or repeat", async () => {
  const browser = new FakeBrowser();
  const [leader, ...others] = await browser.openLive(10);
  assert(leader?.session.isLeader);
  browser.server.say("one");
  await settle(20);
  browser.kill(leader);
  browser.server.say("two");
  await browser.pass(recoveryMs);
  browser.server.say("three");
  await settle(20);
  assertEquals(browser.leaders.length, 1);
  assertEquals(browser.server.streams, 1);
  assertEquals(browser.server.bodies("/connect").length, 1);
  const streams = browser.server.requests.filter(({ path }) => path === "/events");
  assertEquals(streams.map(({ query }) => query.get("after")), ["k-0", "k-1"]);
  for (const tab of others) {
    assertEquals(tab.told, ["one", "two", "three"]);
    assertEquals(tab.texts, ["one", "two", "three"]);
    assertEquals(tab.joins().slice(1), tab.session.isLeader ? [] : [false]);
    assertEquals(tab.defects, []);
  }
  await browser.close();
});

Deno.test("SharedSession hands over at once when the leader goes, and back to none that sleeps", async () => {
  const browser = new FakeBrowser();
  const [leader, heir] = await browser.openLive(2);
  assert(leader !== undefined && heir !== undefined);
  leader.session.suspend();
  await settle(20);
  assertEquals([heir.session.isLeader, heir.isLive], [true, true]);
  assertEquals(browser.server.streams, 1);
  browser.server.say("while it sleeps");
  await settle(20);
  assertEquals(leader.texts, []);
  leader.session.resume();
  await browser.pass(2 * electionWaitMs);
  assertEquals([leader.session.isLeader, leader.isLive], [false, true]);
  assertEquals(leader.texts, ["while it sleeps"]);
  assertEquals(leader.joins(), [true]);
  assertEquals(browser.server.streams, 1);
  await browser.close();
});

Deno.test("SharedSession resumes alone after a sleep from where it stood", async () => {
  const browser = new FakeBrowser();
  const [tab] = await browser.openLive(1);
  assert(tab !== undefined);
  browser.server.say("one");
  await settle();
  tab.session.suspend();
  browser.server.say("two");
  await settle();
  tab.session.resume();
  assertEquals(tab.session.connection, { kind: "connecting" });
  await browser.pass(2 * electionWaitMs);
  assertEquals([tab.told, tab.isLive], [["one", "two"], true]);
  assertEquals(browser.server.bodies("/connect").length, 1);
  await browser.close();
});

Deno.test("SharedSession lets a leader that was frozen follow, and miss nothing", async () => {
  const browser = new FakeBrowser();
  const [leader, ...others] = await browser.openLive(3);
  assert(leader !== undefined);
  leader.life.freeze();
  await browser.pass(recoveryMs);
  // What has come to the frozen one until then must not be told by it, too.
  browser.server.say("in the cold");
  await settle(20);
  const [heir] = browser.leaders;
  assert(heir !== undefined);
  for (const { told } of others) assertEquals(told, ["in the cold"]);
  leader.life.thaw();
  await browser.pass(electionWaitMs);
  assertEquals(browser.leaders, [heir]);
  assertEquals(browser.server.streams, 1);
  assertEquals([leader.texts, leader.isLive], [["in the cold"], true]);
  await browser.close();
});

Deno.test("SharedSession sends from any tab, and shows it in all", async () => {
  const browser = new FakeBrowser();
  const tabs = await browser.openLive(3);
  for (const [index, { session }] of tabs.entries()) session.send({ text: `from ${index}` });
  for (const { session } of tabs) assert(session.model.outgoing.length >= 1);
  await settle(60);
  assertEquals(browser.server.texts.toSorted(), ["from 0", "from 1", "from 2"]);
  for (const { session, texts, shelf, news } of tabs) {
    assertEquals([session.model.outgoing, shelf.left], [[], []]);
    assertEquals(texts, browser.server.texts);
    assertEquals(news.filter(({ type }) => type === "queued").length, 3);
    assertEquals(news.filter(({ type }) => type === "sent").length, 3);
  }
  await browser.close();
});

Deno.test("SharedSession keeps the order in which a tab has written", async () => {
  const browser = new FakeBrowser();
  const [, follower] = await browser.openLive(2);
  const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  for (const text of texts) follower?.session.send({ text });
  await settle(200);
  assertEquals(browser.server.texts, texts);
  await browser.close();
});

Deno.test("SharedSession sends once what was written while the leader died", async () => {
  const browser = new FakeBrowser();
  const [leader, ...others] = await browser.openLive(10);
  assert(leader !== undefined);
  // Some of it comes to the server, and its answer to nobody.
  for (const [index, { session }] of others.entries()) session.send({ text: `early ${index}` });
  await settle(12);
  browser.kill(leader);
  for (const [index, { session }] of others.entries()) session.send({ text: `late ${index}` });
  await browser.pass(recoveryMs);
  await settle(200);
  const wanted = others.flatMap((_, index) => [`early ${index}`, `late ${index}`]);
  assertEquals(browser.server.texts.toSorted(), wanted.toSorted());
  for (const tab of others) {
    assertEquals(tab.texts, browser.server.texts);
    assertEquals([tab.session.model.outgoing, tab.shelf.left, tab.defects], [[], [], []]);
  }
  await browser.close();
});

Deno.test("SharedSession sends what is written before there is any leader", async () => {
  const browser = new FakeBrowser();
  const tab = browser.open();
  tab.session.send({ text: "impatient" });
  assertEquals(tab.session.model.outgoing.map(({ draft }) => draft.text), ["impatient"]);
  await browser.pass(2 * electionWaitMs);
  await settle(40);
  assertEquals(browser.server.texts, ["impatient"]);
  assertEquals(tab.session.model.outgoing, []);
  await browser.close();
});

Deno.test("SharedSession sends what an earlier run of the page has left", async () => {
  const browser = new FakeBrowser();
  const [first] = await browser.openLive(1);
  assert(first !== undefined);
  browser.server.down = true;
  first.session.send({ text: "left" });
  await settle(20);
  browser.kill(first);
  browser.server.down = false;
  const next = browser.open();
  await browser.pass(2 * electionWaitMs);
  await settle(40);
  assertEquals(browser.server.texts, ["left"]);
  assertEquals([next.texts, next.shelf.left], [["left"], []]);
  await browser.close();
});

Deno.test("SharedSession loses nothing where the tabs keep nothing in common", async () => {
  const browser = new FakeBrowser();
  const leader = browser.open({ drawer: memoryDrawer() });
  await browser.pass(200);
  const follower = browser.open({ drawer: memoryDrawer() });
  await browser.pass(200);
  follower.session.send({ text: "one" });
  await settle(40);
  assertEquals([browser.server.texts, follower.shelf.left], [["one"], []]);
  browser.server.down = true;
  follower.session.send({ text: "two" });
  await settle(20);
  browser.kill(leader);
  browser.server.down = false;
  await browser.pass(recoveryMs);
  await settle(40);
  assertEquals(browser.server.texts, ["one", "two"]);
  assertEquals([follower.shelf.left, follower.session.model.outgoing], [[], []]);
  await browser.close();
});

Deno.test("SharedSession hands its drafts over again where only the leader had them", async () => {
  const browser = new FakeBrowser();
  const tabs: FakeTab[] = [];
  for (let count = 0; count < 3; count++) {
    tabs.push(browser.open({ drawer: memoryDrawer() }));
    await browser.pass(200);
  }
  const [leader, follower, heir] = tabs;
  assert(leader !== undefined && follower !== undefined && heir !== undefined);
  browser.server.on("POST /send", () => refusal("busy", "Later."));
  follower.session.send({ text: "patience" });
  await settle(40);
  browser.server.serve();
  browser.loses = (message) => message.type === "pulse";
  leader.session.suspend();
  await settle(60);
  assert(heir.session.isLeader);
  assertEquals([browser.server.texts, heir.texts], [["patience"], ["patience"]]);
  assertEquals([follower.session.model.outgoing, follower.shelf.left], [[], []]);
  await browser.close();
});

Deno.test("SharedSession does not wait for what came to its end while the tab slept", async () => {
  const browser = new FakeBrowser();
  const [leader, sleeper] = await browser.openLive(2);
  assert(leader !== undefined && sleeper !== undefined);
  browser.server.on("POST /send", () => refusal("busy", "Later."));
  leader.session.send({ text: "x" });
  await settle(20);
  assertEquals(sleeper.session.model.outgoing.length, 1);
  sleeper.session.suspend();
  browser.server.on("POST /send", () => refusal("banned", "No."));
  await browser.pass(backoffMaxMs);
  leader.session.close();
  sleeper.session.resume();
  await browser.pass(2 * electionWaitMs);
  assertEquals([sleeper.session.isLeader, sleeper.session.model.outgoing], [true, []]);
  await browser.close();
});

Deno.test("SharedSession asks how things stand when it has missed something", async () => {
  const browser = new FakeBrowser();
  const [, follower] = await browser.openLive(2);
  assert(follower !== undefined);
  browser.loses = (message) => message.type === "news";
  browser.server.say("lost");
  await settle(20);
  browser.loses = () => false;
  assertEquals(follower.texts, []);
  browser.server.say("found");
  await settle(20);
  assertEquals([follower.texts, follower.joins()], [["lost", "found"], [true, true]]);
  browser.loses = (message) => message.type === "news";
  browser.server.say("last");
  await settle(20);
  browser.loses = () => false;
  // Nothing follows it: the next sign of life shows that it is missing.
  await browser.pass(visiblePingMs);
  assertEquals(follower.texts, ["lost", "found", "last"]);
  await browser.close();
});

Deno.test("SharedSession takes over from where the signs of life have led", async () => {
  const browser = new FakeBrowser();
  const [leader, follower] = await browser.openLive(2);
  assert(leader !== undefined && follower !== undefined);
  browser.server.beat("k-70");
  await browser.pass(visiblePingMs);
  browser.server.beat("k-80");
  await settle();
  const after = () => {
    const asked = browser.server.requests.filter(({ path }) => path === "/events");
    return asked.at(-1)?.query.get("after");
  };
  leader.session.suspend();
  await settle(20);
  assertEquals([after(), follower.session.isLeader], ["k-70", true]);
  follower.session.close();
  leader.session.resume();
  await browser.pass(2 * electionWaitMs);
  assertEquals([after(), leader.session.isLeader], ["k-80", true]);
  await browser.close();
});

Deno.test("SharedSession tells every tab that a message was refused", async () => {
  const browser = new FakeBrowser();
  const tabs = await browser.openLive(2);
  browser.server.on("POST /send", () => refusal("banned", "No."));
  tabs[1]?.session.send({ text: "bad" });
  await settle(40);
  for (const { news, shelf, session } of tabs) {
    const [failed] = news.filter(({ type }) => type === "failed");
    assert(failed?.type === "failed" && failed.failure instanceof ApiProblem);
    assertEquals([failed.failure.code, failed.arrived], ["banned", "never"]);
    assertEquals([shelf.left, session.model.outgoing], [[], []]);
  }
  await browser.close();
});

Deno.test("SharedSession tells every tab that the token is not taken any more", async () => {
  const browser = new FakeBrowser();
  const tabs = await browser.openLive(3);
  browser.server.on("POST /send", () => refusal("unauthorized", "This token is not valid."));
  tabs[2]?.session.send({ text: "kept" });
  await settle(60);
  for (const { session, shelf } of tabs) {
    const { connection } = session;
    assert(connection.kind === "stopped" && connection.failure instanceof ApiProblem);
    assertEquals(connection.failure.code, "unauthorized");
    assertEquals(shelf.left.map(({ draft }) => draft.text), ["kept"]);
  }
  const later = browser.open();
  await browser.pass(2 * electionWaitMs);
  assertEquals(later.session.connection.kind, "stopped");
  await browser.close();
});

Deno.test("SharedSession tells all tabs of a lost connection, and hurries when one of them asks", async () => {
  const browser = new FakeBrowser();
  const [leader, follower] = await browser.openLive(2);
  assert(leader !== undefined && follower !== undefined);
  browser.server.down = true;
  leader.session.suspend();
  await settle(20);
  browser.clock.advance(1);
  await settle(20);
  leader.session.resume();
  await browser.pass(3 * backoffMaxMs);
  for (const { session } of browser.tabs) assertEquals(session.connection.kind, "waiting");
  browser.server.down = false;
  leader.session.hurry();
  await settle(20);
  for (const { session } of browser.tabs) assertEquals(session.connection.kind, "live");
  await browser.close();
});

Deno.test("SharedSession marks what any tab has shown as read, also after its leader died", async () => {
  const browser = new FakeBrowser();
  const [leader, follower] = await browser.openLive(2);
  assert(leader !== undefined && follower !== undefined);
  browser.server.say("one");
  await settle(20);
  assertEquals(follower.session.model.rooms.get("common")?.unread, 1);
  follower.session.shown({ room: "common", id: 1 });
  follower.session.shown({ room: "common", id: 1 });
  assertEquals(follower.session.model.rooms.get("common")?.unread, 0);
  browser.kill(leader);
  await browser.pass(recoveryMs + 1000);
  assertEquals(browser.server.bodies("/read"), [{ room: "common", upto: 1 }]);
  await browser.close();
});

Deno.test("SharedSession knows whether the user looks at any tab", async () => {
  const browser = new FakeBrowser();
  const [one, other] = await browser.openLive(2);
  assert(one !== undefined && other !== undefined);
  const ask = async () => {
    let answer: boolean | undefined;
    void one.session.anyoneLooking().then((isSeen) => answer = isSeen);
    await settle();
    if (answer !== undefined) return answer;
    browser.clock.advance(lookWaitMs - 1);
    await settle();
    assertEquals(answer, undefined);
    browser.clock.advance(1);
    await settle();
    return answer;
  };
  assertEquals(await ask(), false);
  other.session.attend({ visible: true, focused: false });
  assertEquals(await ask(), false);
  other.session.attend({ visible: true, focused: true });
  assertEquals(await ask(), true);
  other.session.attend({ visible: false, focused: false });
  one.session.attend({ visible: true, focused: true });
  assertEquals(await ask(), true);
  await browser.close();
});

Deno.test("SharedSession keeps tabs of another version of the page apart", async () => {
  const browser = new FakeBrowser();
  browser.open({ version: "1" });
  browser.open({ version: "2" });
  await browser.pass(4 * electionWaitMs);
  assertEquals(browser.leaders.length, 2);
  assertEquals(browser.server.streams, 2);
  browser.leaders[0]?.session.send({ text: "x" });
  await settle(40);
  assertEquals(browser.server.texts, ["x"]);
  for (const { texts } of browser.tabs) assertEquals(texts, ["x"]);
  await browser.close();
});

Deno.test("SharedSession tells a defect of a watcher, and goes on", async () => {
  const browser = new FakeBrowser();
  const [leader, follower] = await browser.openLive(2);
  assert(leader !== undefined && follower !== undefined);
  leader.session.watch(() => {
    throw new RangeError("defect");
  });
  browser.server.say("x");
  await settle(20);
  assert(leader.defects[0] instanceof RangeError);
  assertEquals(follower.texts, ["x"]);
  await browser.close();
});

Deno.test("SharedSession tells its watchers until they leave", async () => {
  const browser = new FakeBrowser();
  const [tab] = await browser.openLive(1);
  let count = 0;
  const leave = tab?.session.watch(() => count++);
  browser.server.say("x");
  await settle(20);
  leave?.();
  browser.server.say("y");
  await settle(20);
  assertEquals(count, 1);
  await browser.close();
});

Deno.test("SharedSession comes to the same in all tabs, however they come and go", async () => {
  const browser = new FakeBrowser();
  const written: string[] = [];
  let last: FakeTab | undefined;
  for (let step = 0; step < 30; step++) {
    const alive = running(browser);
    if (alive.length < 4) browser.open();
    const tab = alive[step * 7 % Math.max(1, alive.length)];
    if (step % 3 === 0) browser.server.say(`said ${step}`);
    if (tab !== undefined) {
      written.push(`written ${step}`);
      tab.session.send({ text: `written ${step}` });
      if (step % 5 === 4) browser.kill(tab);
      else if (step % 7 === 6) tab.session.suspend();
      else tab.session.resume();
    }
    await browser.pass(step * 137 % 3000);
    last = tab ?? last;
  }
  for (const { session } of running(browser)) session.resume();
  await browser.pass(2 * recoveryMs);
  await settle(100);
  assertEquals(browser.leaders.length, 1);
  assertEquals(browser.server.streams, 1);
  const arrived = browser.server.texts.filter((text) => text?.startsWith("written"));
  assertEquals(arrived.toSorted(), written.toSorted());
  for (const tab of running(browser)) {
    assertEquals(tab.session.model.outgoing, []);
    assertEquals(new Set(tab.texts).size, tab.texts.length);
    // Whoever opened late has not asked for what was before.
    assertEquals(tab.texts, browser.server.texts.slice(-tab.texts.length || Infinity));
    assertEquals(tab.defects, []);
  }
  await browser.close();
});
