/**
 * The files that a browser gets, with their hashes in their names, as they are and compressed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { BuildError } from "./build_error.ts";
import type { Bundle } from "./bundle.ts";

/** Most bytes that a browser is sent for the whole page, by gzip. */
export const pageBytesGzippedMax = 60_000;

/** What the page is put together from. */
export interface PageParts extends Bundle {
  /** The HTML as it is written, which names the other parts by their sources. */
  readonly html: string;
  /** By their names, as `icon.svg`. */
  readonly icons: Readonly<Record<string, string>>;
}

/** Files by their names, and what they weigh on their way to a browser. */
export interface PageOutputs {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly bytesGzipped: number;
}

/** How much of a hash stands in a name, in hexadecimal digits. */
const hashDigits = 16;

/** Puts all of the page together: the same parts make the same bytes. */
export function pageOutputs({ html, script, early, style, icons }: PageParts): PageOutputs {
  const contents = new Map<string, Uint8Array>();
  const addresses = new Map<string, string>();
  const add = (source: string, target: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, hashDigits);
    const [stem, ending] = target.split(".");
    const name = `${stem}-${hash}.${ending}`;
    contents.set(name, bytes);
    addresses.set(source, `/assets/${name}`);
  };
  add("main.tsx", "page.js", script);
  add("early.ts", "early.js", early);
  add("style.css", "page.css", style);
  for (const [name, text] of Object.entries(icons)) add(name, name, tightened(text));
  contents.set("index.html", new TextEncoder().encode(linked(tightened(html), addresses)));

  const files = new Map<string, Uint8Array>();
  let bytesGzipped = 0;
  for (const [name, bytes] of contents) {
    const gzip = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
    const br = brotliCompressSync(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    });
    files.set(name, bytes);
    if (gzip.length < bytes.length) files.set(`${name}.gz`, new Uint8Array(gzip));
    if (br.length < bytes.length) files.set(`${name}.br`, new Uint8Array(br));
    bytesGzipped += Math.min(gzip.length, bytes.length);
  }
  return { files, bytesGzipped };
}

/** Markup without comments and without the blanks that lines begin with. */
function tightened(markup: string): string {
  return markup.replaceAll(/<!--[^]*?-->/g, "").replaceAll(/\s*\n\s*/g, "\n").trim();
}

/**
 * HTML with the addresses of what it loads in the place of the names of their sources: those are all
 * that stand in it without a slash or a hash before them.
 *
 * @throws {BuildError} if it names none of them, or what is none of them.
 */
function linked(html: string, addresses: ReadonlyMap<string, string>): string {
  const named = new Set<string>();
  const result = html.replaceAll(
    /( (?:href|src|data-unread)=")([^"/#][^"]*)"/g,
    (_, begin: string, source: string) => {
      const address = addresses.get(source);
      if (address === undefined) {
        throw new BuildError(`index.html names ${source}, which is not there`);
      }
      named.add(source);
      return `${begin}${address}"`;
    },
  );
  for (const source of addresses.keys()) {
    if (!named.has(source)) throw new BuildError(`index.html does not name ${source}`);
  }
  return result;
}
