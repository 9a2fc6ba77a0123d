/**
 * Much at once on the page: messages that come in faster than anyone can read, and keys that repeat.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { frameWaitMs } from "../../../client/web/page/views/redraws.ts";
import { onThePage, type Visit } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

/** Many more than are drawn while they come in. */
const floodMessages = 300;

const noLimit = { args: ["--limit", "0"] };

/** Says a lot while a page stands still, so that all of it comes in at once. */
async function flood({ company }: Visit, { page }: Visitor): Promise<readonly string[]> {
  const bob = await company.guest("bob");
  const session = await page.createCDPSession();
  await session.send("Debugger.enable");
  const stopped = new Promise((resolve) => session.once("Debugger.paused", resolve));
  await session.send("Debugger.pause");
  const texts = Array.from({ length: floodMessages }, (_, at) => `This is message ${at}.`);
  for (const text of texts) await bob.say(text);
  await stopped;
  await session.send("Debugger.resume");
  await session.detach();
  return texts;
}

onThePage("what comes in at once is drawn at once, in order, and at its end", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await alice.say("before");
  await alice.reads("before");
  await alice.page.evaluate(`{
    globalThis.drawn = { logs: 0, frames: 0, fromMs: performance.now() };
    new MutationObserver(() => drawn.logs++)
      .observe(document.querySelector(".log-content"), { childList: true });
    const next = () => requestAnimationFrame(() => { drawn.frames++; next(); });
    next();
  }`);
  const texts = await flood(visit, alice);
  await alice.reads(texts.at(-1) ?? "");
  const { logs, mostLogs } = await alice.page.evaluate(
    `({ logs: drawn.logs,
      mostLogs: drawn.frames + (performance.now() - drawn.fromMs) / ${frameWaitMs} + 1 })`,
  ) as { readonly logs: number; readonly mostLogs: number };
  assertEquals(await alice.texts(), ["before", ...texts]);
  assert(logs < floodMessages && logs <= mostLogs, `drawn ${logs} times of at most ${mostLogs}`);
  await alice.comes("the end of the log", () =>
    alice.page.$eval(
      "[aria-label=Messages]",
      (log) => log.scrollHeight - log.scrollTop - log.clientHeight <= 1,
    ));
}, noLimit);

onThePage("who reads further up stays there, whatever comes in", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await flood(visit, alice);
  await alice.reads(`This is message ${floodMessages - 1}.`);
  const topOf = (id: number) =>
    alice.page.$eval(`[data-id="${id}"]`, (message) => message.getBoundingClientRect().top);
  const read = await alice.reads("This is message 200.");
  await alice.page.$eval(`[data-id="${read}"]`, (message) => message.scrollIntoView());
  await alice.find("button", /^Jump to the newest/);
  const before = await topOf(read);
  const carol = await visit.company.guest("carol");
  for (let at = 0; at < 50; at++) await carol.say(`More of it: ${at}.`);
  await alice.reads("More of it: 49.");
  assertEquals(await topOf(read), before);
}, noLimit);

onThePage("a message is sent once, however often its key or button is pressed", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await alice.fill(/^Message /, "by keys");
  await Promise.all(Array.from({ length: 50 }, () => alice.page.keyboard.press("Enter")));
  await alice.reads("by keys");
  // All in one task, before anything of it is drawn.
  await alice.page.$eval("#compose", (found) => {
    const area = found as unknown as EventTarget & {
      value: string;
      readonly form: { requestSubmit(): void };
    };
    area.value = "by its form";
    area.dispatchEvent(new Event("input", { bubbles: true }));
    for (let time = 0; time < 3; time++) area.form.requestSubmit();
  });
  await alice.reads("by its form");
  await alice.say("the end");
  await alice.reads("the end");
  assertEquals(await bob.texts(), ["by keys", "by its form", "the end"]);
  assertEquals(await alice.valueOf(/^Message /), "");
}, noLimit);
