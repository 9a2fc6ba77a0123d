/**
 * The page on a telephone, where there is room for the chat or for the list of chats.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { onThePage } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

const phone = { width: 390, height: 844, deviceScaleFactor: 3, hasTouch: true, isMobile: true };

/** What a finger hits without care is as large as this, in CSS pixels (WCAG 2.2, 2.5.8). */
const targetMin = 24;

onThePage("someone on a telephone and someone in a terminal have a conversation", async (visit) => {
  const bob = await visit.company.seat("bob");
  const alice = await visit.open("/");
  await alice.page.setViewport(phone);
  await tap(alice, "textbox", "Your name");
  await alice.page.keyboard.type("alice");
  await tap(alice, "button", "Join");
  await tap(alice, "textbox", /^Message to the common chat/);
  await alice.page.keyboard.type("hello from the street");
  await tap(alice, "button", "Send");
  await bob.sees("hello from the street");
  await bob.enter("hello from the desk @alice");
  await alice.reads("hello from the desk");

  // An Enter of the keyboard on the screen is a new line.
  await tap(alice, "textbox", /^Message /);
  await alice.page.keyboard.type("two");
  await alice.page.keyboard.press("Enter");
  await alice.page.keyboard.type("lines");
  await tap(alice, "button", "Send");
  await bob.sees("lines");
  assertEquals((await alice.texts()).at(-1), "two\nlines");

  // A private word comes in; the list leads to it, and back.
  await bob.enter("/private alice just for you");
  await tap(alice, "button", /^Chats.*1/);
  await tap(alice, "link", /^bob.*1/);
  await alice.reads("just for you");
  await tap(alice, "textbox", /^Message to .*bob/);
  await alice.page.keyboard.type("nobody else sees this");
  await tap(alice, "button", "Send");
  await bob.sees("nobody else sees this");
  await alice.page.goBack();
  await alice.find("link", /^bob/);
  await alice.page.goBack();
  await alice.find("textbox", /^Message to the common chat/);
  await alice.reads("hello from the desk");

  // It is answered by its menu.
  await tap(alice, "button", `What to do with message ${await alice.reads("from the desk")}`);
  await tap(alice, "menuitem", "Comment");
  await tap(alice, "textbox", /^Message /);
  await alice.page.keyboard.type("an answer");
  await tap(alice, "button", "Send");
  await bob.sees("an answer");
});

onThePage("all of a telephone's screen is used, and all can be hit", async (visit) => {
  const alice = await visit.open("/");
  await alice.page.setViewport(phone);
  await alice.fill("Your name", "alice");
  await alice.press("Join");
  const bob = await visit.company.guest("bob");
  for (let at = 0; at < 30; at++) {
    await bob.say(`message ${at} with a few words to fill a line or two`);
  }
  await alice.reads("message 29");
  for (const name of ["Attach files", "Later…", "Send"]) {
    const box = await (await alice.find("button", name)).boundingBox();
    assert(box !== null, name);
    assert(box.width >= targetMin && box.height >= targetMin, `${name} is ${box.width} wide`);
    assert(box.x >= 0 && box.x + box.width <= phone.width, `${name} is on the screen`);
    assert(box.y + box.height <= phone.height, `${name} is on the screen`);
  }
  const { scrollWidth, scrollHeight } = await alice.page.evaluate(
    "({scrollWidth: document.documentElement.scrollWidth, " +
      "scrollHeight: document.documentElement.scrollHeight})",
  ) as { readonly scrollWidth: number; readonly scrollHeight: number };
  // The log scrolls, not the page.
  assertEquals([scrollWidth, scrollHeight], [phone.width, phone.height]);
  const chooser = alice.page.waitForFileChooser();
  await tap(alice, "button", "Attach files");
  assert((await chooser).isMultiple());
}, { args: ["--limit", "1000"] });

/** Touches what is called so where it is. */
async function tap(
  visitor: Visitor,
  role: Parameters<Visitor["find"]>[0],
  name: string | RegExp,
): Promise<void> {
  const element = await visitor.find(role, name);
  await element.tap();
}
