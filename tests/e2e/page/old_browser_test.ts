/**
 * The page in a browser that it can't run in.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { onThePage } from "./visit.ts";

onThePage("a browser that lacks something is told that it is too old", async (visit) => {
  const missing = [
    "AbortSignal.any",
    "HTMLElement.prototype.showPopover",
    "Promise.withResolvers",
    "String.prototype.isWellFormed",
    "URL.canParse",
  ];
  for (const name of missing) {
    const alice = await visit.open("/docs");
    await alice.page.evaluateOnNewDocument(`delete ${name}`);
    await alice.page.goto(visit.url);
    await alice.sees("This browser is too old for this page.");
  }
});

onThePage("a browser of 2024 runs the page", async (visit) => {
  const alice = await visit.open("/docs");
  // They came to Chrome 122 to 140, Firefox 127 to 137, Safari 18 to 26.
  for (
    const name of [
      "Uint8Array.prototype.toBase64",
      "URL.parse",
      "Promise.try",
      "Set.prototype.union",
      "Iterator",
    ]
  ) {
    await alice.page.evaluateOnNewDocument(`delete ${name}`);
  }
  await alice.page.goto(visit.url);
  await alice.fill("Your name", "alice");
  await alice.press("Join");
  await alice.isIn("to the common chat");
  await alice.say("hello");
  await alice.reads("hello");
});

onThePage("a page that does not begin says after a while what helps", async (visit) => {
  const alice = await visit.open("/docs");
  await alice.page.setRequestInterception(true);
  alice.page.on("request", (request) => {
    const isScript = request.url().includes("/assets/page-") && request.url().endsWith(".js");
    // As where its script can't be read: nothing comes of it.
    if (isScript) request.respond({ contentType: "text/javascript", body: "" });
    else request.continue();
  });
  await alice.page.goto(visit.url);
  const isShown = () =>
    alice.page.evaluate(`getComputedStyle(document.querySelector(".late")).visibility`);
  await alice.sees("Connecting…");
  assertEquals(await isShown(), "hidden");
  await alice.page.evaluate("for (const wait of document.getAnimations()) wait.finish()");
  assertEquals(await isShown(), "visible");
});
