/**
 * A network and a server that come and go: nothing is missed, lost or there twice, and all is told.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Relay } from "./relay.ts";
import { onThePage, type Visit } from "./visit.ts";
import { Visitor } from "./visitor.ts";

const unreachable = /No connection: the server cannot be reached/;

onThePage("a server that is killed and comes back", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await bob.say("before");
  await alice.sees("before");
  await visit.company.killServer();
  await alice.sees(unreachable);
  await alice.sees(/Next attempt in \d+ s\./);
  await alice.say("one, while it is away");
  await alice.say("two, while it is away");
  await alice.sees("2 messages wait to be sent.");
  await alice.sees("Will be sent when the server can be reached");

  await visit.company.serveAgain();
  await bob.say("meanwhile");
  await alice.sees("meanwhile");
  await alice.misses(unreachable);
  await alice.misses("Will be sent");
  await alice.comes("both sent", (text) => !text.includes("Being sent"));
  const said = await bob.texts();
  assertEquals(said.toSorted(), [
    "before",
    "meanwhile",
    "one, while it is away",
    "two, while it is away",
  ]);
  assert(said.indexOf("one, while it is away") < said.indexOf("two, while it is away"));
  assertEquals(await alice.texts(), said);
});

onThePage("what is written offline is sent after a reload", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await alice.page.setOfflineMode(true);
  await visit.company.killServer();
  await alice.sees(unreachable);
  for (const text of ["first", "second", "third"]) await alice.say(text);
  await alice.sees("3 messages wait to be sent.");
  // The browser has nothing to show without the server.
  await alice.page.reload().catch(() => {});
  await alice.page.setOfflineMode(false);
  await visit.company.serveAgain();
  await alice.page.goto(visit.url);
  await alice.isIn(/^Message /);
  await alice.sees("third");
  await alice.misses(/Will be sent|Being sent/);
  assertEquals(await bob.texts(), ["first", "second", "third"]);
  assertEquals(await alice.texts(), ["first", "second", "third"]);
});

onThePage("what is written offline is sent by the next tab when all are closed", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await visit.company.killServer();
  await alice.sees(unreachable);
  for (const text of ["left", "behind"]) await alice.say(text);
  await alice.sees("2 messages wait to be sent.");
  // The browser itself goes on, with nothing open.
  const context = alice.page.browserContext();
  await context.newPage();
  await alice.page.close();
  await visit.company.serveAgain();
  const again = await Visitor.at(context, visit.url);
  await again.sees("behind");
  await again.misses(/Will be sent|Being sent/);
  assertEquals(await bob.texts(), ["left", "behind"]);
  again.wasFine();
});

onThePage("a browser that is offline and online again", async (visit) => {
  await using relay = new Relay(visit.url);
  const alice = await joinBy(visit, relay);
  const bob = await visit.company.guest("bob");
  await alice.sees("Nothing is here to read yet.");
  for (let round = 0; round < 2; round++) {
    await alice.page.setOfflineMode(true);
    // The browser keeps only from new connections.
    relay.cut();
    await alice.sees(unreachable);
    await alice.say(`written offline ${round}.`);
    await alice.sees("Will be sent when the server can be reached");
    await bob.say(`missed ${round}.`);
    await alice.page.setOfflineMode(false);
    await alice.sees(`missed ${round}.`);
    await alice.misses(/Will be sent|Being sent|No connection/);
  }
  const said = await bob.texts();
  assertEquals(said.length, 4);
  assertEquals(await alice.texts(), said);
  alice.wasFine();
});

onThePage("a stream that breaks in the middle of a message", async (visit) => {
  await using relay = new Relay(visit.url);
  const alice = await joinBy(visit, relay);
  const bob = await visit.company.guest("bob");
  for (let round = 0; round < 3; round++) {
    const text = `broken in two ${round}.`;
    relay.breakAt(text);
    await bob.say(text);
    await alice.sees(text);
    await bob.say(`after it ${round}.`);
    await alice.sees(`after it ${round}.`);
  }
  assertEquals(relay.streamsEver, 4);
  assertEquals(await alice.texts(), await bob.texts());
  alice.wasFine();
});

onThePage("a tab that sleeps and wakes up", async (visit) => {
  await using relay = new Relay(visit.url);
  const alice = await joinBy(visit, relay);
  const bob = await visit.company.guest("bob");
  const session = await alice.page.createCDPSession();
  for (let round = 0; round < 3; round++) {
    await session.send("Page.setWebLifecycleState", { state: "frozen" });
    await relay.until("the end of the stream", ({ streams }) => streams === 0);
    await bob.say(`asleep ${round}.`);
    await session.send("Page.setWebLifecycleState", { state: "active" });
    await alice.sees(`asleep ${round}.`);
    await bob.say(`awake ${round}.`);
    await alice.sees(`awake ${round}.`);
  }
  assertEquals(await alice.texts(), await bob.texts());
  alice.wasFine();
});

onThePage("a database that was put back is told of, and all goes on from there", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  const { workspace } = visit.company;
  await bob.say("kept");
  await alice.sees("kept");
  await visit.company.killServer();
  const files = ["chat.db", "chat.db-wal", "chat.db-shm"].map((name) => workspace.path(name));
  const kept = new Map(files.filter(isThere).map((file) => [file, Deno.readFileSync(file)]));
  await visit.company.serveAgain();
  const lost = Array.from({ length: 5 }, (_, at) => `lost ${at}.`);
  for (const text of lost) await bob.say(text);
  await alice.sees("lost 4.");
  await visit.company.killServer();
  await alice.sees(unreachable);
  await alice.say("written for the log that is gone");
  for (const file of files.filter(isThere)) Deno.removeSync(file);
  for (const [file, bytes] of kept) Deno.writeFileSync(file, bytes);
  await visit.company.serveAgain();
  await alice.sees("The server has another history now");
  await alice.press("Dismiss");
  await alice.readsNoMore("lost 4.");
  await bob.say("and on");
  await alice.sees("and on");
  await alice.misses(/Will be sent|Being sent/);
  assertEquals(await alice.texts(), await bob.texts());
  assertEquals((await bob.texts()).toSorted(), [
    "and on",
    "kept",
    "written for the log that is gone",
  ]);
  await alice.misses("Cannot");
});

onThePage("a proxy that holds the stream back", async (visit) => {
  await using relay = new Relay(visit.url);
  relay.holdsStreams = true;
  const alice = await joinBy(visit, relay);
  const bob = await visit.company.guest("bob");
  await alice.sees("holds the live stream back");
  assert(relay.heldBack > 0);
  assertEquals(relay.streams, 0);
  for (const text of ["by a poll", "and another"]) {
    await bob.say(text);
    await alice.sees(text);
  }
  await alice.say("out by the same proxy");
  await alice.misses(/Being sent/);
  assertEquals(await alice.texts(), await bob.texts());
  // It is tried again when the page is loaded, and now and then.
  relay.holdsStreams = false;
  await alice.page.reload();
  await relay.until("a stream", ({ streams }) => streams === 1);
  await bob.say("by the stream");
  await alice.sees("by the stream");
  await alice.misses("holds the live stream back");
  alice.wasFine();
});

async function joinBy(visit: Visit, relay: Relay): Promise<Visitor> {
  const context = await visit.browser.createBrowserContext();
  return await Visitor.join(context, relay.url, { name: "alice" });
}

function isThere(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw failure;
  }
}
