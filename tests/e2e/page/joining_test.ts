/**
 * Coming to the page and leaving it: names, passwords, links, and several tabs and devices.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { said } from "../terminal/company.ts";
import { onThePage } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

const password = "open-sesame";

/** Fills in the form by which one joins, and sends it. */
async function enter(visitor: Visitor, name: string, password?: string): Promise<void> {
  await visitor.fill("Your name", name);
  if (password !== undefined) await visitor.fill(/^Password/, password);
  await visitor.press("Join");
}

onThePage("one joins by a name, and is still there after a reload", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  assertEquals(await alice.page.evaluate("document.cookie"), "");
  await alice.page.reload();
  await alice.isIn("to the common chat");
  await alice.find("button", "alice Profile");
});

onThePage("a name that is taken is entered by its password, on several devices", async (visit) => {
  const alice = await visit.join({ name: "alice", password });
  const phone = await visit.open("/");
  await enter(phone, "Alice");
  await phone.sees("This name belongs to someone. If it is you, enter its password.");
  await enter(phone, "Alice", "wrong");
  await phone.sees("The password is wrong. Try again, or take another name.");
  await enter(phone, "Alice", password);
  await phone.find("button", "alice Profile");
  await phone.say("from the phone");
  await alice.reads("from the phone");
  await alice.say("from the desk");
  await phone.reads("from the desk");
});

onThePage("a name that can be none is refused with words that say why", async (visit) => {
  const alice = await visit.open("/");
  for (
    const [name, words] of [
      ["two words", "The name must not contain spaces."],
      ["-alice", "The name must start with a letter, a digit or an emoji."],
      ["a/b", "The name may contain only letters, digits, emoji and _ . - '."],
      ["a".repeat(33), "The name must have at most 32 characters."],
    ] as const
  ) {
    await enter(alice, name);
    await alice.sees(words);
  }
  await enter(alice, "alice", "p".repeat(257));
  await alice.sees(/^The password must have at most 256 characters\.$/m);
  await enter(alice, "alice", "");
  await alice.isIn("to the common chat");
});

onThePage("who leaves a device leaves it in all its tabs", async (visit) => {
  const alice = await visit.join({ name: "alice", password });
  const other = await visit.openBeside(alice, "/");
  await other.isIn("to the common chat");
  await alice.lookHere();
  await alice.press("alice Profile");
  await alice.unfold("Leave this device");
  await alice.press("Leave");
  for (const tab of [alice, other]) {
    await tab.sees("Join the chat");
    await tab.sees("You have signed out.");
    assertEquals(await tab.valueOf("Your name"), "");
  }
  // What they knew is gone from the browser, and of no use.
  const kept = String(await alice.page.evaluate("JSON.stringify(localStorage)"));
  assert(!kept.includes("token"), kept);
  const guest = await visit.company.guest("bob");
  const { items } = await guest.ask("GET /users?online=true");
  assertEquals(items.map(({ name }: { name: string }) => name), []);
  await alice.page.reload();
  await alice.sees("Join the chat");
  await enter(other, "alice", password);
  await other.isIn("to the common chat");
  await alice.isIn("to the common chat");
});

onThePage("who is signed out from another device is told so, and can come back", async (visit) => {
  const alice = await visit.join({ name: "alice", password });
  const phone = await visit.open("/");
  await enter(phone, "alice", password);
  await phone.press("Devices");
  await phone.press(/^Sign out /);
  await alice.sees("You were signed out from elsewhere.");
  assertEquals(await alice.valueOf("Your name"), "alice");
  await phone.sees("this one");
  await phone.press("Close");
  await enter(alice, "alice", password);
  await alice.isIn("to the common chat");
  await phone.say("welcome back");
  await alice.reads("welcome back");
});

onThePage(
  "a link leads into a room whose owner is on a terminal, and its code is in no request line",
  async (visit) => {
    const alice = await visit.company.seat("alice", { columns: 120 });
    await alice.enter("/create garden");
    await alice.enter("/link");
    const [, code = ""] = await alice.sees(/^ {2}\/join (\S+)$/m);
    const bob = await visit.open(`/join#${code}`);
    await bob.sees("You have a link into a room.");
    assertEquals(new URL(bob.page.url()).href, `${visit.url}/#/`);
    // Even before there is anyone who has it.
    await bob.page.reload();
    await bob.sees("You have a link into a room.");
    await enter(bob, "bob");
    await bob.press("Ask to enter");
    await bob.sees(/You have asked to enter .*garden/);
    await alice.sees("bob asks to enter garden");
    await alice.enter("/approve bob");
    await bob.isIn("to the room \u2068garden\u2069");
    await bob.say("what a garden");
    await alice.sees(said("bob", "what a garden"));
    await alice.enter("see the roses");
    await bob.reads("see the roses");
    await bob.page.reload();
    await bob.isIn("to the room \u2068garden\u2069");
    await bob.reads("see the roses");
    assert(!bob.requests.some((request) => request.includes(code)));
    assert(!visit.company.log.includes(code));
    assertMatch(visit.company.log, /"\/join"/);
  },
  { args: ["--log-level", "debug"] },
);

onThePage(
  "a link leads someone who is signed in into a room of someone on a page",
  async (visit) => {
    const alice = await visit.join({ name: "alice" });
    const bob = await visit.join({ name: "bob" });
    await alice.press("New room");
    await alice.fill("Name of the room", "garden");
    await alice.press("Make the room");
    await alice.isIn("to the room \u2068garden\u2069");
    await alice.press("Manage");
    await alice.press("Make a link");
    const link = await alice.valueOf("Your link");
    const beside = await visit.openBeside(bob, link);
    await beside.press("Ask to enter");
    await beside.sees(/You have asked to enter .*garden/);
    await alice.press("Let in bob");
    await beside.isIn("to the room \u2068garden\u2069");
    await beside.say("here I am");
    await alice.reads("here I am");
    const spent = await visit.openBeside(bob, link);
    await spent.press("Ask to enter");
    await spent.sees("you are in that room already");
    const invented = await visit.openBeside(bob, "/join#no-such-code");
    await invented.press("Ask to enter");
    await invented.sees("the link is over, used up or taken back; ask for another");
    const [, code = ""] = link.split("#");
    for (const tab of [alice, beside, spent]) {
      assert(!tab.requests.some((request) => request.includes(code)));
      assert(!tab.page.url().includes(code));
    }
  },
);

onThePage(
  "the link of the first owner, and one of theirs, let in where nobody else may join",
  async (visit) => {
    const [, ownerCode = ""] = /#invite=(\S+)/.exec(visit.company.log) ?? [];
    const olga = await visit.open(`/#invite=${ownerCode}`);
    assertEquals(await olga.valueOf("Invitation"), ownerCode);
    assertEquals(new URL(olga.page.url()).href, `${visit.url}/#/`);
    // Even before there is anyone who has used it.
    await olga.page.reload();
    assertEquals(await olga.valueOf("Invitation"), ownerCode);
    await enter(olga, "olga");
    await olga.isIn("to the common chat");
    const { url: link, code } = await inviteBy(olga);

    const bob = await visit.open("/");
    await bob.misses("Invitation");
    await enter(bob, "bob");
    await bob.sees("To join you need an invitation that is still good.");
    await bob.fill("Invitation", "invented");
    await bob.press("Join");
    await bob.sees("To join you need an invitation that is still good.");
    assertEquals(await bob.valueOf("Your name"), "bob");
    await bob.fill("Invitation", ` ${link} `);
    await bob.press("Join");
    await bob.isIn("to the common chat");
    await bob.say("thank you");
    await olga.reads("thank you");
    await bob.page.reload();
    await bob.isIn("to the common chat");

    // One that is used up leads to the same words, and a link in a tab that is open is taken, too.
    const eve = await visit.open("/");
    await eve.page.evaluate(`location.hash = "#invite=${code}"`);
    await eve.comes("the code", async () => await eve.valueOf("Invitation") === code);
    await enter(eve, "eve");
    await eve.sees("To join you need an invitation that is still good.");
    for (const secret of [ownerCode, code]) {
      for (const { requests, page } of [olga, bob, eve]) {
        assert(!requests.some((request) => request.includes(secret)));
        assert(!page.url().includes(secret));
      }
      // The owner's is told beside the log, once in a command and once in a link.
      const times = visit.company.log.split(secret).length - 1;
      assertEquals(times, secret === ownerCode ? 2 : 0);
    }
  },
  { args: ["--registration", "invite", "--log-level", "debug"] },
);

/** An invitation by someone who moderates. */
async function inviteBy(
  visitor: Visitor,
): Promise<{ readonly code: string; readonly url: string }> {
  const made = await visitor.page.evaluate(async () => {
    const { token } = JSON.parse(localStorage.getItem("chat.account") ?? "{}");
    const headers = { authorization: `Bearer ${token}` };
    return await (await fetch("/invites", { method: "POST", headers })).text();
  });
  return JSON.parse(made);
}
