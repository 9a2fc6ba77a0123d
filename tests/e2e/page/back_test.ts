/**
 * The browser's way back on the page: it closes what is open above the chat, before it leads elsewhere.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { onThePage } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

async function hash({ page }: Visitor): Promise<string> {
  return await page.evaluate("location.hash") as string;
}

onThePage("back closes a dialog and stays in the chat", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await visit.company.guest("bob");
  await alice.page.evaluate("location.hash = '#/to/bob'");
  await alice.isIn(/^Message to .bob/);
  await alice.press("alice Profile");
  await alice.find("dialog", "You");
  await alice.page.goBack();
  await alice.gone("dialog");
  assertEquals(await hash(alice), "#/to/bob");
  // Closed by its button or a key, it leaves no step of the way behind.
  await alice.press("Devices");
  await alice.find("dialog", "Your devices");
  await alice.press("Close");
  await alice.gone("dialog");
  await alice.press("People");
  await alice.find("dialog", "People");
  await alice.page.keyboard.press("Escape");
  await alice.gone("dialog");
  await alice.comes(
    "the step of the chat",
    () => alice.page.evaluate("history.state?.depth === undefined") as Promise<boolean>,
  );
  await alice.page.goBack();
  await alice.isIn("to the common chat");
});

onThePage("a dialog that leads to another chat is no step on the way back", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await visit.company.guest("bob");
  await alice.press("People");
  await alice.press("Write to bob");
  await alice.isIn(/^Message to .bob/);
  await alice.gone("dialog");
  await alice.page.goBack();
  await alice.isIn("to the common chat");
  await alice.press("New room");
  await alice.fill("Name of the room", "garden");
  await alice.press("Make the room");
  await alice.isIn(/^Message to .*garden/);
  await alice.gone("dialog");
  await alice.page.goBack();
  await alice.isIn("to the common chat");
});

onThePage("the dialog of a room that is deleted closes", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  const { id } = await bob.ask("POST /rooms", { name: "garden" });
  await bob.ask(`POST /rooms/${id}/invitations`, { user: "alice" });
  await alice.press("Join garden");
  await alice.isIn(/^Message to .*garden/);
  await alice.press("Members");
  await alice.find("dialog", "garden");
  await bob.ask(`DELETE /rooms/${id}`);
  await alice.isIn("to the common chat");
  await alice.gone("dialog");
});

onThePage("a link into a room that is not whole is told as such", async (visit) => {
  for (const path of ["/join", "/join#", "/join#two%20words", `/join#${"a".repeat(257)}`]) {
    const alice = await visit.open(path);
    await alice.sees("That link is not whole; ask for another one.");
  }
  const bob = await visit.open("/join#not.whole");
  await bob.fill("Your name", "bob");
  await bob.press("Join");
  await bob.find("dialog", "Enter a room");
  await bob.sees("That link is not whole; ask for another one.");
});
