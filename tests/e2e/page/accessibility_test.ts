/**
 * The page for everyone: by keys alone, read out, in any colours, narrow and large.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Company } from "../terminal/company.ts";
import { dialogs, focused, openByKeys, seesFocus, tabTo } from "./keys.ts";
import { faultsFor } from "./scan.ts";
import { onThePage } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

/** A window, and in which colours. */
const looks = [
  { width: 1280, height: 800, colours: "light" },
  { width: 1280, height: 800, colours: "dark" },
  { width: 390, height: 844, colours: "light" },
  { width: 320, height: 568, colours: "dark" },
] as const;

type Look = typeof looks[number];

async function lookAt(visitor: Visitor, { colours, ...size }: Look): Promise<void> {
  await visitor.page.setViewport(size);
  await visitor.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: colours }]);
}

for (const look of looks) {
  const title = `${look.width} px wide in ${look.colours} colours`;
  onThePage(`nothing is in anyone's way, ${title}`, async (visit) => {
    const stranger = await visit.open("/");
    await lookAt(stranger, look);
    await stranger.find("button", "Join");
    assertEquals(await faultsFor(stranger), []);

    const alice = await visit.join({ name: "alice" });
    await lookAt(alice, look);
    const text = await talkOfAllKinds(visit.company);
    await alice.reads(text);
    await alice.say("my own");
    await alice.reads("my own");
    assertEquals(await faultsFor(alice), []);
    await alice.press(`What to do with message ${await alice.reads("my own")}`);
    await alice.find("menuitem", "Delete…");
    assertEquals(await faultsFor(alice), []);
    await alice.page.keyboard.press("Escape");
    for (const dialog of dialogs) {
      await openByKeys(alice, dialog);
      assertEquals(await faultsFor(alice), [], dialog.title);
      await alice.press("Close");
    }
    await visit.company.killServer();
    await alice.sees("No connection");
    assertEquals(await faultsFor(alice), []);
  });
}

onThePage("all that is done by a pointer is done by keys", async (visit) => {
  const alice = await visit.open("/");
  await visit.company.guest("bob");
  await alice.find("button", "Join");
  // The name is where the keys go at once.
  await alice.page.keyboard.type("alice");
  await alice.page.keyboard.press("Enter");
  await alice.isIn(/to the common chat/);
  await tabTo(alice, "textbox", /^Message /);
  await alice.page.keyboard.type("by keys");
  await alice.page.keyboard.press("Enter");
  const id = await alice.reads("by keys");

  // A message has a menu, and what is written next can answer it.
  await tabTo(alice, "button", `What to do with message ${id}`);
  await alice.page.keyboard.press("Enter");
  assertEquals(await focused(alice), "menuitem Comment");
  await alice.page.keyboard.press("ArrowDown");
  assertEquals(await focused(alice), "menuitem Copy link");
  await seesFocus(alice);
  await alice.page.keyboard.press("Escape");
  assertEquals(await focused(alice), `button What to do with message ${id}`);
  await alice.page.keyboard.press("Enter");
  await alice.page.keyboard.press("Enter");
  await alice.sees(`Answering #${id}`);
  await alice.page.keyboard.type("an answer by keys");
  await alice.page.keyboard.press("Enter");
  await alice.sees(`in answer to #${id}`);

  // From chat to chat.
  await alice.say("@bob come here");
  const bob = await visit.company.guest("robert");
  await bob.say("only for you", { to: "alice" });
  await alice.find("link", /^robert/);
  await tabTo(alice, "link", /^robert/);
  await alice.page.keyboard.press("Enter");
  await alice.reads("only for you");
  // Where there is no keyboard, that would bring one up: then to the title.
  assertMatch(await focused(alice), /robert/);
  await alice.page.keyboard.down("Alt");
  await alice.page.keyboard.press("ArrowUp");
  await alice.page.keyboard.up("Alt");
  await alice.isIn(/to the common chat/);
});

onThePage("every dialog takes the focus, and gives it back", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await talkOfAllKinds(visit.company);
  await alice.say("my own");
  await alice.reads("my own");
  for (const dialog of dialogs) {
    for (const key of ["Escape", "Enter"] as const) {
      const opener = await openByKeys(alice, dialog);
      const isWithin = await alice.page.evaluate(
        "document.activeElement.closest('dialog') !== null",
      );
      assert(isWithin, `${dialog.title} has the focus`);
      // By Escape, or by its button.
      if (key === "Enter") await tabTo(alice, "button", "Close");
      await alice.page.keyboard.press(key);
      await alice.gone("dialog");
      assertEquals(await focused(alice), opener, `${dialog.title} by ${key}`);
    }
  }
});

onThePage("only what is new is read out", async (visit) => {
  const bob = await visit.company.guest("bob");
  for (let at = 0; at < 80; at++) await bob.say(`old ${at}.`);
  const alice = await visit.open("/");
  await alice.page.evaluateOnNewDocument(collectAnnouncements);
  await alice.page.reload();
  await alice.fill("Your name", "alice");
  await alice.press("Join");
  await alice.reads("old 79.");
  const announced = () => alice.page.evaluate("announced") as Promise<string[]>;
  assertEquals(await announced(), []);
  await bob.say("new one");
  await alice.reads("new one");
  // What is scrolled to is none.
  await alice.page.$eval(
    ".log",
    (log) => void ((log as unknown as { scrollTop: number }).scrollTop = 0),
  );
  await alice.reads("old 0.");
  await bob.say("new two");
  await alice.page.waitForFunction("announced.length > 1");
  assertEquals(await announced(), ["bob: new one", "bob: new two"]);
}, { args: ["--limit", "1000"] });

onThePage("nothing moves for those who do not want it", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await alice.page.emulateMediaFeatures([{ name: "prefers-reduced-motion", value: "reduce" }]);
  await alice.page.evaluate(countAnimations);
  await bob.say("hello");
  await alice.reads("hello");
  await alice.press(/^alice Profile/);
  await alice.find("dialog", "You");
  await alice.press("Close");
  await visit.company.killServer();
  await alice.sees("No connection");
  assertEquals(await alice.page.evaluate("[document.getAnimations().length, moved]"), [0, 0]);
});

onThePage("the page can be read twice as large", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await talkOfAllKinds(visit.company);
  await alice.page.setViewport({ width: 640, height: 400, deviceScaleFactor: 2 });
  assertEquals(await faultsFor(alice), []);
  for (const dialog of dialogs.slice(0, 3)) {
    await openByKeys(alice, dialog);
    assertEquals(await faultsFor(alice), [], dialog.title);
    await alice.press("Close");
  }
});

/** Someone says something of each kind; gives the last of it. */
async function talkOfAllKinds(company: Company): Promise<string> {
  const bob = await company.guest("bob");
  const first = await bob.say("@alice, look: https://example.org/a?b=c <b>not bold</b>");
  await bob.ask("POST /comment", { message: first, text: "a comment" });
  await bob.say("a line\n".repeat(40));
  await bob.say("x".repeat(500));
  await bob.say("مرحبا \u202e hello שלום");
  const file = await bob.try("POST /files?name=notes.txt", {
    bytes: new TextEncoder().encode("notes"),
    headers: { "content-type": "text/plain" },
  });
  await bob.say("with a file", { files: file.json.id });
  await bob.say("a private word", { to: "alice" });
  await bob.ask("POST /rooms", { name: "garden" });
  await bob.say("and that is all");
  return "and that is all";
}

const collectAnnouncements = `globalThis.announced = [];
new MutationObserver((changes) => {
  for (const { target, addedNodes } of changes) {
    if (target.nodeType !== 1 || target.closest(".announcer") === null) continue;
    for (const node of addedNodes) {
      if (node.nodeName === "P") announced.push(node.textContent);
    }
  }
}).observe(document, { childList: true, subtree: true })`;

const countAnimations = `globalThis.moved = 0;
for (const kind of ["animationstart", "transitionrun"]) addEventListener(kind, () => moved++, true)`;
