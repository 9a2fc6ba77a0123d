/**
 * Types of images, told by their first bytes and not by what the sender said.
 *
 * @module
 */

/** An image that browsers show and that can't hold a script. */
export type ImageType = "image/png" | "image/jpeg" | "image/gif" | "image/webp";

/** So many bytes from the start are enough to tell. */
export const imageSignatureBytesMax = 12;

/** A byte that may be any: here, of a length. */
const free = undefined;

/** What the files of each type begin with (WHATWG MIME Sniffing §6.1). */
const signatures: readonly (readonly [ImageType, readonly (number | undefined)[]])[] = [
  ["image/png", [0x89, ...ascii("PNG\r\n"), 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", ascii("GIF87a")],
  ["image/gif", ascii("GIF89a")],
  ["image/webp", [...ascii("RIFF"), free, free, free, free, ...ascii("WEBP")]],
];

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** The type of the image that begins with these bytes; `undefined` if it is none of ours. */
export function imageType(firstBytes: Uint8Array): ImageType | undefined {
  return signatures.find(([, signature]) => begins(firstBytes, signature))?.[0];
}

function begins(bytes: Uint8Array, signature: readonly (number | undefined)[]): boolean {
  return bytes.length >= signature.length &&
    signature.every((byte, at) => byte === free || byte === bytes[at]);
}
