/**
 * The operator's handbook, docs/operating.md and the pages below docs/operating, as tests read it.
 *
 * @module
 */
const docs = new URL("../../../docs/", import.meta.url);

/** Its pages, as they are named from `docs`. */
export const pages: readonly string[] = [
  "operating.md",
  ...[...Deno.readDirSync(new URL("operating/", docs))]
    .map(({ name }) => `operating/${name}`)
    .filter((name) => name.endsWith(".md"))
    .toSorted(),
];

/** A heading and what stands below it, up to the next one. */
export interface Section {
  /** How many `#` it has. */
  readonly level: number;
  readonly heading: string;
  readonly text: string;
}

export function textOf(page: string): string {
  return Deno.readTextFileSync(new URL(page, docs));
}

/** What a page consists of; lines that begin with `#` within a block of code are no headings. */
export function sectionsOf(page: string): readonly Section[] {
  const sections = [{ level: 0, heading: "", text: "" }];
  let isCode = false;
  for (const line of textOf(page).split("\n")) {
    if (line.startsWith("```")) isCode = !isCode;
    const [, marks = "", heading] = (!isCode && /^(#+) (.*)$/.exec(line)) || [];
    if (heading !== undefined) sections.push({ level: marks.length, heading, text: "" });
    const last = sections.at(-1);
    if (last !== undefined && heading === undefined) last.text += `${line}\n`;
  }
  return sections;
}

/** The blocks of shell in some text. */
export function scriptsIn(text: string): readonly string[] {
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, script = ""]) => script);
}

/**
 * What is to be typed in a section, block by block.
 *
 * @throws {Error} if there are not `count` blocks: each is to be typed by whoever asks for them.
 */
export function recipe(page: string, heading: string, count: number): readonly string[] {
  const section = sectionsOf(page).find((section) => section.heading === heading);
  const scripts = scriptsIn(section?.text ?? "");
  if (scripts.length !== count) {
    throw new Error(`${scripts.length} blocks instead of ${count} in ${page}, ${heading}`);
  }
  return scripts;
}

/** The permissions with which docs/operating/chat.sh has Deno run the program. */
export async function servicePermissions(): Promise<readonly string[]> {
  const script = await Deno.readTextFile(new URL("operating/chat.sh", docs));
  return script.match(/--(?:allow|no-prompt)[\w-]*/g) ?? [];
}
