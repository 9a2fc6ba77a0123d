/**
 * What is written on the page to be sent later.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Guest } from "../../support/guest.ts";
import { said } from "../terminal/company.ts";
import { onThePage } from "./visit.ts";

const password = "open-sesame";

onThePage("a message waits for its time, and comes then", async (visit) => {
  const alice = await visit.join({ name: "alice", password });
  const bob = await visit.join({ name: "bob" });
  const carol = await visit.company.seat("carol");
  await alice.fill(/^Message /, "for later");
  await alice.press("Later…");
  await alice.press("In 1 hour");
  await alice.sees(/It will be sent: \d\d:\d\d/);
  assertEquals(await alice.valueOf(/^Message /), "");
  await alice.press("Scheduled");
  await alice.sees(/\d\d:\d\d, to everyone\n+for later/);
  // The field knows whole minutes; by HTTP it is put to the next second.
  const elsewhere = await Guest.arrive(visit.url, "alice", password);
  const { items: [waiting] } = await elsewhere.ask("GET /scheduled");
  assertEquals(await bob.messages(), []);
  await elsewhere.ask(`PATCH /scheduled/${waiting.id}`, { in: "1s" });
  await alice.sees("Nothing waits.");
  await alice.press("Close");
  await bob.reads("for later");
  await alice.reads("for later");
  await carol.sees(said("alice", "for later"));
});

onThePage("a message that waits is changed, and taken back", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "bob" });
  await bob.say("I am here");
  await alice.reads("I am here");
  await alice.choose("Write privately", "I am here");
  await alice.isIn("to \u2068bob\u2069");
  await alice.fill(/^Message /, "to be thought over");
  await alice.press("Later…");
  await alice.press("Tomorrow at 9:00");
  await alice.press("Scheduled");
  await alice.sees(/09:00, to bob\n+to be thought over/);
  await alice.unfold("Change");
  await alice.fill("Text", "thought over");
  await alice.press("Keep the change");
  await alice.sees(/09:00, to bob\n+thought over/);
  await alice.press("Do not send");
  await alice.sees("Nothing waits.");
  await alice.press("Close");
  assertEquals(await alice.messages(), []);
});

onThePage("a time that is past is refused, and the draft stays", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await alice.fill(/^Message /, "too late");
  await alice.press("Later…");
  await alice.page.$eval("input[type=datetime-local]", (field) => {
    (field as unknown as { value: string }).value = "2026-01-01T10:00";
  });
  await alice.press("Send then");
  await alice.sees("this time is past");
  await alice.press("Close");
  assertEquals(await alice.valueOf(/^Message /), "too late");
});

onThePage("what waits is listed as it is changed on other devices", async (visit) => {
  const alice = await visit.join({ name: "alice", password });
  const elsewhere = await Guest.arrive(visit.url, "alice", password);
  await alice.press("Scheduled");
  await alice.sees("Nothing waits.");
  const { id } = await elsewhere.ask("POST /send", { text: "from elsewhere", in: "1h" });
  await alice.sees("from elsewhere");
  await elsewhere.ask(`PATCH /scheduled/${id}`, { text: "thought over elsewhere" });
  await alice.sees("thought over elsewhere");
  await elsewhere.ask(`DELETE /scheduled/${id}`);
  await alice.sees("Nothing waits.");
});

onThePage("what is sent later leaves alone what is written elsewhere meanwhile", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  await visit.company.guest("bob");
  await alice.page.evaluate("location.hash = '#/to/bob'");
  await alice.isIn(/^Message to .bob/);
  await alice.fill(/^Message /, "for bob alone");
  await alice.goTo("Common chat");
  await alice.isIn("to the common chat");
  await alice.fill(/^Message /, "for all, later");
  await alice.press("Later…");
  // As a notification leads to its chat.
  await alice.page.evaluate(
    "history.replaceState(history.state, '', '#/to/bob'); dispatchEvent(new Event('popstate')); " +
      "history.replaceState(null, '')",
  );
  await alice.press("In 1 hour");
  await alice.sees("It will be sent");
  assertEquals(await alice.valueOf(/^Message to .bob/), "for bob alone");
  await alice.goTo("Common chat");
  await alice.isIn("to the common chat");
  assertEquals(await alice.valueOf(/^Message /), "");
});
