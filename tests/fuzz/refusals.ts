/**
 * All that the core can say when it refuses, read from its source.
 *
 * @module
 */

const folder = new URL("../../server/http/protocol/", import.meta.url);
const root = "connection.ts";
/** It has the error itself, and none of its messages. */
const errors = "events.ts";

/** The files that the core is made of, with their text. */
function coreSources(): Map<string, string> {
  const sources = new Map<string, string>();
  const waiting = [root];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sources.has(file) || file === errors) continue;
    const source = Deno.readTextFileSync(new URL(file, folder));
    sources.set(file, source);
    for (const [, name = ""] of source.matchAll(/from "\.\/([^"]+)"/g)) waiting.push(name);
  }
  return sources;
}

/** Parts of messages, each of which some input must bring about. */
export function refusalTexts(): readonly string[] {
  const texts = new Set<string>();
  for (const commented of coreSources().values()) {
    const source = commented.replace(/^ *(\/\/|\*|\/\*).*$/gm, "");
    // An error of our own side is for no peer.
    const thrown =
      /(?:malformed|tooLarge|(?<!Local)ProtocolError)\((?:\s*\d+,\s*"\w+",)?\s*(["`])(.*?)\1/gs;
    for (const [, , text = ""] of source.matchAll(thrown)) texts.add(text.split("${")[0] ?? "");
    for (const [body] of source.matchAll(/^function why.*?^}/gms)) {
      for (const [, text = ""] of body.matchAll(/"([^"]* [^"]*)"/g)) texts.add(text);
    }
  }
  return [...texts];
}

/** Those of `texts` that are in none of `messages`. */
export function neverSaid(texts: readonly string[], messages: Iterable<string>): string[] {
  const said = [...messages];
  return texts.filter((text) => !said.some((message) => message.includes(text)));
}

/** Those of `messages` that none of `texts` is in. */
export function unknownTo(texts: readonly string[], messages: Iterable<string>): string[] {
  return [...messages].filter((message) => !texts.some((text) => message.includes(text)));
}
