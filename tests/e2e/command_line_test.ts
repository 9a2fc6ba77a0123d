/**
 * The command line as its users meet it: help, versions, and what is wrong told in one line.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { programWords, TextSoFar, Workspace } from "../support/chat_process.ts";

const refusals: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ["dance"], says: /^chat: Unknown command "dance"; see chat help\n$/ },
  { args: ["serve", "--prot", "80"], says: /^chat: Unknown option --prot\n$/ },
  {
    args: ["serve", "--port", "70000"],
    says: /^chat: Cannot read --port: expected a whole number from 0 to 65535, got "70000"\n$/,
  },
  { args: ["serve", "--port"], says: /^chat: Cannot read --port: expected .*\n$/ },
  { args: ["serve", "--idle-timeout", "soon"], says: /^chat: Cannot read --idle-timeout: .*\n$/ },
  {
    args: ["serve", "--db", "mysql://localhost/chat"],
    says:
      /^chat: Cannot read --db: expected a file or :memory:, got "mysql:\/\/localhost\/chat"\n$/,
  },
  { args: ["serve", "extra"], says: /^chat: Unexpected argument "extra"\n$/ },
  { args: ["help", "dance"], says: /^chat: Unknown command "dance"; see chat help\n$/ },
];

for (const { args, says } of refusals) {
  Deno.test(`chat ${args.join(" ")} is refused in one line, with exit code 2`, async () => {
    await using workspace = new Workspace();
    const { code, out, err } = await workspace.run(args);
    assertEquals({ code, out }, { code: 2, out: "" });
    assertMatch(err, says);
  });
}

Deno.test("a bad value in the environment is named by its variable", async () => {
  await using workspace = new Workspace();
  const { code, err } = await workspace.run(["serve"], { environment: { CHAT_PORT: "x" } });
  assertEquals(code, 2);
  assertMatch(err, /^chat: Cannot read CHAT_PORT: expected .*\n$/);
});

Deno.test("chat help tells of every command, and of each with its options and examples", async () => {
  await using workspace = new Workspace();
  const { code, out } = await workspace.run(["help"]);
  assertEquals(code, 0);
  const listed = [...out.matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm)].map(([, name]) => name ?? "");
  const talking = ["client", "send", "tail", "history", "upload", "download", "status"];
  const commands = ["serve", ...talking, "backup", "restore", "admin", "doctor"];
  assertEquals(listed, [...commands, "version", "help"]);
  for (const name of listed) {
    const byTopic = await workspace.run(["help", name]);
    assertMatch(byTopic.out, new RegExp(`^[A-Z].*\n\nUsage: chat ${name}[ \n]`));
    // Each line of an example says what it does.
    const [, examples = ""] = /^Examples:\n([^]+)$/m.exec(byTopic.out) ?? [];
    assertMatch(examples, new RegExp(`^(  .*chat ${name === "help" ? "" : name}.*  # \\S.*\n)+$`));
    if (commands.includes(name)) assertEquals(await workspace.run([name, "--help"]), byTopic);
  }
});

Deno.test("chat help tells what each exit code means", async () => {
  await using workspace = new Workspace();
  const { out } = await workspace.run(["help"]);
  const [, table = ""] = /^Exit codes:\n([^]+)$/m.exec(out) ?? [];
  const told = [...table.matchAll(/^ {2}(\d+) {2,}\S.*$/gm)].map(([, code]) => Number(code));
  assertEquals(told, [0, 1, 2, 3, 4, 5, 6, 10, 11, 130]);
});

/** What is loaded before a command begins, as paths in the repository or names of packages. */
async function loadedBy(module: string): Promise<string[]> {
  const root = new URL("../../", import.meta.url);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", module],
    cwd: root,
    stderr: "null",
  }).output();
  interface Dependency {
    readonly code?: { readonly specifier: string };
    readonly isDynamic?: boolean;
  }
  const graph: { modules: { specifier: string; dependencies?: Dependency[] }[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  const dependencies = new Map(graph.modules.map((each) => [each.specifier, each.dependencies]));
  const loaded = new Set([`${root}${module}`]);
  for (const specifier of loaded) {
    for (const { code, isDynamic } of dependencies.get(specifier) ?? []) {
      // Types are gone by then, and what is imported later may never be.
      if (code !== undefined && !isDynamic) loaded.add(code.specifier);
    }
  }
  return [...loaded].map((specifier) => specifier.replace(String(root), ""));
}

Deno.test("chat send loads nothing of the server, the screen or the conversation", async () => {
  const loaded = [...await loadedBy("main.ts"), ...await loadedBy("client/plain/send.ts")];
  assert(loaded.includes("client/connection/api_client.ts"), "the graph is read");
  const needless = loaded.filter((module) =>
    /^(server|lib\/docs|client\/terminal)\//.test(module) ||
    /^client\/conversation\/(conversation|model|commands)/.test(module) ||
    /^(node:|npm:@logtape)/.test(module)
  );
  assertEquals(needless, []);
});

Deno.test("a reader that goes away ends the help quietly", async () => {
  // The reader says when it has closed its side; only then does the program begin.
  const script = `{ read -r go; "$@"; echo "code $?" >&3; } 3>&2 | { exec <&-; echo closed >&2; }`;
  const child = new Deno.Command("sh", {
    args: ["-c", script, "sh", ...programWords(), "help", "client"],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const err = new TextSoFar(child.stderr);
  await err.find(/closed\n/);
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode("go\n"));
  await input.close();
  await err.find(/code \d+\n/);
  await Promise.all([child.status, err.all]);
  assertEquals(err.text, "closed\ncode 0\n");
});

for (
  const args of [["client", "alice"], ["send", "-u", "alice", "hi"], ["tail", "-u", "alice"], [
    "status",
  ]]
) {
  Deno.test(`chat ${args[0]} tells of a missing home in one line`, async () => {
    await using workspace = new Workspace();
    const environment = { HOME: "", XDG_CONFIG_HOME: "", USERPROFILE: "", APPDATA: "" };
    const { code, out, err } = await workspace.run(args, { environment });
    assertEquals({ code, out }, { code: 1, out: "" });
    assertMatch(err, /^chat: Cannot find the configuration directory: .*\n$/);
  });
}

Deno.test("chat version tells the version", async () => {
  await using workspace = new Workspace();
  const { code, out } = await workspace.run(["version"]);
  assertEquals(code, 0);
  assertMatch(out, /^chat \d+\.\d+\.\d+\n$/);
});

Deno.test("a port that is taken is told in words", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const port = new URL(url).port;
  const args = ["serve", "--port", port, "--db", workspace.path("other.db")];
  const { code, err } = await workspace.run([...args, "--log-format", "pretty"]);
  assertEquals(code, 1);
  assert(err.includes(`Cannot listen on 127.0.0.1:${port}: something else listens there`), err);
});
