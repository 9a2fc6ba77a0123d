/**
 * What of a page is in the way of someone who can't see it well, or hear it, or use a pointer.
 *
 * @module
 */
import type { Visitor } from "./visitor.ts";

const axe = Deno.readTextFileSync(
  new URL(import.meta.resolve("axe-core").replace(/axe(\.min)?\.js$/, "axe.min.js")),
);

/** What axe-core finds, and whether the page has to be scrolled sideways; empty if all is well. */
export async function faultsFor({ page }: Visitor): Promise<readonly string[]> {
  if (!await page.evaluate("'axe' in globalThis")) await page.evaluate(axe);
  return await page.evaluate(scan) as string[];
}

const scan = `(async () => {
  // Colours are those that are shown in the end.
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  const faults = violations.map(({ id, nodes }) =>
    id + ": " + nodes.map(({ html, any }) => html.slice(0, 200) + " " + any.map(({ message }) =>
      message).join("; ")).join(" | "));
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) faults.push("scrolls sideways: " + scrollWidth);
  return faults;
})()`;
