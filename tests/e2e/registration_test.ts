/**
 * Who may register, as whoever runs a server meets it: the code of the first owner, and invitations.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type ServerProcess, Workspace } from "../support/chat_process.ts";

const told = /^Nobody has registered yet\. .*\n {2}(chat client .*)\n {2}(\S+\/#invite=(\S+))\n/m;

/** What a server on a free port says at its start of how to become its owner. */
async function ownerWords(server: ServerProcess): Promise<{ command: string; code: string }> {
  const [, command = "", link = "", code = ""] = await server.process.err.find(told);
  assertMatch(code, /^owner_[\w-]{43}$/);
  assertEquals(link, `${here(server)}/#invite=${code}`);
  assertEquals(
    command,
    `chat client --server ${here(server)} --user NAME --invite ${code}`,
  );
  return { command, code };
}

/** Its address for who is on its machine. */
function here({ url }: ServerProcess): string {
  return url.replace("0.0.0.0", "localhost");
}

async function post(url: string, fields: Readonly<Record<string, string>>, token?: string) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers });
  return { status: response.status, json: await response.json() };
}

Deno.test("who starts a server for others becomes its owner by what it has told them, once", async () => {
  await using workspace = new Workspace();
  const server = await workspace.serve({
    args: ["--host", "0.0.0.0", "--registration", "invite", "--log-level", "debug"],
  });
  const { command, code } = await ownerWords(server);
  const words = command.replace("NAME", "olga").split(" ").slice(2);
  const said = await workspace.run(["send", ...words, "I own this"]);
  assertEquals([said.code, said.err], [0, ""]);
  const status = await workspace.run(["status", "--json", "-u", "olga", "-s", here(server)]);
  assertEquals(JSON.parse(status.out).user.role, "owner");
  const late = await workspace.run(["send", "-u", "eve", "-s", here(server), "hi"], {
    environment: { CHAT_INVITE: code },
  });
  assertEquals([late.code, late.err], [
    3,
    "chat: Cannot sign in as eve: the invitation is not good, or not any more; " +
    "ask for another one\n",
  ]);
  await server.process.kill("SIGTERM");
  // The log itself, each of whose lines is JSON, knows nothing of the code.
  const log = server.process.err.text.replace(told, "").trimEnd().split("\n");
  assert(log.length > 5, log.join("\n"));
  for (const line of log) assertEquals(typeof JSON.parse(line).message, "string");
  assertEquals(log.filter((line) => line.includes(code)), []);
  // Who is there already needs no code any more.
  const again = await workspace.serve({ args: ["--host", "0.0.0.0"] });
  await again.process.kill("SIGTERM");
  assertEquals(again.process.err.text.includes("owner_"), false);
});

Deno.test("a code that nobody has used is void once the server starts anew", async () => {
  await using workspace = new Workspace();
  const args = ["--registration", "closed"];
  const first = await workspace.serve({ args });
  const { code: before } = await ownerWords(first);
  await first.process.kill("SIGKILL");
  const second = await workspace.serve({ args });
  const { code } = await ownerWords(second);
  const connect = `${second.url}/connect`;
  assertEquals((await post(connect, { user: "olga", invite: before })).json.code, "forbidden");
  const { status, json } = await post(connect, { user: "olga", invite: code });
  assertEquals([status, json.user], [201, "olga"]);
});

Deno.test("a server for this machine alone that anyone may join gives itself to nobody", async () => {
  await using workspace = new Workspace();
  const { process, url } = await workspace.serve();
  assertEquals((await post(`${url}/connect`, { user: "alice" })).status, 201);
  await process.kill("SIGTERM");
  assertEquals(process.err.text.includes("owner_"), false);
});

Deno.test("who is invited gets in by the link, from a pipe, a command or curl, and nobody else", async () => {
  await using workspace = new Workspace();
  const server = await workspace.serve({ args: ["--registration", "invite"] });
  const { url } = server;
  const { code } = await ownerWords(server);
  const { json: { token } } = await post(`${url}/connect`, { user: "olga", invite: code });
  const invite = async () => (await post(`${url}/invites`, {}, token)).json;
  const { url: link } = await invite();
  const piped = await workspace.run(["client", "alice", "-s", url, "--invite", link], {
    input: "hello\n",
  });
  assertEquals([piped.code, piped.err.includes("chat:")], [0, false]);
  const spent = await workspace.run(["client", "bob", "-s", url, "--invite", link], {
    input: "hello\n",
  });
  assertEquals(spent.code, 3);
  const none = await workspace.run(["client", "bob", "-s", url], { input: "hello\n" });
  assertEquals([none.code, none.err], [
    3,
    "chat: Cannot sign in as bob: the name is free, but to take one you need an invitation; " +
    "give it by --invite or CHAT_INVITE\n",
  ]);
  const { code: another } = await invite();
  assertEquals((await post(`${url}/connect`, { user: "bob", invite: another })).status, 201);
});
