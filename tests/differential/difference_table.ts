/**
 * The differences that the documentation lists, read from its tables.
 *
 * @module
 */

/** One line of a table: a case, and what each server makes of it. */
export interface Difference {
  readonly name: string;
  readonly here: string;
  readonly nginx: string;
  readonly node: string;
  /** The heading above the table, which says what kind of difference it is. */
  readonly heading: string;
}

/** All that the documentation says of other servers. */
export interface Documented {
  readonly differences: readonly Difference[];
  /** The versions that it speaks of. */
  readonly versions: { readonly nginx: string; readonly "Node.js": string };
}

const page = new URL("../../docs/http.md", import.meta.url);

/** The heading under which stands what we take and others refuse. */
export const lenientHeading = "Where more is taken here";

/** Reads the page. Throws if it does not say what versions it is about. */
export function readDocumented(text: string = Deno.readTextFileSync(page)): Documented {
  const versions = /nginx ([0-9.]+[0-9]) and Node\.js ([0-9.]+[0-9])/.exec(text);
  if (versions === null) throw new Error("docs/http.md does not say what versions it is about");
  const [, nginx = "", node = ""] = versions;
  const differences: Difference[] = [];
  let heading = "";
  let isTable = false;
  for (const line of text.split("\n")) {
    if (line.startsWith("#")) heading = line.replace(/^#+ /, "");
    const cells = line.split("|").slice(1, -1).map((cell) => cell.trim());
    if (cells.length !== 4) isTable = false;
    else if (cells.join() === "what is sent,here,nginx,Node.js") isTable = true;
    else if (isTable && !/^-+$/.test(cells[0] ?? "")) {
      const [name = "", here = "", nginx = "", node = ""] = cells;
      differences.push({ name, here, nginx, node, heading });
    }
  }
  return { differences, versions: { nginx, "Node.js": node } };
}

/** Whether two versions are of one series, such as 1.22.1 and 1.22.3: then they behave alike. */
export function isSameSeries(one: string, other: string): boolean {
  const series = (version: string) => version.split(".").slice(0, 2).join(".");
  return series(one) === series(other);
}
