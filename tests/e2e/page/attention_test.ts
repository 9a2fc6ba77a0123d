/**
 * What the page tells someone who looks elsewhere: by the title and icon of its tab, and by
 * notifications.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { onThePage, type Visit } from "./visit.ts";
import { Visitor } from "./visitor.ts";

/** Someone who has allowed notifications, all of which are kept in `window.told`. */
async function joinNotified({ browser, url }: Visit, name: string): Promise<Visitor> {
  const context = await browser.createBrowserContext();
  await context.overridePermissions(new URL(url).origin, ["notifications"]);
  const visitor = await Visitor.join(context, url, { name });
  await visitor.page.evaluate(`
    const System = Notification;
    globalThis.told = [];
    globalThis.Notification = class extends System {
      constructor(title, options) {
        super(title, options);
        told.push({ title, body: options.body, click: () => this.onclick() });
      }
    };
  `);
  return visitor;
}

/** Has someone look at the page, or elsewhere. */
async function look({ page }: Visitor, where: "here" | "elsewhere"): Promise<void> {
  const isHere = where === "here";
  await page.evaluate(`
    document.hasFocus = () => ${isHere};
    dispatchEvent(new Event(${JSON.stringify(isHere ? "focus" : "blur")}));
  `);
}

async function told({ page }: Visitor): Promise<unknown> {
  return await page.evaluate("told.map(({ title, body }) => [title, body])");
}

async function titled({ page }: Visitor, title: string): Promise<void> {
  await page.waitForFunction(`document.title === ${JSON.stringify(title)}`);
}

/** What the icon of the tab is called. */
async function icon({ page }: Visitor): Promise<string> {
  const address = await page.$eval("#icon", (link) => link.getAttribute("href") ?? "");
  return /\/([a-z_]+)-/.exec(address)?.[1] ?? address;
}

onThePage("the title and the icon tell what waits", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await titled(alice, "common · chat");
  assertEquals(await icon(alice), "icon");
  await look(alice, "elsewhere");
  await bob.ask("POST /send", { text: "hello" });
  await titled(alice, "(1) common · chat");
  assertEquals(await icon(alice), "icon_unread");
  await bob.ask("POST /send", { text: "@alice, are you there?" });
  await titled(alice, "@ (2) common · chat");
  await look(alice, "here");
  await titled(alice, "common · chat");
  assertEquals(await icon(alice), "icon");
  await bob.ask("POST /send", { to: "alice", text: "psst" });
  await titled(alice, "(1) common · chat");
});

onThePage("a notification tells of what concerns someone who looks elsewhere", async (visit) => {
  const alice = await joinNotified(visit, "alice");
  const bob = await visit.company.guest("bob");
  await bob.ask("POST /send", { to: "alice", text: "while she looks" });
  await titled(alice, "(1) common · chat");
  await look(alice, "elsewhere");
  await bob.ask("POST /send", { text: "to everyone" });
  await bob.ask("POST /send", { text: "@alice, too" });
  await alice.page.waitForFunction("told.length === 1");
  await bob.ask("POST /send", { to: "alice", text: "<b>psst</b>" });
  await alice.page.waitForFunction("told.length === 2");
  assertEquals(await told(alice), [
    ["\u2068bob\u2069 in \u2068common\u2069", "@alice, too"],
    ["\u2068bob\u2069", "<b>psst</b>"],
  ]);
  await alice.page.evaluate("told[1].click()");
  await alice.isIn(/^Message to .bob/);
  alice.wasFine();
});
