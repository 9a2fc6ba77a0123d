/**
 * Pictures on the page that can't be shown, or should not be.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { crc32, deflateSync } from "node:zlib";
import { picturePixelsMax } from "../../../client/web/page/views/attachments.tsx";
import type { Guest } from "../../support/guest.ts";
import { onThePage } from "./visit.ts";

/** A black picture, of as few bytes as there can be. */
function blackPng(width: number, height: number): Uint8Array<ArrayBuffer> {
  const chunk = (type: string, data: Uint8Array) => {
    const body = [...new TextEncoder().encode(type), ...data];
    return [...uint32(data.length), ...body, ...uint32(crc32(new Uint8Array(body)))];
  };
  const rowBytes = 1 + Math.ceil(width / 8);
  // One bit for each dot, in shades of grey.
  const header = [...uint32(width), ...uint32(height), 1, 0, 0, 0, 0];
  return new Uint8Array([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    ...chunk("IHDR", new Uint8Array(header)),
    ...chunk("IDAT", deflateSync(new Uint8Array(rowBytes * height))),
    ...chunk("IEND", new Uint8Array()),
  ]);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Someone sends a picture. */
async function send(bob: Guest, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { "content-type": "image/png" };
  const { json } = await bob.try("POST /files?name=black.png", { bytes, headers });
  await bob.ask("POST /send", { files: json.id });
}

onThePage("a picture of too many dots can only be saved", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  const height = picturePixelsMax / 8000;
  await send(bob, blackPng(8000, height));
  await alice.page.waitForSelector("article img");
  await send(bob, blackPng(8000, height + 1));
  await alice.find("button", "Download: black.png");
  assertEquals((await alice.page.$$("article img")).length, 1);
});

onThePage("a picture that has not come can be tried again, or saved", async (visit) => {
  const alice = await visit.join({ name: "alice" });
  const bob = await visit.company.guest("bob");
  await alice.page.setRequestInterception(true);
  let isRefused = true;
  alice.page.on("request", (request) => {
    const isFile = /\/files\/\w/.test(request.url());
    void (isFile && isRefused ? request.respond({ status: 404 }) : request.continue());
  });
  await send(bob, blackPng(1, 1));
  await alice.sees("Not shown: ");
  await alice.find("button", "Download: black.png");
  isRefused = false;
  await alice.press("Try again: black.png");
  await alice.page.waitForSelector("article img");
});
