// deno-lint-ignore-file no-console -- it tells whoever runs it what it has made.
/**
 * Draws `docs/terminal.svg`, and takes `docs/page_….webp`, from conversations that really take place:
 * `deno task picture`.
 *
 * @module
 */
import { toolOutput } from "../support/tools.ts";
import { takePagePictures } from "./page_pictures.ts";
import { readSpans } from "./spans.ts";
import { steady } from "./steady.ts";
import { playStory } from "./story.ts";
import { drawSvg } from "./svg.ts";

/** Most bytes of a picture: it is part of a page that opens at once. */
const bytesMax = 60_000;

const path = new URL("../../docs/terminal.svg", import.meta.url);

const { columns, rows, cursor } = await playStory();
const svg = drawSvg({
  title: "chat client alice",
  description: "The terminal client: three people plan a day in the garden, in the common chat, " +
    "privately, and in a room of their own with a file; below, the commands that fit what is " +
    "being typed, and how things stand.",
  columns,
  rows: readSpans(steady(rows)),
  cursor,
});
requireLight("docs/terminal.svg", new TextEncoder().encode(svg));
await Deno.writeTextFile(path, svg);
// As the gate wants every file.
await toolOutput("deno", ["fmt", "--quiet", path.pathname]);
console.log(`docs/terminal.svg: ${Deno.statSync(path).size} bytes`);

for (const { name, bytes } of await takePagePictures()) {
  const file = `docs/${name}.webp`;
  requireLight(file, bytes);
  await Deno.writeFile(new URL(`../../${file}`, import.meta.url), bytes);
  console.log(`${file}: ${bytes.length} bytes`);
}

function requireLight(file: string, { length }: Uint8Array): void {
  if (length > bytesMax) throw new Error(`${file} has ${length} bytes of ${bytesMax}`);
}
