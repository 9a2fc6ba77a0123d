/**
 * The rules of the house that a machine can check.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";

const root = new URL("../../", import.meta.url);

/** Most lines of a file of the program. */
const linesMax = 400;

/** Files of the program, relative to the root, with their text. */
const files: ReadonlyMap<string, string> = new Map(
  ["main.ts", ...["lib/", "server/", "client/"].flatMap(listed)]
    .map((file) => [file, Deno.readTextFileSync(new URL(file, root))]),
);

function listed(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return listed(`${folder}${name}/`);
    return /\.tsx?$/.test(name) ? [`${folder}${name}`] : [];
  });
}

/** What a file does that is of interest here, as `Date.now` or `empty catch`. */
interface Use {
  readonly what: string;
  readonly place: string;
}

const collector: Deno.lint.Plugin = {
  name: "tidy",
  rules: {
    uses: {
      create(context) {
        const report = (node: Deno.lint.Node, message: string) => context.report({ node, message });
        return {
          MemberExpression(node) {
            if (node.object.type !== "Identifier" || node.property.type !== "Identifier") return;
            report(node, `${node.object.name}.${node.property.name}`);
          },
          CallExpression(node) {
            if (node.callee.type === "Identifier") report(node, `${node.callee.name}()`);
          },
          NewExpression(node) {
            if (node.callee.type !== "Identifier" || node.arguments.length > 0) return;
            report(node, `new ${node.callee.name}()`);
          },
          Identifier(node) {
            if (["Deno", "globalThis", "process"].includes(node.name)) report(node, node.name);
          },
          ImportDeclaration: (node) => report(node, `import ${node.source.value}`),
          TSAnyKeyword: (node) => report(node, "any"),
          CatchClause(node) {
            if (node.body.body.length === 0) report(node, "empty catch");
          },
        };
      },
    },
  },
};

const uses: readonly Use[] = [...files].flatMap(([file, text]) => usesOf(file, text));

function usesOf(file: string, text: string): Use[] {
  return Deno.lint.runPlugin(collector, file, text).map(({ message, range }) => {
    const line = text.slice(0, range[0]).split("\n").length;
    return { what: message, place: `${file}:${line}: ${message}` };
  });
}

/** Where one of `wanted` is used, but for files that begin with one of `allowed`. */
function usesBut(wanted: RegExp, allowed: readonly string[] = []): string[] {
  return uses.filter(({ what }) => wanted.test(what)).map(({ place }) => place)
    .filter((place) => !allowed.some((file) => place.startsWith(file)));
}

/** Where `pattern` is found, line by line. */
function places(pattern: RegExp): string[] {
  return [...files].flatMap(([file, text]) =>
    text.split("\n").flatMap((line, at) =>
      pattern.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : []
    )
  );
}

Deno.test("there are files to check, in every part of the program", () => {
  for (const part of ["main.ts", "lib/domain/", "lib/text/", "server/http/", "server/store/"]) {
    assert([...files.keys()].some((file) => file.startsWith(part)), part);
  }
});

Deno.test("every file opens with one sentence that says what it is responsible for", () => {
  const faults = [...files].filter(([file, text]) => {
    const [comment = ""] = /^(?:#![^\n]*\n)?\/\*\*\n(?: \*[^\n]*\n)+? \*\/\n/.exec(text) ?? [];
    const sentence = /^ \* [A-Z`"][\s\S]*?[.:](\n| )/m.test(comment);
    return !sentence || (!file.endsWith(".d.ts") && !/^ \* @module$/m.test(comment));
  });
  assertEquals(faults.map(([file]) => file), []);
});

Deno.test("files are named by nouns in snake_case, and none by what says nothing", () => {
  const faults = [...files.keys()].filter((file) => {
    const parts = file.replace(/(\.d)?\.tsx?$/, "").split("/");
    return parts.some((part) =>
      !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(part) ||
      part.split("_").some((word) => /^(utils?|helpers?|types|managers?|misc)$/.test(word))
    );
  });
  assertEquals(faults, []);
});

Deno.test(`no file has more than ${linesMax} lines`, () => {
  const faults = [...files].map(([file, text]) => [file, text.split("\n").length - 1] as const)
    .filter(([, lines]) => lines > linesMax);
  assertEquals(faults, []);
});

Deno.test("no file leaves a note of work to be done", () => {
  assertEquals(places(/\b(TODO|FIXME|XXX|HACK)\b/), []);
});

Deno.test("no type is any, and no check of types is turned off", () => {
  assertEquals(usesBut(/^any$/), []);
  assertEquals(places(/@ts-(ignore|expect-error|nocheck)/), []);
});

Deno.test("a lint rule is ignored for one line, by name, with a reason", () => {
  const faults = places(/deno-lint-ignore/).filter((place) =>
    !/\/\/ deno-lint-ignore [a-z-]+( [a-z-]+)* -- \S.*\.$/.test(place)
  );
  assertEquals(faults, []);
});

Deno.test("no failure is caught for nothing", () => {
  assertEquals(usesBut(/^empty catch$/), []);
});

Deno.test("nothing prints but through the log and the command line", () => {
  assertEquals(usesBut(/^console\./), []);
});

/** The only files that may name what they are the door to. */
const doors: readonly (readonly [what: string, uses: RegExp, allowed: readonly string[]])[] = [
  ["the time of day", /^(Date\.now|new Date\(\)|Date\(\))$/, ["lib/clock.ts"]],
  ["the running time", /^performance\./, ["lib/clock.ts"]],
  ["a timer", /^(setTimeout|setInterval|setImmediate)\(\)$|^AbortSignal\.timeout$/, [
    "lib/clock.ts",
  ]],
  ["chance", /^(Math\.random|crypto\.(getRandomValues|randomUUID)|randomBytes\(\))$/, [
    "lib/random.ts",
  ]],
];

for (const [what, wanted, allowed] of doors) {
  Deno.test(`${what} comes in through one door: ${allowed[0]}`, () => {
    assertEquals(usesBut(wanted, allowed), []);
    // What is looked for is found: someone opens the door.
    const found = uses.filter(({ what }) => wanted.test(what));
    assert(found.some(({ place }) => place.startsWith(allowed[0] ?? "")));
  });
}

Deno.test("lib does without the runtime", () => {
  const outside = [...files.keys()].filter((file) => !file.startsWith("lib/"));
  assertEquals(usesBut(/^(Deno|globalThis|process|import node:.*)$/, outside), []);
  assert(usesBut(/^Deno$/).length > 5, "others do use it");
});

Deno.test("what a file uses is found wherever it stands, and not in comments and texts", () => {
  const text = [
    `const a = "Date.now()"; // Date.now()`,
    'const b = `{"time":"${Date.now()}"}`;',
    `/* Date.now() */ let c: Deno.Conn | any; /"/; Date.now();`,
    `try { setTimeout(b, 1); } catch {}`,
    `new Date(1); new Date();`,
  ].join("\n");
  assertEquals(
    usesOf("x.ts", text).map(({ place }) => place).toSorted(),
    [
      "x.ts:2: Date.now",
      "x.ts:3: Date.now",
      "x.ts:3: Deno",
      "x.ts:3: any",
      "x.ts:4: empty catch",
      "x.ts:4: setTimeout()",
      "x.ts:5: new Date()",
    ],
  );
});
