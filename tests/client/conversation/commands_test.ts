import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { ApiClient } from "../../../client/connection/api_client.ts";
import type { Draft } from "../../../client/connection/outbox.ts";
import { type UploadStream, uploadStream } from "../../../client/connection/stream_upload.ts";
import {
  findCommand,
  type GivenArguments,
  parseLine,
} from "../../../client/conversation/command_parser.ts";
import { commands } from "../../../client/conversation/commands.ts";
import type { CommandScope } from "../../../client/conversation/commands/command.ts";
import { commonPlace, type Place } from "../../../client/conversation/model/place.ts";
import { emptyModel, type Model, update } from "../../../client/conversation/model.ts";
import type { Line } from "../../../client/lines/safe_line.ts";
import type { Event } from "../../../lib/api/schemas.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { arrivalOf, json, messageOf, refusal, statusOf, StubServer } from "../stub_server.ts";

/** A scope that writes down what commands do. */
class RecordingScope implements CommandScope {
  readonly server = new StubServer();
  readonly did: string[] = [];
  place: Place = commonPlace;
  columns: number | undefined;
  interactive = true;
  model: Model = update(emptyModel("alice"), { type: "connected", answer: arrivalOf() });
  readonly call: ApiClient["call"];
  readonly upload: UploadStream;
  readonly download: ApiClient["download"];
  readonly random = new SeededRandom(1);
  readonly timeZone = "UTC";
  readonly #clock = new VirtualClock();

  constructor() {
    const api = new ApiClient({
      forms: checkedForms,
      readFault,
      origin: "http://chat.test",
      transport: this.server.transport,
      clock: this.#clock,
    });
    this.call = (name, ...input) => api.call(name, ...input);
    this.upload = (upload) => uploadStream(api, upload);
    this.download = (wanted) => api.download(wanted);
    this.server.on("GET /status", () => json(statusOf()));
  }

  get nowMs(): number {
    return this.#clock.now();
  }
  progress(): void {}
  happened(event: Event): boolean {
    this.did.push(`happened ${event.type}`);
    return true;
  }

  goTo(place: Place): void {
    this.did.push(`go to ${JSON.stringify(place)}`);
  }
  attend(): void {
    this.did.push("attend");
  }
  learn(): void {}
  invited(): void {}
  send(draft: Draft): void {
    this.did.push(`send ${JSON.stringify(draft)}`);
  }
  say(lines: readonly Line[]): void {
    for (const { plain } of lines) this.did.push(plain);
  }
  show(messages: readonly { readonly id: number }[]): void {
    this.did.push(`show ${messages.map(({ id }) => id)}`);
  }
  leave(): void {
    this.did.push("leave");
  }

  async run(name: string, given: GivenArguments = {}): Promise<string[]> {
    await findCommand(commands, name)?.run(this, given);
    return this.did;
  }
}

Deno.test("commands have names and aliases that are all different", () => {
  const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("commands have arguments of different kinds, a text or a room only at the end", () => {
  for (const { takes } of commands) {
    const kinds = takes.map(({ kind }) => kind);
    assertEquals(new Set(kinds).size, kinds.length);
    assert(!kinds.slice(0, -1).some((kind) => kind === "text" || kind === "room"));
  }
});

/** The table of the design: names with their aliases. */
const designed = [
  "private priv msg",
  "query",
  "room",
  "comment reply",
  "delay",
  "at",
  "scheduled",
  "cancel",
  "complaint report ban",
  "nickname nick",
  "file",
  "save",
  "rooms",
  "create",
  "invite",
  "accept",
  "decline",
  "link",
  "join",
  "requests",
  "approve",
  "deny",
  "remove",
  "leave",
  "delete",
  "history",
  "unread",
  "read",
  "who",
  "status",
  "devices",
  "revoke",
  "password",
  "help rules",
  "exit quit",
];

Deno.test("commands have every name that people expect", () => {
  for (const [name = "", ...aliases] of designed.map((names) => names.split(" "))) {
    const command = findCommand(commands, name);
    assertEquals(command?.name, name);
    for (const alias of aliases) assert(findCommand(commands, alias) === command, alias);
  }
});

Deno.test("commands have examples that fit them, and send one to others that there are", () => {
  for (const command of commands) {
    const { name, takes, example, see } = command;
    if (takes.length > 0) assert(example !== undefined, name);
    if (example !== undefined) {
      const parsed = parseLine(commands, example);
      assertEquals(parsed.kind === "command" && parsed.command.name, name);
    }
    if (see !== undefined) assert(findCommand(commands, see) !== undefined, see);
  }
});

Deno.test("/private and /comment send drafts", async () => {
  const scope = new RecordingScope();
  await scope.run("private", { user: "bob", text: "psst" });
  assertEquals(await scope.run("comment", { number: 7, text: "nice" }), [
    'send {"text":"psst","to":"bob"}',
    'send {"text":"nice","commentOn":7}',
  ]);
});

Deno.test("/query goes there and shows what was said", async () => {
  const scope = new RecordingScope();
  scope.server.on("GET /messages", ({ query }) => {
    assertEquals(query.get("to"), "bob");
    return json({ items: [messageOf(3)], has_more: false });
  });
  assertEquals(await scope.run("query", { user: "bob" }), [
    'go to {"kind":"private","user":"bob"}',
    "show 3",
    "attend",
  ]);
});

Deno.test("/query does not go to someone who does not exist", async () => {
  const scope = new RecordingScope();
  scope.server.on("GET /messages", () => refusal("not_found", "There is no such user."));
  await scope.run("query", { user: "nobody" }).catch(() => {});
  assertEquals(scope.did, []);
});

Deno.test("/query goes anywhere while offline, and back to the common chat", async () => {
  const scope = new RecordingScope();
  scope.server.down = true;
  await scope.run("query", { user: "bob" });
  assertEquals(await scope.run("query"), [
    'go to {"kind":"private","user":"bob"}',
    "The server cannot be reached, and nothing of bob was shown before",
    "attend",
    'go to {"kind":"common"}',
    "The server cannot be reached, and nothing of common was shown before",
    "attend",
  ]);
});

Deno.test("/history shows the current chat, and no more than a page", async () => {
  const scope = new RecordingScope();
  scope.place = { kind: "private", user: "bob" };
  scope.server.on("GET /messages", () => json({ items: [messageOf(3)], has_more: true }));
  await scope.run("history", { number: 999 });
  assertEquals(scope.server.requests[0]?.url, "http://chat.test/messages?to=bob&limit=200");
});

Deno.test("/unread shows page after page", async () => {
  const scope = new RecordingScope();
  scope.server.on("GET /messages", ({ query }) => {
    const first = query.get("after") === null;
    return json({ items: [messageOf(first ? 3 : 4)], has_more: first });
  });
  assertEquals(await scope.run("unread"), ["show 3", "show 4"]);
});

Deno.test("/read marks every room that has something unread", async () => {
  const scope = new RecordingScope();
  scope.server.on("POST /read", () => json({ room: "common", read_id: 4, unread: 0 }));
  scope.model = update(scope.model, { type: "message", ...messageOf(4) });
  await scope.run("read");
  assertEquals(scope.server.bodies("/read"), [{ room: "common", upto: 4 }]);
});

Deno.test("/who tells who is here and who is away, and shows no control characters", async () => {
  const scope = new RecordingScope();
  const created = "2026-11-20T10:00:00.000Z";
  scope.server.on("GET /users", () =>
    json({
      items: [{ name: "bob\x1b[2J", online: true, created }, {
        name: "zoe",
        online: false,
        created,
      }],
      has_more: false,
    }));
  assertEquals(await scope.run("who"), ["● here (1): bob␛[2J", "○ away (1): zoe"]);
});

Deno.test("/devices and /revoke work on the same numbers", async () => {
  const scope = new RecordingScope();
  const seen = { created: "2026-11-20T10:00:00.000Z", last_seen: "2026-11-20T11:30:00.000Z" };
  scope.server.on(
    "GET /tokens",
    () => json({ items: [{ id: 4, client: "laptop", current: true, ...seen }] }),
  );
  scope.server.on("DELETE /tokens/4", () => new Response(null, { status: 204 }));
  await scope.run("devices");
  assertEquals(await scope.run("revoke", { number: 4 }), [
    "   4  laptop, last seen 11:30 (this one)",
    "happened token.revoked",
  ]);
});

for (const columns of [20, 32, 40, 64, 80]) {
  Deno.test(`/help breaks its lines between words at ${columns} columns`, async () => {
    const wide = await new RecordingScope().run("help");
    const scope = new RecordingScope();
    scope.columns = columns;
    const narrow = await scope.run("help");
    for (const row of narrow) assert(row.length <= columns, row);
    const words = (rows: readonly string[]) => rows.join(" ").trim().split(/\s+/);
    assertEquals(words(narrow), words(wide));
  });
}

Deno.test("/help tells of every command, and of one", async () => {
  const all = (await new RecordingScope().run("help")).join("\n");
  for (const { name, help, forModerators = false } of commands) {
    if (!forModerators) assertMatch(all, new RegExp(`/${name}\\b`));
    assertEquals(all.includes(help), !forModerators, name);
  }
  assertEquals(await new RecordingScope().run("help", { command: "msg" }), [
    "/private USER TEXT  Send privately to USER, from wherever you are (also /priv, /msg)",
    "As in: /private bob see you at five",
  ]);
});

Deno.test("/help groups the commands, and ends with what is most needed", async () => {
  const all = await new RecordingScope().run("help");
  assertEquals(all.filter((row) => /^\w[\w ]*:$/.test(row)), [
    ...["Talk:", "Later:", "Files:", "People:", "Rooms:", "Devices:", "The rest:"],
    ...["Keys:", "Marks:", "The rules here:"],
  ]);
  assertMatch(all.at(-1) ?? "", /is sent to the current chat.*\/help COMMAND.*Tab completes$/);
});

Deno.test("/help tells of keys only where there are some", async () => {
  const scope = new RecordingScope();
  assert((await scope.run("help")).includes("Keys:"));
  const pipe = new RecordingScope();
  pipe.interactive = false;
  const all = await pipe.run("help");
  assert(!all.includes("Keys:"));
  assert(all.includes("Marks:") && all.includes("The rules here:"));
});
