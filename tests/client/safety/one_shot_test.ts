/**
 * The commands without a screen print nothing that commands a terminal, as text and as JSON.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import * as fc from "fast-check";
import { terminalJson } from "../../../lib/text/json.ts";
import { Line } from "../../../client/lines/safe_line.ts";
import { event } from "../../../lib/api/schemas.ts";
import { Shell } from "../plain/shell.ts";
import { inPassingTime, refusal, settle } from "../stub_server.ts";
import { type Draw, HostileServer, type Refusals } from "./hostile_server.ts";
import { hostileText, hostileValue, type Naming } from "./hostile_values.ts";
import { assertHarmless, assertNoForgery, assertSafeLine } from "./looks.ts";

/** What a run needs beside the shell, whose server is the hostile one. */
interface Run {
  readonly shell: Shell;
  readonly server: HostileServer;
  readonly draw: Draw;
  readonly naming: Naming;
}

type Start = (run: Run) => Promise<number>;

/** How each command of `main.ts` is run, as text and as JSON. */
const runs: Readonly<Record<string, readonly Start[]>> = {
  send: [
    ({ shell }) => shell.send(["hi"]),
    ({ shell }) => shell.send(["--json", "--room", "12", "hi"]),
  ],
  status: [({ shell }) => shell.status(), ({ shell }) => shell.status("--json")],
  history: [({ shell }) => shell.history(), ({ shell }) => shell.history("--json", "-n", "2")],
  upload: [
    ({ shell }) => shell.upload(`${shell.directory}/sent.txt`),
    ({ shell }) => shell.upload("--json", `${shell.directory}/sent.txt`),
  ],
  download: [
    ({ shell }) => shell.download(["12", `${shell.directory}/`]),
    ({ shell }) => shell.download(["--json", "12", `${shell.directory}/`]),
  ],
  tail: [(run) => tailed(run, []), (run) => tailed(run, ["--json"])],
};

/** Looked at in `conversation_test.ts`, or no client. */
const elsewhere = ["serve", "client", "backup", "restore", "admin", "doctor"];

async function tailed({ shell, server, draw, naming }: Run, args: string[]): Promise<number> {
  const tail = shell.tail(...args);
  const stream = await Promise.race([server.stream(), tail]);
  if (typeof stream === "number") return stream;
  for (const option of event.def.options) {
    stream.event("k-1", draw(hostileValue(option, naming)) as { readonly type: string });
  }
  await settle();
  // The next time it is not let in, which is the end.
  server.events = () => refusal("unauthorized", draw(hostileText));
  stream.end();
  return await tail;
}

/** All that is printed is harmless, as a line of 80 columns. */
function look(printed: string, naming: Naming): void {
  assertHarmless(printed);
  const line = Line.of(printed);
  assertEquals(line.plain, printed);
  assertSafeLine(line, 80);
  if (naming === "by the rules") assertNoForgery(line, 80);
}

for (const [name, starts] of Object.entries(runs)) {
  Deno.test(`chat ${name} prints nothing that was not meant`, async () => {
    const setting = fc.record({
      draw: fc.gen().map((gen): Draw => (from) => gen(() => from)),
      start: fc.constantFrom(...starts),
      naming: fc.constantFrom<Naming[]>("by the rules", "by a server that keeps no rules"),
      refusals: fc.constantFrom<Refusals[]>(0, 0, 5),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ draw, start, naming, refusals }) => {
        const directory = await Deno.makeTempDir();
        try {
          await Deno.writeTextFile(`${directory}/sent.txt`, "hello");
          const server = new HostileServer(draw, { naming, refusals });
          const shell = new Shell(directory);
          Object.defineProperty(shell, "surroundings", {
            value: { ...shell.surroundings, transport: server.transport },
          });
          Object.assign(shell.output, { json: checkJson });
          await inPassingTime(shell.clock, start({ shell, server, draw, naming }));
          for (const printed of [...shell.out, ...shell.err]) look(printed, naming);
        } finally {
          await Deno.remove(directory, { recursive: true });
        }
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
}

/** What is printed of a value means the same, and hides and commands nothing. */
function checkJson(value: unknown): void {
  const text = terminalJson(value);
  assertHarmless(text.replaceAll(/[\p{Mn}\p{Me}]/gu, ""));
  assertEquals(JSON.parse(text), JSON.parse(JSON.stringify(value)));
}

Deno.test("terminalJson() means the same, and hides and commands nothing, whatever it is", () => {
  fc.assert(fc.property(fc.oneof(hostileText, fc.json()), checkJson), { numRuns: 300 });
  for (let first = 0; first <= 0x10ffff; first += 256) {
    const codes = Array.from({ length: 256 }, (_, at) => first + at);
    checkJson(String.fromCodePoint(...codes));
  }
});

Deno.test("every command of the program is looked at", async () => {
  const source = await Deno.readTextFile(new URL("../../../main.ts", import.meta.url));
  const table = /const commands[^{]*\{([^}]*)\}/.exec(source)?.[1] ?? "";
  assertMatch(table, /serve:/);
  const names = [...table.matchAll(/^ *(\w+):/gm)].map(([, name]) => name ?? "");
  assertEquals(names.sort(), [...Object.keys(runs), ...elsewhere].sort());
});
