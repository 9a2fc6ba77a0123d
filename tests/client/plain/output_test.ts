import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { lineUnitsMax } from "../../../client/plain/line_reader.ts";
import { explained } from "../../../client/plain/output.ts";
import { OutputClosed, OutputFailed } from "../../../lib/output.ts";
import { inShell, type Shell } from "./shell.ts";

const runs: readonly (readonly [name: string, run: (shell: Shell) => Promise<number>])[] = [
  ["client", (shell) => shell.pipe("hello\n")],
  ["send", (shell) => shell.send(["hello"])],
  ["tail", (shell) => shell.tail()],
  ["status", (shell) => shell.status()],
];

for (const [name, run] of runs) {
  Deno.test(
    `chat ${name} says that the token file is damaged, and asks nothing of the server`,
    inShell(async (shell) => {
      const directory = `${shell.environment["XDG_CONFIG_HOME"]}/chat`;
      await Deno.mkdir(directory);
      await Deno.writeTextFile(`${directory}/tokens.json`, "{");
      assertEquals(await run(shell), 1);
      assertEquals(shell.err, [
        `chat: Cannot read ${directory}/tokens.json: it is damaged; mend it, or move it away to ` +
        "sign in anew",
      ]);
      assertEquals(shell.paths, []);
    }),
  );

  Deno.test(
    `chat ${name} says that there is no home for its tokens`,
    inShell(async (shell) => {
      shell.environment["XDG_CONFIG_HOME"] = "";
      assertEquals(await run(shell), 1);
      assertEquals(shell.err, [
        "chat: Cannot find the configuration directory: neither XDG_CONFIG_HOME nor HOME is set",
      ]);
    }),
  );

  Deno.test(
    `chat ${name} refuses a name that nobody can have`,
    inShell(async (shell) => {
      shell.environment["CHAT_USER"] = "a b";
      assertEquals(await run(shell), 2);
      assertEquals(shell.err.length, 1);
      assertStringIncludes(shell.err[0] ?? "", "chat: Cannot read CHAT_USER: expected a name");
    }),
  );
}

Deno.test(
  "chat client refuses a line that is too long for anything",
  inShell(async (shell) => {
    const pipe = shell.pipe("x".repeat(lineUnitsMax + 1));
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 2);
    assertEquals(shell.err, [
      `chat: Cannot read standard input: a line has more than ${lineUnitsMax} characters`,
    ]);
  }),
);

Deno.test(
  "explained() ends quietly when the reader has gone, and lets a defect through",
  inShell(async ({ output, err }) => {
    assertEquals(await explained(output, "follow", () => Promise.reject(new OutputClosed())), 0);
    await assertRejects(
      () => explained(output, "follow", () => Promise.reject(new RangeError("defect"))),
      RangeError,
    );
    assertEquals(err, []);
  }),
);

Deno.test(
  "explained() says in one line that the system takes no output",
  inShell(async ({ output, err }) => {
    const full = new OutputFailed("Cannot write: No space left on device");
    assertEquals(await explained(output, "follow", () => Promise.reject(full)), 1);
    assertEquals(err, ["chat: Cannot write: No space left on device"]);
  }),
);
