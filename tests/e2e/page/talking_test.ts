/**
 * Talking on the page, with someone else on a page and someone in a terminal.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { said } from "../terminal/company.ts";
import { onThePage } from "./visit.ts";

const password = "open-sesame";

onThePage("two on the page and one in a terminal talk", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "боб" });
  const carol = await visit.company.seat("carol");
  await alice.say("hello from the page");
  await bob.reads("hello from the page");
  await carol.sees("hello from the page");
  await carol.enter("and from a terminal 👋");
  await alice.reads("and from a terminal 👋");
  await bob.reads("and from a terminal 👋");
  await bob.say("и от меня");
  await alice.reads("и от меня");
  await carol.sees("и от меня");
  // All of it came in before their eyes.
  for (const one of [alice, bob]) assertEquals((await one.text()).includes("New messages"), false);
});

onThePage("people are found in a list, and talk privately", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const carol = await visit.company.seat("carol");
  const dora = await visit.join({ name: "dora" });
  await alice.press("People");
  await alice.fill("Find someone", "CAR", "searchbox");
  await alice.sees("1 name");
  await alice.press("Write to carol");
  await alice.isIn("to \u2068carol\u2069");
  await alice.say("only for you");
  await carol.sees(said("alice → carol", "only for you", ">>"));
  await carol.enter("/msg alice and for you");
  await alice.reads("and for you");
  await alice.goTo("Common chat");
  await alice.isIn("to the common chat");
  await alice.say("for all");
  await dora.reads("for all");
  assertEquals((await dora.text()).includes("for you"), false);
  assertEquals((await alice.messages()).length, 1);
});

onThePage("what comes in elsewhere is counted, and calls by name are marked", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await bob.say("one");
  await alice.reads("one");
  for (const text of ["psst", "are you there, @alice?"]) await bob.say(text, { to: "alice" });
  await alice.find("link", /^bob .*2 unread/);
  await alice.goTo("bob");
  await alice.isIn("to \u2068bob\u2069");
  await alice.reads("are you there");
  await alice.find("link", "bob");
  await bob.say("two");
  await bob.say("three, @alice");
  await alice.find("link", "Common chat @1 calls you, 2 unread");
  assertMatch(await alice.page.title(), /2/);
  await alice.goTo("Common chat");
  await alice.reads("three, @alice");
  await alice.find("link", "Common chat");
  assertEquals(await alice.page.$$eval(".message.calls mark", (marks) => marks.length), 1);
});

onThePage("what came in while one looked away stands below a line", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await bob.say("before");
  await alice.reads("before");
  await alice.lookAway();
  await bob.say("meanwhile");
  await bob.say("and more");
  await alice.reads("and more");
  await alice.find("link", "Common chat 2 unread");
  await alice.lookHere();
  await alice.find("link", "Common chat");
  assertMatch(await alice.text(), /before[^]*New messages[^]*meanwhile[^]*and more/);
});

onThePage("what is read on one device is read on the others", async (visit) => {
  const alice = await visit.join({ name: "alice", password });
  const phone = await visit.join({ name: "alice", password });
  const bob = await visit.company.guest("bob");
  for (const device of [alice, phone]) await device.isIn("to the common chat");
  for (const text of ["one", "two", "three"]) await bob.say(text, { to: "alice" });
  for (const device of [alice, phone]) await device.find("link", "bob 3 unread");
  await phone.goTo("bob");
  await phone.reads("three");
  await alice.find("link", "bob");
});

onThePage("one comments on a message, and goes where it stands", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  const carol = await visit.company.seat("carol");
  await alice.say("what do you think?");
  await bob.choose("Comment", "what do you think?");
  await bob.say("a lot");
  const id = await alice.reads("what do you think?");
  await alice.reads("a lot");
  await carol.sees(said("bob", "a lot", `↳ ${id}`));
  await alice.press(`in answer to #${id} alice: what do you think?`, "link");
  await alice.comes("focus", () => new URL(alice.page.url()).hash === `#/m/${id}`);
  assertEquals(await alice.page.evaluate("document.activeElement.dataset.id"), `${id}`);
  // The composer of the one who has commented answers nothing any more.
  await bob.say("not a comment");
  await alice.press("1 comment");
  await alice.find("heading", "Comments");
  await alice.fill("Your comment", "tell me more");
  await alice.press("Comment");
  await alice.press("Close");
  await bob.press("2 comments");
  await bob.sees(/^Comments\n[^]*what do you think\?[^]*a lot[^]*tell me more/m);
  await bob.press("Go to the message");
  await bob.comes("the address", () => new URL(bob.page.url()).hash === `#/m/${id}`);
  await carol.sees(said("alice", "tell me more", `↳ ${id}`));
});

onThePage("a message of one's own is deleted for all", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  const carol = await visit.company.seat("carol");
  await alice.say("a slip");
  await alice.say("no slip");
  await bob.reads("a slip");
  await bob.press(`What to do with message ${await bob.reads("no slip")}`);
  await bob.find("menuitem", "Comment");
  const offered = await bob.page.$$eval(
    "[role=menuitem]",
    (all) => all.map((item) => item.textContent),
  );
  assertEquals(offered, ["Comment", "Copy link", "Write privately", "Report…"]);
  await alice.choose("Delete…", "a slip");
  await alice.press("Delete for everyone");
  await bob.readsNoMore("a slip");
  await alice.readsNoMore("a slip");
  await carol.sees("was deleted");
});

onThePage("Alt and an arrow go to the next chat, but not out of what is written", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await bob.ask("POST /send", { to: "alice", text: "psst" });
  await alice.find("link", /^bob/);
  const nextChat = async () => {
    await (await alice.find("textbox", /^Message /)).focus();
    await alice.page.keyboard.down("Alt");
    await alice.page.keyboard.press("ArrowDown");
    await alice.page.keyboard.up("Alt");
  };
  await alice.fill(/^Message /, "to everyone");
  await nextChat();
  await alice.isIn("to the common chat");
  await alice.fill(/^Message /, "");
  await nextChat();
  await alice.isIn(/^Message to .bob/);
});
