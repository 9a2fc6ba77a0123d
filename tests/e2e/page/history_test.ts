/**
 * A long chat on the page: where it opens, how one gets to what is further up, and back.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { onThePage, type Visit } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

/** More than three pages of history. */
const manyMessages = 180;

const noLimit = { args: ["--limit", "0"] };

/** Someone says a lot; gives the ids of it. */
async function sayMuch({ company }: Visit): Promise<readonly number[]> {
  const bob = await company.guest("bob");
  const ids = [];
  for (let at = 1; at <= manyMessages; at++) ids.push(await bob.say(`This is message ${at}.`));
  return ids;
}

/** Someone comes when all was said, and has nothing to catch up with. */
async function comeLate(visit: Visit): Promise<[Visitor, readonly number[]]> {
  const ids = await sayMuch(visit);
  const alice = await visit.join({ name: "alice" });
  await alice.reads(`This is message ${manyMessages}.`);
  return [alice, ids];
}

/** How a message stands in what is seen of the log: how far below its top, in CSS pixels. */
async function topOf(visitor: Visitor, id: number): Promise<number> {
  return await visitor.page.evaluate(
    `document.querySelector('[data-id="${id}"]').getBoundingClientRect().top -
      document.querySelector("[aria-label=Messages]").getBoundingClientRect().top`,
  ) as number;
}

async function logHeight(visitor: Visitor): Promise<number> {
  return await visitor.page.$eval("[aria-label=Messages]", (log) => log.clientHeight);
}

async function isInView(visitor: Visitor, id: number): Promise<boolean> {
  const top = await topOf(visitor, id);
  return top >= 0 && top < await logHeight(visitor);
}

/** How far the log is from its end, in CSS pixels. */
async function belowPx(visitor: Visitor): Promise<number> {
  return await visitor.page.$eval(
    "[aria-label=Messages]",
    (log) => log.scrollHeight - log.scrollTop - log.clientHeight,
  );
}

async function focusedId(visitor: Visitor): Promise<number> {
  return Number(await visitor.page.evaluate("document.activeElement?.dataset.id"));
}

onThePage("a chat opens at its first unread message, below a line", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await alice.say("good night");
  await alice.reads("good night");
  const { url } = visit;
  await alice.page.goto("about:blank");
  const ids = await sayMuch(visit);
  await alice.page.goto(url);
  await alice.sees(/good night[^]*New messages[^]*This is message 1\./);
  await alice.find("button", `Jump to the newest (${manyMessages} new)`);
  assert(await isInView(alice, ids[0] ?? 0));
  await alice.find("link", `Common chat ${manyMessages} unread`);
  await alice.press(/^Jump to the newest/);
  await alice.find("link", "Common chat");
  assert(await isInView(alice, ids.at(-1) ?? 0));
}, noLimit);

onThePage("a chat that is read opens at its end, and older messages come by scrolling up", async (
  visit,
) => {
  const [alice, ids] = await comeLate(visit);
  assert(await belowPx(alice) <= 2);
  const opened = await alice.messages();
  assert(opened.length < manyMessages, `${opened.length} at first`);
  for (let first = opened[0]?.id ?? 0; first !== ids[0];) {
    await alice.page.$eval("[aria-label=Messages]", (log) => log.scrollTop = 0);
    const before = await topOf(alice, first);
    await alice.comes("older messages", async () => {
      const [now] = await alice.messages();
      return now !== undefined && now.id < first;
    });
    // What was read stands where it stood, below what has come.
    const movedPx = await topOf(alice, first) - before;
    assert(Math.abs(movedPx) <= 2, `moved by ${movedPx} px`);
    [{ id: first } = { id: 0 }] = await alice.messages();
  }
  assertEquals((await alice.messages()).map(({ id }) => id), ids);
}, noLimit);

onThePage("an address leads to a message, and a button back to the newest one", async (visit) => {
  const [alice, ids] = await comeLate(visit);
  const old = ids[9] ?? 0;
  const beside = await visit.openBeside(alice, `/#/m/${old}`);
  await beside.comes("the message", async () => await focusedId(beside) === old);
  assert(await isInView(beside, old));
  assert((await beside.messages()).length < manyMessages);
  await beside.press("Jump to the newest");
  await beside.reads(`This is message ${manyMessages}.`);
  await beside.comes("its end", async () => await belowPx(beside) <= 2);
  // In a page that is open, too, and back by the browser's button.
  await beside.page.goto(`${visit.url}/#/m/${ids[19]}`);
  await beside.comes("the message", async () => await focusedId(beside) === ids[19]);
  await beside.page.goBack();
  await beside.comes("the message", async () => await focusedId(beside) === old);
  await beside.page.goto(`${visit.url}/#/m/${(ids.at(-1) ?? 0) + 1000}`);
  await beside.sees("That message is not there any more");
  await beside.page.reload();
  await beside.isIn("to the common chat");
  // News that come in while one reads further up leave one there.
  await alice.lookHere();
  await alice.page.goto(`${visit.url}/#/m/${old}`);
  await alice.comes("the message", async () => await focusedId(alice) === old);
  const before = await topOf(alice, old);
  const bob = await visit.company.guest("carol");
  await bob.say("news");
  await alice.find("button", "Jump to the newest (1 new)");
  assertEquals(await topOf(alice, old), before);
  await alice.press("Jump to the newest (1 new)");
  await alice.reads("news");
  await alice.find("link", "Common chat");
}, noLimit);
