/**
 * What the page does by the clock, where that is wrong, and where nobody looks at it.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { Guest } from "../../support/guest.ts";
import { onThePage, type Visit } from "./visit.ts";
import type { Visitor } from "./visitor.ts";

const hourMs = 3_600_000;

/** Someone whose machine takes it to be earlier than it is, or later. */
async function joinAstray(visit: Visit, name: string, aheadMs: number): Promise<Visitor> {
  const visitor = await visit.join({ name, password });
  await visitor.page.evaluateOnNewDocument(`{
    const Right = Date;
    globalThis.Date = class extends Right {
      static now() {
        return Right.now() + ${aheadMs};
      }
      constructor(...parts) {
        super(...(parts.length === 0 ? [Date.now()] : parts));
      }
    };
  }`);
  await visitor.page.reload();
  await visitor.isIn(/^Message /);
  return visitor;
}

const password = "open-sesame";

onThePage("a clock that is behind keeps nobody from sending any longer", async (visit) => {
  const alice = await joinAstray(visit, "alice", -2 * hourMs);
  await alice.say("one");
  await alice.sees("Your limit of 1 message to the common chat is used up.");
  await alice.misses("is used up");
  await alice.say("two");
  await alice.reads("two");
}, { args: ["--limit", "1", "--limit-period", "5s"] });

onThePage("a clock that is ahead does not hide that the limit is used up", async (visit) => {
  const alice = await joinAstray(visit, "alice", 2 * hourMs);
  await alice.say("one");
  await alice.sees("Your limit of 1 message to the common chat is used up.");
}, { args: ["--limit", "1", "--limit-period", "1h"] });

onThePage("what is to be sent later is sent then, whatever the clock shows", async (visit) => {
  for (const [name, aheadMs] of [["alice", -2 * hourMs], ["bob", 2 * hourMs]] as const) {
    const visitor = await joinAstray(visit, name, aheadMs);
    for (const choice of ["In 10 minutes", "In 1 hour", "Send then", "Tomorrow at 9:00"]) {
      await visitor.fill(/^Message /, choice);
      await visitor.press("Later…");
      await visitor.press(choice);
      await visitor.page.waitForFunction("document.querySelector('dialog[open]') === null");
    }
    const guest = await Guest.arrive(visit.url, name, password);
    const { items } = await guest.ask("GET /scheduled");
    const inMinutes = new Map<string, number>(items.map((
      { text, at }: { readonly text: string; readonly at: string },
    ) => [text, (Date.parse(at) - Date.now()) / 60_000]));
    const about = (choice: string) => Math.round((inMinutes.get(choice) ?? NaN) / 5) * 5;
    assertEquals(about("In 10 minutes"), 10);
    assertEquals(about("In 1 hour"), 60);
    assertEquals(about("Send then"), 60);
    const tomorrow = inMinutes.get("Tomorrow at 9:00") ?? NaN;
    assertEquals(tomorrow > 0 && tomorrow < 34 * 60, true);
  }
});

onThePage("news are told until they were looked at", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  const room = await bob.ask("POST /rooms", { name: "garden" });
  await alice.page.evaluate(`{
    // The time for which news are shown is over at once.
    const wait = setTimeout;
    globalThis.setTimeout = (work, ms, ...rest) => wait(work, ms === 10_000 ? 0 : ms, ...rest);
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
  }`);
  await bob.ask(`POST /rooms/${room.id}/invitations`, { user: "alice" });
  await alice.page.waitForSelector(".notice.news");
  await bob.ask("POST /send", { text: "and then?" });
  await alice.reads("and then?");
  assertEquals((await alice.page.$$(".notice.news")).length, 1);
  await alice.page.evaluate(`{
    document.hasFocus = () => true;
    dispatchEvent(new Event("focus"));
  }`);
  await alice.page.waitForFunction("document.querySelector('.notice.news') === null");
});

onThePage("a chat in which nothing is left to read has nothing unread", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await bob.ask("POST /send", { to: "alice", text: "soon gone" });
  await alice.find("link", /^bob 1 unread/);
  await alice.comes("the end of it", async () => {
    const { items } = await bob.ask("GET /messages?to=alice");
    return items.length === 0;
  });
  await alice.goTo("bob");
  await alice.sees("Nothing is here to read yet.");
  await alice.find("link", /^bob$/);
}, { args: ["--message-ttl", "1s", "--unread-ttl", "1s"] });
