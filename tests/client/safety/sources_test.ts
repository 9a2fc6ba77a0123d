/**
 * What the client can't do because none of its sources does it: run a program, open a link, send a
 * terminal what was not made safe.
 *
 * @module
 */
import { assertEquals } from "@std/assert";

const client = new URL("../../../client/", import.meta.url);

/** The sources of the client, by their path in it, without their comments. */
function* sources(
  directory = client,
): Generator<{ readonly path: string; readonly code: string }, void, void> {
  for (const { name, isDirectory } of Deno.readDirSync(directory)) {
    const url = new URL(isDirectory ? `${name}/` : name, directory);
    if (isDirectory) yield* sources(url);
    else if (name.endsWith(".ts")) {
      const code = Deno.readTextFileSync(url)
        .replaceAll(/\/\*[^]*?\*\//g, "")
        .replaceAll(/(?<![:"'`])\/\/.*$/gm, "");
      yield { path: url.href.slice(client.href.length), code };
    }
  }
}

/** The files that hold what `pattern` finds. */
function filesWith(pattern: RegExp): string[] {
  return [...sources()].filter(({ code }) => pattern.test(code)).map(({ path }) => path).sort();
}

/** These name sequences that a terminal sends. */
const readers: ReadonlySet<string> = new Set([
  "terminal/keyboard/keys.ts",
  "terminal/keyboard/key_sequences.ts",
]);

for (
  const [what, pattern] of [
    ["runs a program", /Deno\.(?:Command|run|spawn|exec)\b|child_process|\bxdg-open\b/],
    ["runs text as a program", /\beval\s*\(|new Function\b|import\((?!")|\bWorker\b/],
    ["loads a library", /\bdlopen\b|UnsafePointer/],
    ["makes a link, a title or a clipboard", /\\x1b[\]P^_X]|\\u001b|\\x9[0-9a-d]|\\e\b/i],
    ["writes beside its outputs", /\bconsole\./],
  ] as const
) {
  Deno.test(`no source of the client ${what}`, () => {
    assertEquals(filesWith(pattern).filter((path) => !readers.has(path)), []);
  });
}

Deno.test("only those write to a terminal who write lines, questions of ours, or a file's bytes", () => {
  // The last one builds the page, and is no client.
  const files = [
    "open_question.ts",
    "plain/output.ts",
    "secret_question.ts",
    "terminal/screen/screen.ts",
    "web/build.ts",
  ];
  assertEquals(filesWith(/Deno\.std(?:out|err)\b(?!\.isTerminal)/), files);
});

Deno.test("outside the terminal's own folder only two files name an escape sequence", () => {
  const files = filesWith(/\\x1b/).filter((path) => !path.startsWith("terminal/"));
  assertEquals(files, ["lines/safe_line.ts", "plain/output.ts"]);
});
