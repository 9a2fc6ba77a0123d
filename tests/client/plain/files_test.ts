import { assertEquals } from "@std/assert";
import { Interruption } from "../../../client/ending.ts";
import { contentDisposition } from "../../../lib/text/file_names.ts";
import { json, messageOf, refusal, statusOf } from "../stub_server.ts";
import { inShell, type Shell } from "./shell.ts";

const room = { id: "12", kind: "room", name: "garden", unread: 0, last_id: 0, read_id: 0 };

/** A server with rooms and files. */
function furnish({ server }: Shell): void {
  server.on("GET /status", () => json(statusOf()));
  server.on("GET /rooms", () => json({ items: [room] }));
  server.on("POST /files", ({ query, body }) =>
    json({
      id: 12,
      name: query.get("name") ?? "",
      type: "text/plain",
      size: String(body).length,
      sha256: "ab",
    }, 201));
  server.on("GET /files/12", () =>
    new Response("hello", {
      headers: {
        "content-length": "5",
        "content-disposition": contentDisposition("attachment", "notes.txt"),
      },
    }));
}

Deno.test(
  "send goes to a room by its name, with a file, and needs no text then",
  inShell(async (shell) => {
    furnish(shell);
    const path = `${shell.directory}/notes.txt`;
    await Deno.writeTextFile(path, "hello");
    assertEquals(await shell.send(["--room", "garden", "--file", path]), 0);
    assertEquals(await shell.send(["--room", "12", "--file", path, "as", "promised"]), 0);
    assertEquals(shell.server.bodies("/send"), [
      { room: "12", files: [12] },
      { text: "as promised", room: "12", files: [12] },
    ]);
    assertEquals(shell.transfers.at(-1), undefined);
    assertEquals([shell.out, shell.err], [[], []]);
  }),
);

Deno.test(
  "send --in and --at put a message off",
  inShell(async (shell) => {
    const at = "2026-11-20T18:30:00.000Z";
    shell.server.on(
      "POST /send",
      () => json({ id: 31, room: "common", text: "tea", files: [], at, created: at }, 202),
    );
    assertEquals(await shell.send(["--in", "10m", "tea"]), 0);
    assertEquals(await shell.send(["--json", "--at", "2026-11-20T18:30:00Z", "tea"]), 0);
    assertEquals(shell.server.bodies("/send"), [{ text: "tea", in: 600 }, { text: "tea", at }]);
    assertEquals(JSON.parse(shell.out[0] ?? "").id, 31);
  }),
);

Deno.test(
  "send refuses what can't be meant, without asking the server",
  inShell(async (shell) => {
    const refused: readonly (readonly [args: string[], says: string])[] = [
      [["--in", "1h", "--at", "18:30", "x"], "Cannot use --in together with --at"],
      [["--to", "bob", "--room", "garden", "x"], "Cannot use --to together with --room"],
      [["--at", "18:99", "x"], "Cannot send: 18:99 is no time like 18:30"],
      [["--at", "later", "x"], "Cannot send: later is no time like 18:30"],
      [["--in", "soon", "x"], "Cannot read --in: expected a duration"],
    ];
    for (const [args, says] of refused) {
      assertEquals(await shell.send(args), 2);
      assertEquals(shell.err.at(-1)?.startsWith(`chat: ${says}`), true, shell.err.at(-1) ?? "");
    }
    assertEquals(shell.server.bodies("/send"), []);
  }),
);

Deno.test(
  "send tells of a room and a file that are not there",
  inShell(async (shell) => {
    furnish(shell);
    assertEquals(await shell.send(["--room", "nowhere", "x"]), 4);
    assertEquals(await shell.send(["--file", "/nowhere/x", "x"]), 1);
    assertEquals(shell.err, [
      "chat: Cannot send: you are in no room called nowhere; chat status lists yours",
      "chat: Cannot read /nowhere/x: there is no such file or directory",
    ]);
  }),
);

Deno.test(
  "upload prints the number of the file, or all of it",
  inShell(async (shell) => {
    furnish(shell);
    const path = `${shell.directory}/notes.txt`;
    await Deno.writeTextFile(path, "hello");
    assertEquals(await shell.upload(path), 0);
    assertEquals(await shell.upload("--json", path), 0);
    assertEquals(shell.out[0], "12");
    assertEquals(JSON.parse(shell.out[1] ?? ""), {
      id: 12,
      name: "notes.txt",
      type: "text/plain",
      size: 5,
      sha256: "ab",
    });
    assertEquals(await shell.upload(), 2);
    assertEquals(await shell.upload(`${path}.not`), 1);
  }),
);

Deno.test(
  "download saves the file and prints where, prints its bytes, and overwrites nothing",
  inShell(async (shell) => {
    furnish(shell);
    const path = `${shell.directory}/mine.txt`;
    assertEquals(await shell.download(["12", path]), 0);
    assertEquals(await shell.download(["--json", "12", `${shell.directory}/`]), 0);
    assertEquals(await shell.download(["12", "-"]), 0);
    assertEquals(shell.out[0], path);
    assertEquals(JSON.parse(shell.out[1] ?? ""), {
      id: 12,
      path: `${shell.directory}/notes.txt`,
      size: 5,
    });
    assertEquals(shell.out[2], "hello");
    assertEquals(await shell.download(["12", path]), 1);
    assertEquals(shell.err, [`chat: Cannot write ${path}: it is there already`]);
    assertEquals(await Deno.readTextFile(path), "hello");
  }),
);

Deno.test(
  "download prints no file on a terminal, and says what it can't find",
  inShell(async (shell) => {
    furnish(shell);
    assertEquals(await shell.download(["12", "-"], { toTerminal: true }), 2);
    assertEquals(await shell.download(["--json", "12", "-"]), 2);
    assertEquals(await shell.download(["notes.txt"]), 2);
    assertEquals(shell.paths.filter((path) => path.startsWith("/files")), []);
    shell.server.on("GET /files/13", () => refusal("not_found", "There is no such file here."));
    assertEquals(await shell.download(["13"]), 4);
    assertEquals(shell.err.at(-1), "chat: Cannot download: there is no such file here");
  }),
);

Deno.test(
  "download and upload that are interrupted end so, and leave nothing of a file",
  inShell(async (shell) => {
    furnish(shell);
    const begun = Promise.withResolvers<void>();
    shell.server.on("GET /files/12", () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(10)),
        pull: () => begun.resolve(),
      }, { highWaterMark: 0 });
      return new Response(body, { headers: { "content-length": "1000" } });
    });
    const folder = `${shell.directory}/got`;
    await Deno.mkdir(folder);
    const download = shell.download(["12", `${folder}/`]);
    await begun.promise;
    shell.interruption.abort(new Interruption({ exitCode: 130 }));
    assertEquals(await download, 130);
    assertEquals(Array.from(Deno.readDirSync(folder)), []);
    const path = `${shell.directory}/notes.txt`;
    await Deno.writeTextFile(path, "hello");
    assertEquals(await shell.upload(path), 130);
    assertEquals([shell.out, shell.err], [[], []]);
  }),
);

Deno.test(
  "history has colours on a terminal that shows them, and nowhere else",
  inShell(async (shell) => {
    furnish(shell);
    shell.server.on("GET /messages", () => json({ items: [messageOf(1)], has_more: false }));
    const isColoured = async (...args: string[]) => {
      shell.out.length = 0;
      assertEquals(await shell.history(...args), 0);
      return shell.out.join().includes("\x1b[");
    };
    assertEquals(await isColoured(), false);
    assertEquals(await isColoured("--color", "always"), true);
    shell.onTerminal = true;
    assertEquals(await isColoured(), true);
    assertEquals(await isColoured("--color", "never"), false);
    shell.environment["NO_COLOR"] = "1";
    assertEquals(await isColoured(), false);
    shell.environment["NO_COLOR"] = "";
    shell.environment["TERM"] = "dumb";
    assertEquals(await isColoured(), false);
  }),
);

Deno.test(
  "history prints the last messages, oldest first, page after page",
  inShell(async (shell) => {
    furnish(shell);
    const all = Array.from({ length: 250 }, (_, at) => messageOf(at + 1));
    shell.server.on("GET /messages", ({ query }) => {
      const before = Number(query.get("before") ?? Infinity);
      const limit = Number(query.get("limit"));
      const older = all.filter(({ id }) => id < before);
      return json({ items: older.slice(-limit), has_more: older.length > limit });
    });
    assertEquals(await shell.history("-n", "230"), 0);
    const numbers = shell.out.slice(1).map((row) => Number(/#(\d+)$/.exec(row)?.[1]));
    assertEquals(numbers, all.slice(20).map(({ id }) => id));
    shell.out.length = 0;
    assertEquals(await shell.history("--json"), 0);
    assertEquals(shell.out.map((row) => JSON.parse(row).id), all.slice(230).map(({ id }) => id));
    assertEquals(shell.server.bodies("/read"), []);
  }),
);

Deno.test(
  "history reads a room, or a private chat",
  inShell(async (shell) => {
    furnish(shell);
    shell.server.on("GET /messages", () => json({ items: [], has_more: false }));
    assertEquals(await shell.history("--room", "garden"), 0);
    assertEquals(await shell.history("--to", "bob"), 0);
    const asked = shell.server.requests.filter(({ path }) => path === "/messages")
      .map(({ query }) => String(query));
    assertEquals(asked, ["room=12&limit=20", "to=bob&limit=20"]);
    assertEquals(await shell.history("--room", "garden", "--to", "bob"), 2);
  }),
);
