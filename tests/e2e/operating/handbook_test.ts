/**
 * That no command of the operator's handbook is left untried, and no link of it leads nowhere.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { pages, scriptsIn, sectionsOf, textOf } from "./handbook.ts";

const docs = new URL("../../../docs/", import.meta.url);

/** The tests that type what stands in the handbook. */
const sources = ["./", "../backup/"].flatMap((folder) => {
  const url = new URL(folder, import.meta.url);
  return [...Deno.readDirSync(url)].filter(({ name }) => name.endsWith("_test.ts"))
    .filter(({ name }) => name !== "handbook_test.ts")
    .map(({ name }) => Deno.readTextFileSync(new URL(name, url)));
});

Deno.test("each section with commands is typed by a test", () => {
  const untyped: string[] = [];
  for (const page of pages) {
    // On the first page whoever types a section types those below it as well.
    let chapter = "";
    for (const { level, heading, text } of sectionsOf(page)) {
      if (level <= 2 || page !== "operating.md") chapter = heading;
      if (scriptsIn(text).length === 0) continue;
      const isTyped = sources.some((source) =>
        source.includes(`${page}"`) &&
        (source.includes(`"${chapter}"`) || source.includes(`"${chapter}\\n"`))
      );
      if (!isTyped) untyped.push(`${page}: ${heading}`);
    }
  }
  assertEquals(untyped, []);
});

Deno.test("commands stand in blocks of sh, and nowhere else", () => {
  for (const page of pages) {
    const languages = [...textOf(page).matchAll(/^```(\w*)\n[^]*?^```$/gm)].map(([, name]) => name);
    // What else there is: output, and the line of a crontab, which a test types as well.
    const others = languages.filter((name) => !["sh", "", "text", "crontab"].includes(name ?? ""));
    assertEquals(others, [], page);
  }
});

/** The part of an address that leads to a heading, as code forges make it. */
function anchor(heading: string): string {
  return heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, "").replaceAll(" ", "-");
}

/** Whether something is there, under a heading if one is named. */
function leadsSomewhere(target: string, from: string): boolean {
  const { pathname, hash } = new URL(target, new URL(from, docs));
  const page = pathname.slice(docs.pathname.length);
  if (hash === "") return Deno.statSync(pathname).isFile;
  return sectionsOf(page).some(({ heading }) => anchor(heading) === hash.slice(1));
}

Deno.test("every link of the handbook leads somewhere", () => {
  let seen = 0;
  for (const page of pages) {
    for (const [, target = ""] of textOf(page).matchAll(/\]\(([^)]+)\)/g)) {
      assert(
        leadsSomewhere(target.startsWith("#") ? page.replace(/.*\//, "") + target : target, page),
      );
      seen++;
    }
  }
  assert(seen > 30);
});

Deno.test("every alert leads to what helps", () => {
  const rules = textOf("operating/alerts.yaml");
  const alerts = [...rules.matchAll(/^ +- alert: /gm)].length;
  const runbooks = [...rules.matchAll(/^ +runbook: docs\/(\S+)$/gm)].map(([, target]) => target);
  assertEquals(runbooks.length, alerts);
  for (const target of runbooks) assert(leadsSomewhere(target ?? "", "operating.md"), target);
});
