/**
 * Names of files: what a stranger calls a file, made safe to show and to save under.
 *
 * @module
 */

/** Longest name, in bytes of UTF-8: what file systems take. */
export const fileNameBytesMax = 255;

/** Longest extension that outlasts a cut, with its dot, in bytes of UTF-8. */
const extensionBytesMax = 32;

/** What a file is called that has no name. */
const unnamed = "file";

// An emoji may hold characters that are drawn as nothing, and must not be without them: joiners,
// selectors, and the tags that make the flags of England, Scotland and Wales.
const picture = String.raw`\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?`;
const emoji = [
  String.raw`\u{1f3f4}\u{e0067}\u{e0062}[\u{e0061}-\u{e007a}]{3}\u{e007f}`,
  String.raw`${picture}(?:\u200d${picture})*`,
  String.raw`[0-9#]\ufe0f\u20e3`,
].join("|");
// Controls, what is drawn as nothing or reorders, line separators, annotations, halves of
// characters, and what file systems refuse.
const unsafe = String
  .raw`[\0-\x1f\x7f-\x9f\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb\ud800-\udfff<>:"|?*]`;
const emojiOrUnsafe = new RegExp(`(${emoji})|${unsafe}`, "gu");

// Dots at the start hide a file; Windows drops dots and spaces at the end. Looking back keeps a long
// run in the middle from being tried from each of its characters.
const hollowStart = /^[.\p{Zs}]+/u;
const hollowEnd = /(?<![.\p{Zs}])[.\p{Zs}]+$/u;

// Windows takes these for devices, whatever extension follows.
const device = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

const encoder = new TextEncoder();

/** Made when it is needed, which is rarely: it takes longer than all else here together. */
let segmenter: Intl.Segmenter | undefined;

/**
 * What a stranger calls a file, as a name that can be shown and saved under on every system.
 *
 * It is the last part of a path, in Unicode NFC, of 1 to {@linkcode fileNameBytesMax} bytes. What
 * could command, hide or reorder becomes `_`; letters of every script and emoji stay. A name that
 * is too long loses the end of its stem, not its extension. A clean name comes back unchanged.
 */
export function cleanFileName(name: string): string {
  const safe = name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf("\\")) + 1)
    .normalize("NFC")
    .replaceAll(emojiOrUnsafe, (_, kept?: string) => kept ?? "_")
    .replace(hollowStart, "");
  const fitting = fit(safe);
  if (fitting === "") return unnamed;
  return device.test(fitting) ? fit(`_${fitting}`) : fitting;
}

/** Cuts the stem so that the whole fits, and what Windows would drop from the end. */
function fit(name: string): string {
  const whole = name.replace(hollowEnd, "");
  if (byteLength(whole) <= fileNameBytesMax) return whole;
  const dot = whole.lastIndexOf(".");
  const tail = dot === -1 ? "" : whole.slice(dot);
  const extension = byteLength(tail) <= extensionBytesMax ? tail : "";
  const stem = whole.slice(0, whole.length - extension.length);
  const head = graphemesWithin(stem, fileNameBytesMax - byteLength(extension));
  // Even the first grapheme may be too long: it can have any number of marks.
  return `${head === "" ? unnamed : head}${extension}`.replace(hollowEnd, "");
}

function graphemesWithin(text: string, bytesMax: number): string {
  let bytes = 0;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment, index } of segmenter.segment(text)) {
    bytes += byteLength(segment);
    if (bytes > bytesMax) return text.slice(0, index);
  }
  return text;
}

function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/**
 * A `Content-Disposition` in visible ASCII, whatever the name (RFC 6266 §4).
 *
 * `filename` is for clients that know no other, with `_` for what ASCII lacks; `filename*` has the
 * whole name (RFC 8187 §3.2).
 */
export function contentDisposition(kind: "inline" | "attachment", name: string): string {
  const clean = cleanFileName(name);
  // Some clients decode percents where they should not (RFC 6266, appendix D). Quotes, backslashes
  // and asterisks, which would need care here too, are in no clean name.
  const fallback = clean.replaceAll(/[^\x20-\x7e]|%/gu, "_");
  const encoded = encodeURIComponent(clean).replaceAll(
    /['()]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `${kind}; filename="${fallback}"; filename*=UTF-8''${encoded}`;
}
