/**
 * Rooms on the page: who owns them, who gets in, and what those see who are in no more.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { said } from "../terminal/company.ts";
import { onThePage, type Visit } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

/** Where one writes in a room. */
function inRoom(name: string): string {
  return `to the room \u2068${name}\u2069`;
}

/** Someone makes a room. */
async function makeRoom(visitor: Visitor, name: string): Promise<void> {
  await visitor.press("New room");
  await visitor.fill("Name of the room", name);
  await visitor.press("Make the room");
  await visitor.isIn(inRoom(name));
}

/** The owner of the room that is shown invites someone. */
async function invite(visitor: Visitor, user: string): Promise<void> {
  await visitor.press("Manage");
  await visitor.fill("Name of a user", user, "combobox");
  await visitor.press("Invite");
  await visitor.sees("Invited: they are in as soon as they accept.");
  await visitor.press("Close");
}

/** Two on pages, of whom one has let the other into a room. */
async function inGarden(visit: Visit): Promise<readonly [Visitor, Visitor]> {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  await makeRoom(alice, "garden");
  await invite(alice, "bob");
  await bob.press("Join garden");
  await bob.isIn(inRoom("garden"));
  return [alice, bob];
}

onThePage("those who are invited get in, and nobody else sees what is said", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  const carol = await visit.company.seat("carol");
  await makeRoom(alice, "garden");
  for (const name of ["bob", "carol"]) await invite(alice, name);
  await alice.press("Manage");
  await alice.fill("Name of a user", "nobody", "combobox");
  await alice.press("Invite");
  await alice.sees("Cannot invite them: ");
  await alice.press("Close");
  await bob.sees("You are invited to garden");
  await bob.press("Decline garden");
  await bob.misses("You are invited to garden");
  await carol.sees("alice invites you to garden");
  await carol.enter("/accept garden");
  await alice.say("only for members");
  await carol.sees(said("alice", "only for members"));
  await invite(alice, "bob");
  await bob.press("Join garden");
  await bob.isIn(inRoom("garden"));
  await bob.say("here I am");
  await alice.reads("here I am");
  await carol.sees("here I am");
});

onThePage("a link can be taken back, and who asks by one can be denied", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  await makeRoom(alice, "garden");
  await alice.press("Manage");
  await alice.fill("and so many people", "1", "spinbutton");
  await alice.press("Make a link");
  const link = await alice.valueOf("Your link");
  await alice.sees(/Link \d+\s*until .*, used by 0 of 1/);
  await alice.press("Close");
  const ask = async () => {
    await bob.press("Join a room by its link");
    await bob.fill("Link, or its code", link);
    await bob.press("Ask to enter");
  };
  await ask();
  await alice.press("Deny bob");
  await bob.sees(/You were not let into .*garden/);
  await bob.press("Close");
  await ask();
  await alice.press("Let in bob");
  await bob.isIn(inRoom("garden"));
  await alice.press("Manage");
  await alice.sees(/used by 1 of 1/);
  await alice.press("Make a link");
  const second = await alice.valueOf("Your link");
  await alice.press(/^Revoke link /);
  await alice.misses("Your link");
  const carol = await visit.join({ name: "carol" });
  for (const spent of [link, second]) {
    await carol.press("Join a room by its link");
    await carol.fill("Link, or its code", spent);
    await carol.press("Ask to enter");
    await carol.sees("the link is over, used up or taken back; ask for another");
    await carol.press("Close");
  }
});

onThePage("who is removed is told, and sees nothing more of the room", async (visit) => {
  const [alice, bob] = await inGarden(visit);
  await alice.say("still together");
  await bob.reads("still together");
  const garden = bob.page.url();
  const beside = await visit.openBeside(bob, "/#/");
  await beside.isIn("to the common chat");
  await beside.find("link", "garden");
  await bob.lookHere();
  await bob.fill(/^Message /, "half a thought");
  await alice.press("Manage");
  await alice.unfold("Change bob");
  await alice.press("Remove bob");
  await bob.isIn("to the common chat");
  await bob.sees(/You are not in .*garden.* any more/);
  await bob.sees("You are in the common chat now");
  assertEquals(await bob.valueOf(/^Message /), "");
  assertEquals(new URL(bob.page.url()).hash, "#/");
  await alice.press("Close");
  await alice.say("among ourselves");
  await alice.reads("among ourselves");
  await alice.goTo("Common chat");
  await alice.isIn("to the common chat");
  await alice.say("for everyone");
  for (const tab of [bob, beside]) {
    await tab.reads("for everyone");
    const text = await tab.text();
    for (const secret of ["still together", "among ourselves", "half a thought"]) {
      assertEquals(text.includes(secret), false, secret);
    }
    await tab.misses(/^garden$/m);
  }
  await bob.page.goto(garden);
  await bob.sees("You are not in that room");
  await bob.isIn("to the common chat");
  assertEquals((await bob.text()).includes("among ourselves"), false);
});

onThePage("a room is handed over, renamed, and left", async (visit) => {
  const [alice, bob] = await inGarden(visit);
  await alice.press("Manage");
  await alice.unfold("Change bob");
  await alice.press("Hand the room over bob");
  await bob.sees(/You own .*garden.* now/);
  await bob.press("Manage");
  await bob.unfold("Rename the room");
  await bob.fill("New name of the room", "orchard");
  await bob.press("Rename");
  await bob.press("Close");
  await bob.isIn(inRoom("orchard"));
  await alice.find("heading", "orchard");
  await alice.unfold("Leave the room");
  await alice.press("Leave");
  await alice.isIn("to the common chat");
  await bob.press("Manage");
  await bob.sees(/^bob[^]*owner/m);
  await bob.misses(/^alice/m);
});

onThePage("a room that is deleted vanishes under those who are in it", async (visit) => {
  const [alice, bob] = await inGarden(visit);
  await bob.say("a fine room");
  await alice.reads("a fine room");
  await bob.fill(/^Message /, "to be said in the garden");
  await alice.press("Manage");
  await alice.unfold("Delete the room");
  await alice.press("Delete for everyone");
  for (const one of [alice, bob]) {
    await one.isIn("to the common chat");
    await one.sees(/The room .*garden.* is gone, with all that was said in it/);
    await one.misses("a fine room");
  }
  // What was to be said there alone is not there to be sent to everyone.
  assertEquals(await bob.valueOf(/^Message /), "");
  await bob.page.keyboard.press("Enter");
  await bob.say("where is the garden?");
  await alice.reads("where is the garden?");
  assertEquals((await alice.messages()).length, 1);
});
