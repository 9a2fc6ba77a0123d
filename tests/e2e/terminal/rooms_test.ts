/**
 * Rooms, as those who make them, enter them and leave them see it on their terminals.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { draft, inCompany, prompt, said, tells, times } from "./company.ts";

inCompany(
  "a stranger comes in by a link, talks, is put out, and hears no more",
  async (company) => {
    const alice = await company.seat("alice", { columns: 120 });
    const carol = await company.seat("carol", { columns: 120 });

    await alice.enter("/create garden");
    await alice.sees("garden is made");
    await alice.enter("/room garden");
    await alice.sees(prompt("garden"));
    await alice.enter("/link");
    const [, code] = await alice.sees(/^ {2}\/join (\S+)$/m);

    await carol.enter(`/join ${code}`);
    await carol.sees("You have asked to enter garden; its owner decides");
    await carol.enter("/room garden");
    await carol.sees("there is no room garden here");
    await alice.sees("carol asks to enter garden: /approve carol or /deny carol");
    await alice.enter("before you came");
    await alice.sees(said("alice", "before you came", "✓"));
    await alice.enter("/approve carol");
    await alice.sees("carol is in garden now");

    await carol.sees("You were let into garden");
    await carol.enter("/room garden");
    await carol.sees(prompt("garden"));
    await carol.enter("thank you");
    await carol.sees(said("carol", "thank you", "✓"));
    await alice.sees(said("carol", "thank you"));

    await alice.enter("/remove carol");
    await alice.sees("carol is not in garden any more");
    await carol.sees("You are not in garden any more");
    // Where nobody can be, nobody stays.
    await carol.sees(prompt("common"));
    await alice.enter("for members only");
    await alice.sees(said("alice", "for members only", "✓"));
    await carol.enter("am I alone?");
    await alice.sees(said("carol", "am I alone?", "[common]"));
    assertEquals(times(await carol.lines(), "for members only"), 0);
  },
);

inCompany("who is invited comes in at once; who leaves gives the room on", async (company) => {
  const alice = await company.seat("alice");
  const bob = await company.seat("bob");
  await alice.enter("/create garden");
  await alice.sees("garden is made");
  await alice.enter("/invite bob garden");
  const [, called] = await bob.sees(/alice invites you to garden: \/accept (\w+) or \/decline/);
  await bob.enter(`/accept ${called}`);
  await bob.sees(/You (are in|were let into) garden/);
  await alice.sees("bob is in garden now");
  await alice.enter("/leave garden");
  await alice.sees("You are not in garden any more");
  await bob.sees("alice is not in garden any more");
  await bob.enter("/rooms");
  await bob.sees(/^ *\d+ {2}garden, yours$/m);
  await bob.enter("/leave garden");
  await bob.sees(/You are not in garden any more|garden is gone/);
  await bob.enter("/rooms");
  await bob.sees("You are in no room");
});

inCompany("who declines is not in the room", async (company) => {
  const alice = await company.guest("alice");
  const bob = await company.seat("bob");
  const { id } = await alice.ask("POST /rooms", { name: "garden" });
  await alice.ask(`POST /rooms/${id}/invitations`, { user: "bob" });
  await bob.sees("alice invites you to garden");
  await bob.enter("/decline garden");
  await bob.sees("You have declined to enter garden");
  await bob.enter("/room garden");
  await bob.sees("there is no room garden here");
});

inCompany("what is said elsewhere is shown with its room, and counted until one goes there", async (
  company,
) => {
  const alice = await company.guest("alice");
  const { id } = await alice.ask("POST /rooms", { name: "garden" });
  const bob = await company.seat("bob");
  await alice.ask(`POST /rooms/${id}/invitations`, { user: "bob" });
  await bob.sees("alice invites you to garden");
  await bob.enter("/accept garden");
  await bob.sees(prompt("garden"));
  await bob.enter("/room");
  await bob.sees(prompt("common"));
  await alice.say("roses", { room: id });
  await alice.say("@bob and tulips", { room: id });
  await bob.sees(said("alice", "roses", "[garden]"));
  await bob.sees(said("alice", "@bob and tulips", "! [garden]"));
  await tells(bob, /live · common · !1 garden 2/);
  await bob.enter("/room garden");
  await bob.sees(prompt("garden"));
  await tells(bob, /live · garden(?! \d)(?!.*garden \d)/);
  await bob.enter("/room");
  await tells(bob, /live · common(?!.*garden)/);
});

inCompany("what is typed for a room is not said in the common chat when the room goes", async (
  company,
) => {
  const alice = await company.guest("alice");
  const { id } = await alice.ask("POST /rooms", { name: "vault" });
  const bob = await company.seat("bob", { columns: 100 });
  await alice.ask(`POST /rooms/${id}/invitations`, { user: "bob" });
  await bob.sees("alice invites you to vault");
  await bob.enter("/accept vault");
  await bob.sees(prompt("vault"));
  await bob.type("the code is 42");
  await bob.sees(draft("vault", "the code is 42"));
  await alice.ask(`DELETE /rooms/${id}`);
  await bob.sees(draft("common", "the code is 42"));
  await bob.key("Enter");
  await bob.sees("You are not in vault any more: Enter sends this to common");
  await bob.sees(draft("common", "the code is 42"));
  assertEquals(await alice.texts(), []);
  await bob.type(" after all");
  await bob.key("Enter");
  await bob.sees(said("bob", "the code is 42 after all", "✓"));
  assertEquals(await alice.texts(), ["the code is 42 after all"]);
});
