/**
 * A server at work tells nobody but those who are meant what is secret: not in its log, not in what
 * it counts, not in traces, not in what it says of errors.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { operations } from "../../lib/api/operations.ts";
import { type ChatProcess, Workspace } from "../support/chat_process.ts";
import { Collector } from "../support/collector.ts";
import { checkLogLine } from "../support/log_table.ts";
import { Asker } from "./redaction/asker.ts";
import { arrive, everyOperation, moderation, ordinaryDay } from "./redaction/marked_day.ts";
import { malformedRequests, refusedRequests } from "./redaction/mishaps.ts";
import { checkNothingLeaked, Secrets } from "./redaction/secrets.ts";

/** What a server has told anyone, by where. */
type Told = Readonly<Record<string, string>>;

/** Lets a server live through everything, and gives what it told. */
async function lifeOf(format: "json" | "pretty", secrets: Secrets): Promise<Told> {
  await using collector = new Collector();
  await using workspace = new Workspace();
  const server = workspace.start([
    ...["serve", "--host", "0.0.0.0", "--port", "0", "--db", workspace.path("chat.db")],
    ...["--limit", "0"],
    ...["--log-level", "debug", "--log-format", format],
  ], { ...collector.environment, OTEL_DENO: "true" });
  const asker = new Asker(await urlOf(server));
  const [announcement, code] = await server.err.find(ownerAnnouncement);
  const invite = secrets.drawn("the code of the first owner", code);
  const owner = await arrive(asker, secrets, { called: "olga", invite });
  await ordinaryDay(asker, secrets);
  await moderation(asker, secrets, owner);
  if (format === "json") await everyOperation(asker, secrets);
  await malformedRequests(asker, secrets);
  await refusedRequests(asker, secrets);

  const backup = await workspace.run(["backup", "copy.backup"]);
  assertEquals(backup.code, 0, backup.err);
  const restored = await workspace.run(["restore", "copy.backup", "--db", "other.db"]);
  assertEquals(restored.code, 0, restored.err);
  const sender = secrets.marked("grace");
  const sent = await workspace.run(
    ["send", "--user", sender, "--server", asker.url, secrets.marked("sent")],
  );
  assertEquals([sent.code, sent.err], [0, ""]);
  if (Deno.build.os !== "windows") await checkClosed(workspace, secrets, sender);
  const metrics = await asker.ask("GET /metrics");

  const { token } = await arrive(asker, secrets, { called: "frank" });
  breakStore(workspace.path("chat.db"));
  const send = { token, json: { text: secrets.marked("unsaved") } };
  assertEquals((await asker.ask("POST /send", send)).status, 503);
  assertEquals((await asker.ask("GET /messages", { token })).status, 503);
  assertEquals((await server.kill("SIGTERM")).code, 0);
  return {
    log: server.err.text.replace(announcement, "") + server.out.text,
    metrics: metrics.text,
    telemetry: collector.received.map(({ path, text }) =>
      `${path} ${JSON.stringify(JSON.parse(text))}`
    ).join("\n"),
    problems: asker.problems,
    backup: backup.out + backup.err + restored.out + restored.err,
  };
}

async function urlOf(server: ChatProcess): Promise<string> {
  // deno-lint-ignore no-control-regex -- a pretty line has colours.
  const [, port] = await server.err.find(/http:\/\/0\.0\.0\.0:(\d+)(?=[\x1b" ])/);
  return `http://127.0.0.1:${port}`;
}

/** What is said beside the log, to whoever started the server: the only place of that code. */
const ownerAnnouncement = /^Nobody has registered yet\. .*\n.*\n {2}\S+\/#invite=(\S+)\n/m;

/** Checks that what a client keeps can be read by nobody else: `sender`, who keeps a token, at least. */
async function checkClosed(workspace: Workspace, secrets: Secrets, sender: string): Promise<void> {
  const kept = filesBelow(workspace.folder).filter((path) => !/\.(db|backup)\b[^/]*$/.test(path));
  let tokens = 0;
  for (const path of kept) {
    const text = await Deno.readTextFile(path);
    if (secrets.leaks(text).length === 0) continue;
    tokens += Number(text.includes(sender));
    assertEquals(((await Deno.stat(path)).mode ?? 0) & 0o077, 0, path);
  }
  assertEquals(tokens, 1);
}

function filesBelow(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`]
  );
}

/** From now on nothing that is about messages can be saved or read. */
function breakStore(path: string): void {
  const database = new DatabaseSync(path);
  database.exec("alter table messages rename to lost");
  database.close();
}

for (const format of ["json", "pretty"] as const) {
  Deno.test(`nothing secret comes to light, whatever happens, with a log of ${format}`, async () => {
    const secrets = new Secrets();
    const told = await lifeOf(format, secrets);
    checkNothingLeaked(secrets, told);
    // There was something to be found, and it was looked for where it would have been.
    assert(told["log"]?.includes("The store failed"));
    assert(told["metrics"]?.includes("chat_refusals_total"));
    assert(told["telemetry"]?.includes('"engine.batch"'));
    assert((told["problems"]?.split("\n").length ?? 0) > 80);
    if (format === "json") checkLog(told["log"] ?? "");
  });
}

/** All lines are such as docs/monitoring.md lists, and each operation was asked for. */
function checkLog(log: string): void {
  const lines = log.trimEnd().split("\n").map(checkLogLine);
  const routes = new Set(lines.map(({ method, route }) => `${method} ${route}`));
  const missing = Object.values(operations).map(({ method, route }) => `${method} ${route}`)
    .filter((operation) => !routes.has(operation));
  assertEquals(missing, []);
  const levels = new Set(
    lines.filter(({ message }) => message === "request").map(({ level }) => level),
  );
  assertEquals([...levels], ["info"]);
}

Deno.test("what leaks is found, as it is, encoded, in colour and in part", () => {
  const secrets = new Secrets();
  const text = secrets.marked("text");
  const token = secrets.drawn("a token", "abcdefghijklmnopqrstuvwxyz");
  const leaks = [
    text,
    text.toUpperCase(),
    JSON.stringify({ why: `no ${text}` }),
    encodeURIComponent(text).replaceAll("z", "%7A"),
    `\x1b[2m${text.slice(0, -9)}\x1b[0m${text.slice(-9)}`,
    token,
    token.slice(0, 20),
  ];
  for (const leak of leaks) assertEquals(secrets.leaks(`{}\n${leak}\n`).length, 1, leak);
  assertEquals(secrets.leaks("request GET /messages/{id} 200\n"), []);
});
