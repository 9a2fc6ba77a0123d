/**
 * How one stands on the page: the limit, reports and bans, and one's name.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { said } from "../terminal/company.ts";
import { onThePage } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

/** Whether the button that sends can be used. */
async function canSend(visitor: Visitor): Promise<boolean> {
  return await visitor.page.$eval(
    ".composer [type=submit]",
    (button) => !(button as unknown as { disabled: boolean }).disabled,
  );
}

onThePage("the limit of the common chat is told, and holds there alone", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await visit.company.guest("bob");
  await alice.say("one");
  await alice.sees(/4 of 5 messages to the common chat left until (?:\w+ \d+ \w+ )?\d\d:\d\d/);
  await alice.say("two");
  await alice.sees("3 messages to the common chat left; the count begins anew at");
  for (const text of ["three", "four", "five"]) {
    await alice.say(text);
    await alice.reads(text);
  }
  await alice.sees(/Your limit of 5 messages to the common chat is used up\. .* at \d\d:\d\d/);
  assertEquals(await canSend(alice), false);
  await alice.fill(/^Message /, "six");
  await alice.page.keyboard.press("Enter");
  assertEquals(await alice.valueOf(/^Message /), "six");
  await alice.press("People");
  await alice.press("Write to bob");
  await alice.isIn("to \u2068bob\u2069");
  assertEquals(await canSend(alice), true);
  await alice.say("but to you");
  await alice.reads("but to you");
  await alice.press("alice Profile");
  await alice.sees("0 of 5 messages to everyone left");
  await alice.press("Close");
  await alice.goTo("Common chat");
  await alice.isIn("to the common chat");
  assertEquals(await alice.valueOf(/^Message /), "six");
}, { args: ["--limit", "5"] });

onThePage("one can send again when the limit begins anew", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await alice.say("one");
  await alice.sees("Your limit of 1 message to the common chat is used up.");
  await alice.misses("is used up");
  await alice.say("two");
  await alice.reads("two");
}, { args: ["--limit", "1", "--limit-period", "5s"] });

onThePage("reports ban their subject, who is told until when and can read", async (visit) => {
  const mallory = await visit.join({ name: "mallory" });
  const bob = await visit.join({ name: "bob" });
  await mallory.say("buy my things");
  await bob.choose("Report…", "buy my things");
  await bob.sees("3 reports by different people keep someone from sending for 4h");
  await bob.fill("Why (may be left empty)", "spam");
  await bob.press("Report");
  await bob.sees(/You have reported: 1 report about .*mallory/);
  await bob.choose("Report…", "buy my things");
  await bob.press("Report");
  await bob.sees("Cannot report them: ");
  await bob.press("Close");
  for (const name of ["carol", "dora"]) {
    const guest = await visit.company.guest(name);
    await guest.ask("POST /report", { user: "mallory" });
  }
  await mallory.sees(
    /You are banned from sending until (?:\w+ \d+ \w+ )?\d\d:\d\d; you can still read/,
  );
  await mallory.sees(/You are banned from sending until (?:\w+ \d+ \w+ )?\d\d:\d\d\./);
  assertEquals(await canSend(mallory), false);
  await mallory.press("mallory Profile");
  await mallory.sees("3 reports about you.");
  await mallory.press("Close");
  await bob.say("peace");
  await mallory.reads("peace");
  await mallory.page.reload();
  await mallory.sees(/You are banned from sending until (?:\w+ \d+ \w+ )?\d\d:\d\d\./);
  await mallory.reads("peace");
});

onThePage("another name is shown everywhere", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  const carol = await visit.company.seat("carol");
  const beside = await visit.openBeside(bob, "/#/to/alice");
  await alice.say("who am I?");
  await bob.lookHere();
  await bob.reads("alice");
  await alice.press("alice Profile");
  await alice.unfold("Change your name");
  await alice.fill("New name", "carol");
  await alice.press("Change the name");
  await alice.sees("Cannot change your name: ");
  await alice.fill("New name", "алиса");
  await alice.press("Change the name");
  await alice.sees(/You are called .*алиса.* now/);
  await alice.press("Close");
  await alice.find("button", "алиса Profile");
  await bob.reads("алиса");
  await bob.readsNoMore("alice");
  await beside.isIn("to \u2068алиса\u2069");
  await carol.sees("алиса");
  await alice.say("it is me");
  await carol.sees(said("алиса", "it is me"));
  await alice.page.reload();
  await alice.find("button", "алиса Profile");
});
