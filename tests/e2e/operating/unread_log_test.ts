/**
 * A server whose log goes into a pipe that nobody reads.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { programWords, Workspace } from "../../support/chat_process.ts";
import { samplesOf } from "../../support/exposition.ts";
import { Guest } from "../../support/guest.ts";
import { pollUntil, within } from "../../support/tools.ts";

/** Asks for the same many times on one connection, and waits for all answers. */
async function flood(url: string, times: number): Promise<void> {
  const { hostname, port } = new URL(url);
  using conn = await Deno.connect({ hostname, port: Number(port) });
  const ask = new TextEncoder().encode("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const asking = (async () => {
    for (let count = 0; count < times; count++) await conn.write(ask);
  })();
  const buffer = new Uint8Array(65_536);
  let answers = "";
  let seen = 0;
  while (seen < times) {
    const bytes = await conn.read(buffer);
    assert(bytes !== null, "the server has closed the connection");
    answers += new TextDecoder().decode(buffer.subarray(0, bytes));
    const parts = answers.split('{"status":"ok"}');
    seen += parts.length - 1;
    answers = parts.at(-1) ?? "";
  }
  await asking;
}

Deno.test("a log that nobody reads holds nothing up, and what it lacks is counted", async () => {
  await using workspace = new Workspace();
  const [program, ...words] = programWords();
  const args = ["serve", "--port", "0", "--db", workspace.path("chat.db"), "--log-format", "json"];
  await using child = new Deno.Command(program, {
    args: [...words, ...args],
    cwd: workspace.folder,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let log = "";
  const readUntil = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const match = pattern.exec(log);
      if (match !== null) return match;
      const { value, done } = await within(reader.read(), "the log");
      assert(!done, log);
      log += value;
    }
  };
  const dropped = async (url: string) =>
    samplesOf(await (await fetch(`${url}/metrics`)).text()).get("chat_log_lines_dropped_total") ??
      NaN;
  const [, url = ""] = await readUntil(/"url":"([^"]+)"/);
  const alice = await Guest.arrive(url, "alice");
  assertEquals(await dropped(url), 0);

  // Nobody reads from here on. What waits is bounded, so that some of these lines are one too many.
  for (let rounds = 0; rounds < 20 && await dropped(url) === 0; rounds++) await flood(url, 2000);
  const lost = await dropped(url);
  assert(lost > 0);
  await alice.say("nobody logs this");
  assertEquals(await alice.texts(), ["nobody logs this"]);

  // When someone reads again it is told how many are missing, and goes on.
  const [, told = ""] = await readUntil(/(\d+) lines of the log could not be written\n/);
  assert(Number(told) >= lost, `${told} of ${lost}`);
  await pollUntil(async () => {
    const before = log.length;
    await alice.ask("GET /status");
    await readUntil(/"route":"\/status"/);
    return log.length > before;
  }, "a line after those that are missing");
  await pollUntil(async () => await dropped(url) === Number(told), "the same number");
  child.kill("SIGTERM");
  const emptied = (async () => {
    while (!(await reader.read()).done);
  })();
  assertEquals((await child.status).code, 0);
  await emptied;
});
