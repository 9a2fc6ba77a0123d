/**
 * Pictures of the page: a conversation among three people, wide and narrow, by day and by night.
 *
 * @module
 */
import type { Browser } from "puppeteer-core";
import { openBrowser } from "../support/browser.ts";
import { builtPage } from "../support/page.ts";
import { Company } from "../e2e/terminal/company.ts";
import { Visit } from "../e2e/page/visit.ts";

export interface PagePicture {
  /** As `page_wide_light`. */
  readonly name: string;
  /** A WebP image. */
  readonly bytes: Uint8Array;
}

/** In CSS pixels, and how many pixels of the picture one of them is. */
const shapes = {
  wide: { width: 1080, height: 660, deviceScaleFactor: 1.5 },
  narrow: { width: 390, height: 720, deviceScaleFactor: 1.5 },
} as const;

const grounds = ["light", "dark"] as const;

/** Of 100; letters are sharp, and four pictures weigh less than one photograph. */
const quality = 80;

/** Has people talk on the page, and takes the pictures that one of them could. */
export async function takePagePictures(): Promise<readonly PagePicture[]> {
  await builtPage();
  await using browser = await openBrowser();
  await using visit = new Visit(browser, await Company.gather([]));
  const carol = await visit.company.guest("carol");
  const boris = await visit.company.guest("Борис");
  const alice = await visit.join({ name: "alice" });

  await carol.say("good evening! who is in for the garden on Saturday? 🌱");
  await boris.say("Привет! Я приду, и лопату возьму 👋");
  await alice.sees("лопату");
  await alice.say("me too, with cake 🍰");
  const question = await carol.say("shall we meet at ten?");
  await boris.ask("POST /comment", { message: question, text: "or is that too early?" });
  await alice.sees("too early?");
  const uploaded = await carol.try("POST /files?name=beds.png", {
    bytes: await gardenPicture(browser),
    headers: { "content-type": "image/png" },
  });
  await carol.say("the beds, as they are now:", { files: uploaded.json.id });
  await alice.page.waitForSelector("[role=log] img");
  await boris.say("it is carol's birthday, shall we bring a candle?", { to: "alice" });
  const { id: room } = await boris.ask("POST /rooms", { name: "garden" });
  await boris.ask(`POST /rooms/${room}/invitations`, { user: "alice" });
  await carol.say("@alice is it the one with plums again? please say yes");
  await alice.sees("plums again");
  await alice.press(/^Join \S*garden/);
  await alice.isIn(/room/);
  await alice.press("Dismiss");
  await alice.goTo("Common chat");
  await alice.fill(/^Message /, "yes, plums and");

  const pictures: PagePicture[] = [];
  for (const [shape, viewport] of Object.entries(shapes)) {
    for (const ground of grounds) {
      await alice.page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: ground }]);
      await alice.page.setViewport(viewport);
      await alice.sees("plums again");
      const bytes = await alice.page.screenshot({ type: "webp", quality });
      pictures.push({ name: `page_${shape}_${ground}`, bytes });
    }
  }
  return pictures;
}

/** Four beds and a path, as a PNG. */
async function gardenPicture(browser: Browser): Promise<Uint8Array<ArrayBuffer>> {
  const page = await browser.newPage();
  await page.setViewport({ width: 480, height: 160 });
  const beds = [
    ["8%", "#7a9e4b"],
    ["31%", "#a4b85a"],
    ["54%", "#5d8a52"],
    ["77%", "#c2a94f"],
  ].map(([left, colour]) =>
    `<rect x="${left}" y="18%" width="15%" height="50%" fill="${colour}"/>`
  );
  await page.setContent(
    `<body style="margin:0"><svg width="480" height="160"><rect width="100%" height="100%" ` +
      `fill="#8a6a4a"/>${
        beds.join("")
      }<rect y="78%" width="100%" height="12%" fill="#d8cbb2"/></svg>`,
  );
  const bytes = await page.screenshot({ type: "png" });
  await page.close();
  return new Uint8Array(bytes);
}
