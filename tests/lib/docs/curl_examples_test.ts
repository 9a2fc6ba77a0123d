/**
 * The `curl` lines of the documentation.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { curlLine, placeholders, placeholdersIn } from "../../../lib/docs/curl_examples.ts";
import { decodeForm } from "../../../lib/api/form.ts";
import { type Example, type Operation, operations } from "../../../lib/api/operations.ts";

const all: readonly (readonly [string, Operation])[] = Object.entries(operations);

/** What the placeholders stand for, of the kind that each is. */
const world: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(placeholders).map((name, at) => [name, String(at + 1)])),
  T: "chat_token",
  CODE: "code-_code",
  CURSOR: "k3f9-41",
};

function filled(text: string): string {
  return text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => world[name] ?? "");
}

for (
  const [name, line] of [
    ["send", `curl -H "Authorization: Bearer $T" -d text=hello localhost:8000/send`],
    ["connect", `curl -d user=carol -d 'password=correct horse' localhost:8000/connect`],
    ["disconnect", `curl -X POST -H "Authorization: Bearer $T" localhost:8000/disconnect`],
    [
      "comment",
      `curl -H "Authorization: Bearer $T" -d "message=$MESSAGE" -d 'text=well said' localhost:8000/comment`,
    ],
    [
      "changeProfile",
      `curl -X PATCH -H "Authorization: Bearer $T" -d name=alice.b localhost:8000/me`,
    ],
    [
      "deleteMessage",
      `curl -X DELETE -H "Authorization: Bearer $T" "localhost:8000/messages/$MESSAGE"`,
    ],
    [
      "listMessages",
      `curl -H "Authorization: Bearer $T" 'localhost:8000/messages?to=bob&limit=10'`,
    ],
    [
      "events",
      `curl -H "Authorization: Bearer $T" "localhost:8000/events?after=$CURSOR&wait=5"`,
    ],
    [
      "uploadFile",
      `curl -H "Authorization: Bearer $T" -H 'Content-Type: text/plain' --data-binary @notes.txt 'localhost:8000/files?name=notes.txt'`,
    ],
    [
      "downloadFile",
      `curl -H "Authorization: Bearer $T" -H 'Range: bytes=0-4' "localhost:8000/files/$FILE"`,
    ],
    ["health", `curl localhost:8000/healthz`],
  ] as const
) {
  Deno.test(`the line of ${name} is as one would type it`, () => {
    assertEquals(curlLine(operations[name]), line);
  });
}

Deno.test("a line can lead to a server anywhere", () => {
  assertEquals(
    curlLine(operations.health, { origin: "https://chat.example" }),
    "curl https://chat.example/healthz",
  );
});

for (const [name, operation] of all) {
  Deno.test(`the example of ${name} is a request that its schemas take`, () => {
    const { path, query, body, example } = operation;
    for (
      const [schema, fields = {}] of [
        [path, example.path],
        [query, example.query],
        [body, example.body],
      ] as const
    ) {
      const texts = Object.entries(fields).map(([name, text]) => [name, filled(text)]);
      const form = new URLSearchParams(Object.fromEntries(texts)).toString();
      const result = schema.safeParse(decodeForm(schema, form));
      assertEquals(result.error?.issues ?? [], []);
    }
    assertEquals(example.file !== undefined, operation.takes === "bytes");
  });

  Deno.test(`the line of ${name} is one line, and leaves nothing to the shell but what is known`, () => {
    const line = curlLine(operation);
    assert(!line.includes("\n"));
    const names = [...line.matchAll(/\$(\w+)/g)].map(([, name = ""]) => name);
    assertEquals([...new Set(names)], [...placeholdersIn(line)]);
    assertEquals(names.includes("T"), operation.access === "token");
  });
}

Deno.test("every placeholder is needed by some example", () => {
  const needed = new Set(all.flatMap(([, operation]) => placeholdersIn(curlLine(operation))));
  assertEquals([...needed].toSorted(), Object.keys(placeholders).toSorted());
});

Deno.test("placeholdersIn() names each once, and nothing that only begins like one", () => {
  assertEquals(placeholdersIn("$ROOM $OLD_ROOM $ROOM/$T"), ["ROOM", "OLD_ROOM", "T"]);
  assertEquals(placeholdersIn("$ROOMS $TOKEN $t $5 ROOM"), []);
});

Deno.test("an operation whose example lacks a part of its path can't be shown", () => {
  assertThrows(() => curlLine({ ...operations.getRoom, example: {} }), Error, "has no room");
});

// A shell has the last word on what a line says.

const noShell = Deno.build.os === "windows";

/** The words that a shell hands to `curl` for each line, with the placeholders of the world. */
function wordsOf(lines: readonly string[]): string[][] {
  const { stdout, success, stderr } = new Deno.Command("sh", {
    args: ["-c", `curl() { printf '%s\\0' "$@"; printf '\\n\\0'; }\n${lines.join("\n")}\n`],
    env: { ...world },
    stderr: "piped",
  }).outputSync();
  assert(success, new TextDecoder().decode(stderr));
  const lists: string[][] = [[]];
  for (const word of new TextDecoder().decode(stdout).split("\0").slice(0, -1)) {
    if (word === "\n") lists.push([]);
    else lists.at(-1)?.push(word);
  }
  return lists.slice(0, -1);
}

Deno.test({ name: "a shell reads every line as it is meant", ignore: noShell }, () => {
  const lists = wordsOf(all.map(([, operation]) => curlLine(operation)));
  assertEquals(lists.length, all.length);
  for (const [at, [name, { method, access, example, route }]] of all.entries()) {
    const words = lists[at] ?? [];
    const options = Map.groupBy(
      words.slice(0, -1).flatMap((word, at) => at % 2 === 0 ? [[word, words[at + 1] ?? ""]] : []),
      ([option]) => option,
    );
    const values = (option: string) => (options.get(option) ?? []).map(([, value]) => value);
    const hasBody = example.body !== undefined || example.file !== undefined;
    assertEquals(values("-X")[0] ?? (hasBody ? "POST" : "GET"), method, name);
    assertEquals(values("-H"), [
      ...(access === "token" ? ["Authorization: Bearer chat_token"] : []),
      ...Object.entries(example.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ]);
    assertEquals(
      values("-d"),
      Object.entries(example.body ?? {}).map(([name, text]) => `${name}=${filled(text)}`),
    );
    assertEquals(values("--data-binary"), example.file === undefined ? [] : [`@${example.file}`]);
    const url = new URL(`http://${words.at(-1)}`);
    assertEquals(Object.fromEntries(url.searchParams), filledAll(example.query));
    const parts = filledAll(example.path);
    assertEquals(url.pathname, route.replaceAll(/{(\w+)}/g, (_, part) => parts[part] ?? ""));
  }
});

function filledAll(texts: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, filled(text)]));
}

Deno.test(
  { name: "a shell changes nothing of any text but the placeholders", ignore: noShell },
  () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.stringMatching(/^[ "$'\\`!*?~#&;|<>(){}[\]=%+a-z\n]{0,20}$/),
      fc.constantFrom(
        "$ROOM",
        "it's $ROOM",
        '"$CODE" \\ `$5` $HOME',
        "$ROOMS",
        "$$ROOM",
        "\\$T",
        "$(id)",
      ),
    ).filter((text) => !text.includes("\0") && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(text, { minLength: 30, maxLength: 30 }), (texts) => {
        const lines = texts.map((text) =>
          curlLine(shown({ body: { text }, headers: { A: text } }))
        );
        for (const [at, words] of wordsOf(lines).entries()) {
          const known = placeholdersIn(texts[at] ?? "");
          const expected = (texts[at] ?? "").replaceAll(
            /\$(\w+)/g,
            (all, name: string) => known.some((one) => one === name) ? world[name] ?? "" : all,
          );
          assertEquals(words[3], `A: ${expected}`);
          const option = /[%&+]/.test(texts[at] ?? "") ? "--data-urlencode" : "-d";
          assertEquals(words.slice(4), [option, `text=${expected}`, "localhost:8000/send"]);
        }
      }),
      { numRuns: 20 },
    );
  },
);

Deno.test(
  { name: "paths and queries are encoded, but for the placeholders", ignore: noShell },
  () => {
    const example = { query: { a: "b & c/$ROOM?", "д": "é'" } };
    assertEquals(wordsOf([curlLine(shown(example))])[0]?.slice(-1), [
      `localhost:8000/send?a=b%20%26%20c%2F${world["ROOM"]}%3F&%D0%B4=%C3%A9'`,
    ]);
  },
);

function shown(example: Example): Operation {
  return { ...operations.send, example };
}
