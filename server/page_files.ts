/**
 * The files of the page, as the build left them: read once, when the server starts.
 *
 * @module
 */
import type { PageContents } from "./api/page.ts";
import type { StaticContent } from "./api/static_content.ts";

/** Where the build puts them, beside the program or, where that is one executable, within it. */
export const pageFolder: URL = new URL("../build/page/", import.meta.url);

const mediaTypes: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** The name of the HTML; all else are assets. */
const htmlName = "index.html";

/**
 * Reads them, so that the page is the same for as long as the server runs.
 *
 * @param folder With a slash at its end.
 * @returns `undefined` if there is no build.
 * @throws if what is there can't be read.
 */
export function readPageFiles(folder: URL): PageContents | undefined {
  const names = namesIn(folder);
  const contents = new Map<string, StaticContent>();
  for (const name of names) {
    // What has none is a coding of another one, or no part of the page.
    const type = mediaTypes[name.slice(name.lastIndexOf(".") + 1)];
    if (type === undefined) continue;
    const read = (name: string) =>
      names.has(name) ? Deno.readFileSync(new URL(name, folder)) : undefined;
    const identity = Deno.readFileSync(new URL(name, folder));
    contents.set(name, { type, identity, gzip: read(`${name}.gz`), br: read(`${name}.br`) });
  }
  const html = contents.get(htmlName);
  if (html === undefined) return undefined;
  contents.delete(htmlName);
  return { html, assets: contents };
}

function namesIn(folder: URL): ReadonlySet<string> {
  try {
    return new Set([...Deno.readDirSync(folder)].map(({ name }) => name));
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return new Set();
    throw failure;
  }
}
