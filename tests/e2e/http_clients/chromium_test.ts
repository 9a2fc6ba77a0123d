/**
 * A browser as a client: a page of ours, and what scripts in it can ask and hear.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openPage, testInBrowser } from "../../support/browser.ts";
import { Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { Wiretap } from "../../support/wiretap.ts";

/** What a script in the page saw of its own conversation. */
interface Conversation {
  readonly statuses: readonly number[];
  readonly sent: readonly number[];
  readonly heard: readonly number[];
  readonly ending: string;
}

/**
 * Faults of a page that leaves its stream, which is a failure to the browser, and has no picture for
 * its tab, which the policy that is passed by here would have kept the browser from asking for.
 */
const expected = /net::ERR_ABORTED$|\/favicon\.ico\)$/;

/** Runs in the page: sends one message after another, while it listens to all. */
async function converse(url: string, token: string, messages: number): Promise<Conversation> {
  const headers = { authorization: `Bearer ${token}` };
  const leaving = new AbortController();
  const stream = await fetch(`${url}/events`, { headers, signal: leaving.signal });
  if (stream.body === null) throw new Error("a stream without a body");
  const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  const hear = async (part: string) => {
    while (!heard.includes(part)) {
      const { done, value } = await reader.read();
      if (done) throw new Error(`the stream ended before ${part}`);
      heard += value;
    }
  };
  await hear("event: caught_up");
  const statuses = [stream.status];
  const sent: number[] = [];
  for (let at = 0; at < messages; at++) {
    const body = new URLSearchParams({ text: `из браузера ${at} 🍵` });
    const answer = await fetch(`${url}/send`, { method: "POST", headers, body });
    statuses.push(answer.status);
    sent.push((await answer.json()).id);
    await hear(`"id":${sent.at(-1)},`);
  }
  const ids = [...heard.matchAll(/^data: \{"type":"message","id":(\d+),/gm)];
  leaving.abort();
  const ending = await reader.read().then(() => "more", (failure) => failure.name);
  return { statuses, sent, heard: ids.map(([, id]) => Number(id)), ending };
}

/** Runs in a page: what comes of asking; a message if nothing may be known of it. */
async function attempt(url: string, headers: Record<string, string>): Promise<number | string> {
  try {
    return (await fetch(url, { headers })).status;
  } catch (failure) {
    return String(failure);
  }
}

testInBrowser("the page of the API is shown, with its style, and no complaint", async (browser) => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { page, faults } = await openPage(browser);
  const answer = await page.goto(`${url}/docs`, { waitUntil: "networkidle0" });
  assertEquals(answer?.status(), 200);
  assertEquals(faults, []);
  assert(Number(await page.evaluate("document.styleSheets[0].cssRules.length")) > 0);
  assertMatch(String(await page.evaluate("document.body.innerText")), /POST \/send/);
  // It needs nothing, so it may ask for nothing, of its own server neither.
  assertMatch(String(await page.evaluate(attempt, "/healthz", {})), /^TypeError: /);
  assertMatch(faults.join("\n"), /Content Security Policy/);
});

testInBrowser("a script talks and listens over connections that are kept", async (browser) => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  await using tap = new Wiretap(url);
  const { page, faults } = await openPage(browser);
  // The page lets no script ask for anything. Here it is only a place of the same origin.
  await page.setBypassCSP(true);
  await page.goto(`${tap.url}/docs`);
  const seen = await page.evaluate(converse, "", alice.token, 12);
  assertEquals(seen.statuses, [200, ...Array(12).fill(201)]);
  assertEquals(seen.heard, seen.sent);
  assertEquals(seen.ending, "AbortError");
  assertEquals(faults.filter((fault) => !expected.test(fault)), []);
  // Three at most are busy at a time: the stream, what is asked, and one opened to be at hand.
  assert(tap.overheard.length <= 3, `${tap.overheard.length} connections`);
  assertEquals(tap.requests.filter((line) => line === "POST /send").length, 12);
  let online = 1;
  for (let asked = 0; online > 0 && asked < 1000; asked++) {
    online = (await alice.ask("GET /users?online=true")).items.length;
  }
  assertEquals(online, 0);
});

testInBrowser("a page of another origin learns nothing", async (browser) => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { token } = await Guest.arrive(url, "alice");
  // The same server behind another port, which makes it another origin.
  await using other = new Wiretap(url);
  const { page } = await openPage(browser);
  await page.setBypassCSP(true);
  await page.goto(`${other.url}/docs`);
  const headers = { authorization: `Bearer ${token}` };
  assertEquals(await page.evaluate(attempt, `${other.url}/status`, headers), 200);
  assertEquals(
    await page.evaluate(attempt, `${url}/status`, headers),
    "TypeError: Failed to fetch",
  );
  assertEquals(await page.evaluate(attempt, `${url}/healthz`, {}), "TypeError: Failed to fetch");
});

testInBrowser("a page of an origin that is allowed talks and listens", async (browser) => {
  await using pages = new Workspace();
  await using workspace = new Workspace();
  const { url: origin } = await pages.serve();
  const { url } = await workspace.serve({ args: ["--cors-origin", origin] });
  const { token } = await Guest.arrive(url, "alice");
  const { page, faults } = await openPage(browser);
  await page.setBypassCSP(true);
  await page.goto(`${origin}/docs`);
  const seen = await page.evaluate(converse, url, token, 3);
  assertEquals(seen.statuses, [200, 201, 201, 201]);
  assertEquals(seen.heard, seen.sent);
  assertEquals(seen.ending, "AbortError");
  assertEquals(faults.filter((fault) => !expected.test(fault)), []);
});

testInBrowser(
  "a page whose name is made to lead here learns nothing",
  async (browser) => {
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const { token } = await Guest.arrive(url, "alice");
    const { port } = new URL(url);
    const { page } = await openPage(browser);
    await page.setBypassCSP(true);
    const answer = await page.goto(`http://evil.example:${port}/docs`);
    assertEquals([answer?.status(), (await answer?.json()).code], [421, "misdirected"]);
    // To the browser, what it asks now is asked of the page's own server.
    const headers = { authorization: `Bearer ${token}` };
    assertEquals(await page.evaluate(attempt, "/status", headers), 421);
    assertEquals(await page.evaluate(attempt, "/healthz", {}), 421);
    const local = await page.goto(`http://localhost:${port}/docs`);
    assertEquals(local?.status(), 200);
  },
  { hosts: { "evil.example": "127.0.0.1" } },
);
