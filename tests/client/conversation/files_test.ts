import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { nameAttemptsMax } from "../../../client/conversation/local_files.ts";
import { contentDisposition, fileNameBytesMax } from "../../../lib/text/file_names.ts";
import { json, messageOf, refusal, statusOf } from "../stub_server.ts";
import { Scene } from "./scene.ts";

const modes = { ignore: Deno.build.os === "windows" };

/** A scene with a directory of its own. */
class Desk extends Scene {
  readonly directory = Deno.makeTempDirSync();
  readonly bars: string[] = [];

  constructor() {
    const bars: string[] = [];
    super({
      screen: {
        progress: (transfer) => {
          bars.push(
            transfer === undefined
              ? "over"
              : `${transfer.name} ${transfer.doneBytes}/${transfer.totalBytes}`,
          );
        },
      },
    });
    this.bars = bars;
    this.server.on("POST /files", ({ query, body }) =>
      json({
        id: 12,
        name: query.get("name") ?? "",
        type: "text/plain",
        size: String(body).length,
        sha256: "00",
      }, 201));
    this.server.on("POST /send", () => json(messageOf(5, { author: "alice" }), 201));
  }

  path(name: string): string {
    return `${this.directory}/${name}`;
  }

  /** The server has a file. */
  offer(id: number, name: string, bytes = "hello", headers: Record<string, string> = {}): void {
    this.server.on(`GET /files/${id}`, () =>
      new Response(bytes, {
        headers: {
          "content-disposition": contentDisposition("attachment", name),
          "content-length": String(new TextEncoder().encode(bytes).length),
          ...headers,
        },
      }));
  }

  names(): string[] {
    return [...Deno.readDirSync(this.directory)].map(({ name }) => name).sort();
  }

  override async close(): Promise<void> {
    await super.close();
    await Deno.remove(this.directory, { recursive: true });
  }
}

Deno.test("/file uploads, shows how far it is, and sends the file where its user is", async () => {
  await using desk = new Desk();
  await Deno.writeTextFile(desk.path("my notes.md"), "tea at five");
  await desk.type("/room garden");
  await desk.conversation.enter(`/file "${desk.path("my notes.md")}" as  promised`);
  const upload = desk.server.requests.find(({ path }) => path === "/files");
  assertEquals(upload?.query.get("name"), "my notes.md");
  assertEquals(upload?.headers.get("content-type"), "text/markdown");
  assertMatch(upload?.headers.get("idempotency-key") ?? "", /^[\w-]{20,64}$/);
  assertEquals(upload?.body, "tea at five");
  assertEquals(desk.bars, ["my notes.md 0/11", "my notes.md 11/11", "over"]);
  assertEquals(desk.server.bodies("/send"), [{ text: "as  promised", room: "12", files: [12] }]);
});

Deno.test("/file sends a file of unknown kind without a text, and expands ~", async () => {
  await using desk = new Desk();
  await Deno.writeTextFile(desk.path("data.xyz"), "1");
  const home = Deno.env.get("HOME");
  Deno.env.set("HOME", desk.directory);
  try {
    await desk.conversation.enter("/file ~/data.xyz");
  } finally {
    if (home === undefined) Deno.env.delete("HOME");
    else Deno.env.set("HOME", home);
  }
  const upload = desk.server.requests.find(({ path }) => path === "/files");
  assertEquals(upload?.headers.get("content-type"), "application/octet-stream");
  assertEquals(desk.server.bodies("/send"), [{ files: [12] }]);
});

Deno.test("/file asks again under its key when the answer is lost, from the first byte", async () => {
  await using desk = new Desk();
  await Deno.writeTextFile(desk.path("a.txt"), "whole");
  const seen: unknown[] = [];
  desk.server.on("POST /files", ({ headers, body }) => {
    seen.push([headers.get("idempotency-key"), body]);
    if (seen.length < 2) throw new TypeError("connection reset");
    return json({ id: 12, name: "a.txt", type: "text/plain", size: 5, sha256: "0" }, 201);
  });
  await desk.whileTimePasses(desk.conversation.enter(`/file ${desk.path("a.txt")}`));
  assertEquals(seen.length, 2);
  assertEquals(seen[0], seen[1]);
});

Deno.test("/file tells what it can't send, and sends nothing", async () => {
  await using desk = new Desk();
  desk.server.on(
    "GET /status",
    () => json(statusOf({ settings: { ...statusOf().settings, max_file: 4 } })),
  );
  await Deno.writeTextFile(desk.path("big.txt"), "12345");
  const missing = desk.path("no\x1b[2J");
  assertEquals(await desk.type(`/file ${missing}`), [
    `Cannot read ${desk.path("no␛[2J")}: there is no such file or directory`,
  ]);
  assertEquals(await desk.type(`/file ${desk.directory}`), [
    `Cannot read ${desk.directory}: it is no file`,
  ]);
  assertEquals(await desk.type(`/file ${desk.path("big.txt")}`), [
    "Cannot send big.txt: it has 5 bytes, and files may have 4 bytes",
  ]);
  assertEquals(desk.server.bodies("/files"), []);
  assertEquals(desk.server.bodies("/send"), []);
});

Deno.test("/save writes the file as it was named, and leaves no part behind", async () => {
  await using desk = new Desk();
  desk.offer(12, "notes.txt");
  assertEquals(await desk.type(`/save 12 ${desk.path("mine.txt")}`), [
    `Saved as ${desk.path("mine.txt")} (5 bytes)`,
  ]);
  assertEquals(await Deno.readTextFile(desk.path("mine.txt")), "hello");
  assertEquals(desk.names(), ["mine.txt"]);
  assertEquals(desk.bars, ["notes.txt 5/5", "over"]);
});

Deno.test("/save never overwrites: it refuses, or numbers where the file names itself", async () => {
  await using desk = new Desk();
  desk.offer(12, "notes.txt");
  await Deno.writeTextFile(desk.path("notes.txt"), "precious");
  assertEquals(await desk.type(`/save 12 ${desk.path("notes.txt")}`), [
    `Cannot write ${desk.path("notes.txt")}: it is there already`,
  ]);
  assertEquals(await desk.type(`/save 12 ${desk.directory}`), [
    `Saved as ${desk.path("notes (2).txt")} (5 bytes)`,
  ]);
  assertEquals(await desk.type(`/save 12 ${desk.directory}/`), [
    `Saved as ${desk.path("notes (3).txt")} (5 bytes)`,
  ]);
  assertEquals(await Deno.readTextFile(desk.path("notes.txt")), "precious");
  assertEquals(desk.names(), ["notes (2).txt", "notes (3).txt", "notes.txt"]);
});

Deno.test("/save does not follow a link that leads to a file that is not there", async () => {
  await using desk = new Desk();
  desk.offer(12, "notes.txt");
  await Deno.symlink(desk.path("elsewhere.txt"), desk.path("notes.txt"));
  await desk.type(`/save 12 ${desk.directory}`);
  assertEquals(desk.names(), ["notes (2).txt", "notes.txt"]);
});

const traversals: readonly (readonly [disposition: string, saved: string])[] = [
  ['attachment; filename="../../etc/passwd"', "passwd"],
  ["attachment; filename*=UTF-8''..%2f..%2f.bashrc", "bashrc"],
  ['attachment; filename="..\\\\..\\\\boot.ini"', "boot.ini"],
  ['attachment; filename=".."', "file"],
  ["attachment; filename*=UTF-8''%1b%5b2Jx%e2%80%ae.txt", "_[2Jx_.txt"],
  ["attachment; filename*=UTF-8''%E0%A4%A", "file"],
  ["attachment", "file"],
  ["attachment; filename*=UTF-8''/etc/cron.d/x%0a%0d", "x__"],
  ["attachment; filename*=UTF-8''a%00.sh", "a_.sh"],
  ['attachment; filename="C:\\Windows\\notes.txt"', "notes.txt"],
  ['attachment; filename="CON"', "_CON"],
  ['attachment; filename="nul.txt"', "_nul.txt"],
  ['attachment; filename="COM1 .log"', "_COM1 .log"],
  ['attachment; filename="readme.txt. . ."', "readme.txt"],
  ['attachment; filename="notes.txt:stream"', "notes.txt_stream"],
  ['attachment; filename="--checkpoint-action=exec=sh x.sh"', "_-checkpoint-action=exec=sh x.sh"],
  ["attachment; filename*=UTF-8''%f0%9f%8f%b4a%f3%a0%81%a7.exe", "🏴a_.exe"],
];

for (const [disposition, saved] of traversals) {
  Deno.test(`/save takes ${disposition} for ${saved}, in the directory that was meant`, async () => {
    await using desk = new Desk();
    desk.offer(12, "x", "hello", { "content-disposition": disposition });
    const [shown = ""] = await desk.type(`/save 12 ${desk.directory}/`);
    assertEquals(desk.names(), [saved]);
    assertStringIncludes(shown, saved);
  });
}

for (
  const [what, name, suffix] of [
    ["10,000 characters", "漢".repeat(10_000) + ".txt", ".txt"],
    ["an extension of 10,000 characters", "a." + "b".repeat(10_000), ""],
  ] as const
) {
  Deno.test(`/save cuts a name of ${what}, and still numbers it`, async () => {
    await using desk = new Desk();
    desk.offer(12, name);
    for (let count = 0; count < nameAttemptsMax; count++) {
      await desk.conversation.enter(`/save 12 ${desk.directory}`);
    }
    const names = desk.names();
    assertEquals(names.length, nameAttemptsMax);
    for (const each of names) {
      assert(new TextEncoder().encode(each).length <= fileNameBytesMax);
      assert(each.endsWith(suffix), each);
    }
    const [refused = ""] = await desk.type(`/save 12 ${desk.directory}`);
    assertMatch(refused, /it is there already$/);
    assertEquals(desk.names(), names);
  });
}

Deno.test("/save makes nothing that can be run", modes, async () => {
  await using desk = new Desk();
  desk.offer(12, "run.sh", "#!/bin/sh\ntouch pwned\n");
  await desk.type(`/save 12 ${desk.directory}`);
  assertEquals(((await Deno.stat(desk.path("run.sh"))).mode ?? 0) & 0o111, 0);
});

Deno.test("/save follows no link out of the directory that was meant", modes, async () => {
  await using desk = new Desk();
  await using outside = new Desk();
  desk.offer(12, "notes.txt");
  await Deno.symlink(outside.path("new.txt"), desk.path("notes.txt"));
  await Deno.symlink(outside.directory, desk.path("notes (2).txt"));
  assertEquals(await desk.type(`/save 12 ${desk.directory}`), [
    `Saved as ${desk.path("notes (3).txt")} (5 bytes)`,
  ]);
  assertEquals(await desk.type(`/save 12 ${desk.path("notes.txt")}`), [
    `Cannot write ${desk.path("notes.txt")}: it is there already`,
  ]);
  assertEquals(outside.names(), []);
});

Deno.test("/save leaves nothing of a file that breaks off, or that is none of one's business", async () => {
  await using desk = new Desk();
  desk.offer(12, "notes.txt", "hel", { "content-length": "5" });
  assertEquals(await desk.type(`/save 12 ${desk.directory}`), [
    "Cannot do /save now: the file broke off; try again soon",
  ]);
  desk.server.on("GET /files/13", () => refusal("not_found", "There is no such file here."));
  assertEquals(await desk.type(`/save 13 ${desk.directory}`), [
    "Cannot do /save: there is no such file; FILE is the number in its brackets, " +
    "as in [file 12: ...]; see /history",
  ]);
  assertEquals(desk.names(), []);
});

Deno.test("a file in a message is shown with its number, its last name and its size", async () => {
  await using desk = new Desk();
  const files = [
    { id: 12, name: "notes.txt", type: "text/plain", size: 3000 },
    { id: 13, name: "../\x1b]0;x\x07.sh", type: "text/plain", size: 1 },
  ];
  const shown = await desk.hear({ type: "message", ...messageOf(5, { text: "", files }) });
  assertEquals(shown.slice(1), [
    "10:00 bob [file 12: notes.txt, 2.9 KB]",
    "      │ [file 13: _]0;x_.sh, 1 byte] #5",
  ]);
  assert(desk.coloured.every((row) => !row.includes("\x1b]")));
});
