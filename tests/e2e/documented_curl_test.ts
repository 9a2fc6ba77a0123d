/**
 * Every `curl` line of the documentation, typed as it stands there.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type Operation, type OperationName, operations } from "../../lib/api/operations.ts";
import { foldName } from "../../lib/text/names.ts";
import { openChat } from "../../server/admin/open_chat.ts";
import { curlLine, type Placeholder, placeholdersIn } from "../../lib/docs/curl_examples.ts";
import { Workspace } from "../support/chat_process.ts";
import { hasCurl } from "../support/curl.ts";
import { Guest } from "../support/guest.ts";
import { builtPage } from "../support/page.ts";

/** Those whom the examples name. */
interface Others {
  readonly bob: Guest;
  readonly dave: Guest;
  /** An owner of the server. */
  readonly chief: Guest;
}

/** Operations that are about someone who has asked to enter a room. */
const aboutAskers: readonly string[] = ["listRequests", "answerRequest", "removeMember"];

/** What a reader of the documentation has at hand, made for one operation. */
async function atHand(
  name: OperationName,
  url: string,
  { bob, dave, chief }: Others,
): Promise<Readonly<Record<Placeholder, string>>> {
  const reader = await Guest.arrive(url, `reader.${name}`, "secret");
  await Guest.arrive(url, `reader.${name}`, "secret");
  const { cursor } = await reader.ask("POST /connect");
  const room = (await reader.ask("POST /rooms", { name: "garden" })).id;
  const link = await reader.ask(`POST /rooms/${room}/links`);
  // He may not ask as often as there are lines.
  if (aboutAskers.includes(name)) await dave.ask("POST /join", { code: link.code });
  if (name === "removeMember") {
    await reader.ask(`POST /rooms/${room}/requests/dave`, { approve: true });
  }
  if (operations[name].topic === "Moderation") {
    await chief.ask("POST /roles", { user: reader.name, role: "owner" });
  }
  if (name === "dismissReports") await reader.ask("POST /report", { user: "mallory" });
  const others = (await bob.ask("POST /rooms", { name: `bob's, for ${name}` })).id;
  await bob.ask(`POST /rooms/${others}/invitations`, { user: reader.name });
  const { items } = await reader.ask("GET /tokens");
  const file = await reader.try("POST /files?name=notes.txt", {
    bytes: new TextEncoder().encode("some notes"),
  });
  return {
    T: reader.token,
    MESSAGE: String(await reader.say("hello")),
    SCHEDULED: String((await reader.ask("POST /send", { text: "later", in: "1h" })).id),
    FILE: String(file.json.id),
    ROOM: String(room),
    OLD_ROOM: String((await reader.ask("POST /rooms", { name: "old" })).id),
    INVITED_ROOM: String(others),
    LINK: String(link.id),
    CODE: (await bob.ask(`POST /rooms/${others}/links`)).code,
    INVITE: String((await chief.ask("POST /invites")).id),
    TOKEN_ID: String(items[1].id),
    CURSOR: cursor,
    ASSET: await assetAt(url),
  };
}

/** Whoever runs the server makes a user its owner, while it runs. */
async function appointOwner(database: string, name: string): Promise<void> {
  const chat = openChat(database);
  await chat.carryOut({ type: "role.set", user: foldName(name), role: "owner" });
  await chat.close();
}

/** The name of something that the page loads, as one finds it there. */
async function assetAt(url: string): Promise<string> {
  const html = await (await fetch(url)).text();
  return /"\/assets\/([^"]+)"/.exec(html)?.[1] ?? "";
}

/** Types a line into a shell; gives the status and the body of the answer. */
async function type(
  line: string,
  { folder, environment }: {
    readonly folder: string;
    readonly environment: Record<string, string>;
  },
): Promise<{ readonly status: number; readonly body: string; readonly mediaType: string }> {
  const told = `${line} -sS --max-time 60 -w '\\n%{http_code} %{content_type}'`;
  const { stdout, success } = await new Deno.Command("sh", {
    args: ["-c", told],
    cwd: folder,
    env: environment,
    stderr: "inherit",
  }).output();
  assert(success, line);
  const text = new TextDecoder().decode(stdout);
  const end = text.lastIndexOf("\n");
  const [status = "", mediaType = ""] = text.slice(end + 1).split(" ");
  return { status: Number(status), body: text.slice(0, end), mediaType };
}

Deno.test({
  name: "every documented curl line does what it says",
  ignore: !hasCurl,
  async fn(test) {
    await builtPage();
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const origin = new URL(url).host;
    const others = {
      bob: await Guest.arrive(url, "bob"),
      dave: await Guest.arrive(url, "dave"),
      chief: await Guest.arrive(url, "chief"),
    };
    await appointOwner(workspace.path("chat.db"), "chief");
    await Guest.arrive(url, "mallory");
    await Deno.writeTextFile(workspace.path("notes.txt"), "some notes\n");
    for (const [name, operation] of Object.entries(operations) as [OperationName, Operation][]) {
      const line = curlLine(operation, { origin });
      await test.step(line.replace(origin, "localhost:8000"), async () => {
        const all = await atHand(name, url, others);
        const environment = Object.fromEntries(
          placeholdersIn(line).map((placeholder) => [placeholder, all[placeholder]]),
        );
        const { status, body, mediaType } = await type(line, {
          folder: workspace.folder,
          environment,
        });
        assert(operation.statuses.includes(status), `${status} ${body}`);
        if (status === 204) assertEquals(body, "");
        else if (operation.answer !== undefined) {
          assertEquals(mediaType, "application/json");
          const json = JSON.parse(body);
          assertEquals(operation.answer.parse(json), json);
        } else {
          assert(body.length > 0);
          const types = operation.gives;
          assert(types.includes("*/*") || types.some((one) => mediaType.startsWith(one)));
        }
      });
    }
  },
});
