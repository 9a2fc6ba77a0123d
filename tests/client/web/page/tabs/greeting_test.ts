/**
 * What the server was asked before the tabs have found out who leads.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { ConnectAnswer } from "../../../../../lib/api/schemas.ts";
import { electionWaitMs } from "../../../../../client/web/page/tabs/election.ts";
import { arrivalOf, messageOf, settle } from "../../../stub_server.ts";
import { FakeBrowser } from "./fake_browser.ts";

const connects = ({ server }: FakeBrowser) => server.bodies("/connect").length;

/** Someone says something, and this is what the server says then to who comes. */
function answerOf(text: string, { server }: FakeBrowser): ConnectAnswer {
  server.say(text);
  return arrivalOf({ cursor: server.cursor, recent: [...server.log] });
}

Deno.test("an answer that is there before the election is shown at once, and led on from", async () => {
  const browser = new FakeBrowser();
  const tab = browser.open({ arrival: Promise.resolve(answerOf("early", browser)) });
  await settle();
  assertEquals([tab.texts, tab.isLive, browser.leaders.length], [["early"], false, 0]);
  await browser.pass(2 * electionWaitMs);
  browser.server.say("later");
  await settle(20);
  assertEquals([tab.texts, tab.isLive, connects(browser)], [["early", "later"], true, 0]);
  assertEquals(tab.defects, []);
  await browser.close();
  assertEquals(browser.clock.waiting, 0);
});

Deno.test("a leader waits for the answer that is on its way, and asks for no other", async () => {
  const browser = new FakeBrowser();
  const { promise, resolve } = Promise.withResolvers<ConnectAnswer>();
  const tab = browser.open({ arrival: promise });
  await browser.pass(2 * electionWaitMs);
  assertEquals([browser.leaders, tab.isLive, connects(browser)], [[tab], false, 0]);
  tab.session.send({ text: "written meanwhile" });
  const follower = browser.open();
  await browser.pass(2 * electionWaitMs);
  resolve(answerOf("late", browser));
  await browser.pass(2 * electionWaitMs);
  for (const each of [tab, follower]) {
    assertEquals([each.isLive, each.texts.toSorted()], [true, ["late", "written meanwhile"]]);
    assertEquals(each.session.model.outgoing, []);
  }
  assertEquals(connects(browser), 0);
  await browser.close();
});

Deno.test("a leader that gets no answer asks by itself", async () => {
  const browser = new FakeBrowser();
  const tab = browser.open({ arrival: Promise.resolve(undefined) });
  await browser.pass(2 * electionWaitMs);
  assertEquals([tab.isLive, connects(browser)], [true, 1]);
  await browser.close();
});

Deno.test("a tab that follows, or is closed, has no use for an answer", async () => {
  const browser = new FakeBrowser();
  await browser.openLive(1);
  const [late, closed] = [0, 1].map(() => Promise.withResolvers<ConnectAnswer>());
  const follower = browser.open({ arrival: late?.promise ?? Promise.resolve(undefined) });
  const gone = browser.open({ arrival: closed?.promise ?? Promise.resolve(undefined) });
  await browser.pass(2 * electionWaitMs);
  gone.session.close();
  const before = follower.session.model;
  late?.resolve(arrivalOf({ recent: [messageOf(1)] }));
  closed?.resolve(arrivalOf({ recent: [messageOf(1)] }));
  await settle();
  assertEquals(follower.session.model, before);
  assertEquals([gone.texts, gone.defects], [[], []]);
  await browser.close();
});
