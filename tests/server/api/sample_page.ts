/**
 * A page for browsers that nobody had to build.
 *
 * @module
 */
import type { PageContents } from "../../../server/api/page.ts";
import { compressedOnDemand, type StaticContent } from "../../../server/api/static_content.ts";

/** The path of its one asset. */
export const sampleAsset = "/assets/page-0123.js";

export const samplePage: PageContents = {
  html: content("text/html; charset=utf-8", "<!DOCTYPE html><title>chat</title>"),
  assets: new Map([
    ["page-0123.js", content("text/javascript; charset=utf-8", "say(1); say(1); say(1);")],
  ]),
};

/** Long enough to be shorter by any coding. */
function content(type: string, text: string): StaticContent {
  return compressedOnDemand({ type, identity: new TextEncoder().encode(text.repeat(20)) });
}
