/**
 * Talking on the page, with someone else on a page and someone in a terminal.
 *
 * @module
 */
import { onThePage } from "./visit.ts";

onThePage("two on the page and one in a terminal talk", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.join({ name: "боб" });
  const carol = await visit.company.seat("carol");
  await alice.say("hello from the page");
  await bob.sees("hello from the page");
  await carol.sees("hello from the page");
  await carol.enter("and from a terminal 👋");
  await alice.sees("and from a terminal 👋");
  await bob.sees("and from a terminal 👋");
  await bob.say("и от меня");
  await alice.sees("и от меня");
  alice.wasFine();
  bob.wasFine();
});
