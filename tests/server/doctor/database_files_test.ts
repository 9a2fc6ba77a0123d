/**
 * What is said of the files of a database.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  type DatabaseFiles,
  type FileFacts,
  judgeFiles,
  lookAtFiles,
  walBytesHigh,
} from "../../../server/doctor/database_files.ts";

const file: FileFacts = { bytes: 4096, mode: 0o600, owner: 1000, isFile: true };
const sound: DatabaseFiles = {
  path: "/var/lib/chat.db",
  folder: "/var/lib/",
  me: 1000,
  file,
  companions: { "-wal": file, "-shm": file, ".lock": file },
};

/** What was typed to look. */
const again = "chat doctor --db /var/lib/chat.db";

function told(files: Partial<DatabaseFiles>): string[] {
  return judgeFiles({ ...sound, ...files }, again).map(({ verdict, looked, found }) =>
    `${verdict} ${looked}: ${found}`
  );
}

Deno.test("of files that are as they should be nothing is said", () => {
  assertEquals(told({}), []);
});

Deno.test("a file that others may read is a warning, with the command that closes it", () => {
  for (const mode of [0o604, 0o640, 0o601]) {
    const [open] = judgeFiles({ ...sound, file: { ...file, mode } }, again);
    assertEquals([open?.verdict, open?.advice], ["warning", "chmod 600 /var/lib/chat.db*"]);
  }
  assertEquals(told({ file: { bytes: 1, mode: undefined, owner: undefined, isFile: true } }), []);
});

Deno.test("a file that can't be written, or that someone else opened, is a failure", () => {
  assertEquals(told({ fileClosed: "it is not permitted" }), [
    "failed /var/lib/chat.db: it can't be read and written: it is not permitted",
  ]);
  const [lock = ""] = told({ companions: { ".lock": { ...file, owner: 0 } } });
  assertMatch(lock, /^failed \/var\/lib\/chat.db.lock: it belongs to user 0, but the database to/);
  assertMatch(
    told({ folderClosed: "it is not permitted" })[0] ?? "",
    /^failed \/var\/lib\/: no fil/,
  );
});

Deno.test("who looks as another user is told that it says little", () => {
  assertMatch(told({ me: 0 })[0] ?? "", /^warning .*belongs to user 1000, and you are user 0/);
});

Deno.test("who is not the owner is told to look as the owner first, by the same command", () => {
  const advice = "sudo -u '#1000' chat doctor --db /var/lib/chat.db";
  for (
    const files of [
      { me: 0 },
      { me: 33, fileClosed: "it is not permitted" },
      { me: 33, folderClosed: "it is not permitted" },
    ]
  ) {
    for (const finding of judgeFiles({ ...sound, ...files }, again)) {
      assert(finding.advice?.endsWith(advice), JSON.stringify(finding));
    }
  }
  const [own] = judgeFiles({ ...sound, fileClosed: "it is not permitted" }, again);
  assertMatch(own?.advice ?? "", /^chmod u\+rw \/var\/lib\/chat\.db;/);
});

Deno.test("a write-ahead log that is held up is a warning", () => {
  const wal = (bytes: number) => told({ companions: { "-wal": { ...file, bytes } } });
  assertEquals(wal(walBytesHigh), []);
  assertMatch(wal(walBytesHigh + 1)[0] ?? "", /^warning .*-wal: the write-ahead log has 256 MB/);
});

Deno.test("a database that is not there is begun, unless its log is there", () => {
  const absent: DatabaseFiles = {
    path: sound.path,
    folder: sound.folder,
    me: 1000,
    companions: {},
  };
  assertEquals(judgeFiles(absent, again).map(({ verdict }) => verdict), ["ok"]);
  const [lost] = judgeFiles({ ...absent, companions: { "-wal": file } }, again);
  assertEquals(lost?.verdict, "failed");
  assertMatch(lost?.found ?? "", /^it is not there, but \/var\/lib\/chat.db-wal is/);
});

Deno.test("lookAtFiles() tells what lies there", () => {
  const folder = Deno.makeTempDirSync({ prefix: "chat-test-" });
  try {
    const path = `${folder}/chat.db`;
    Deno.writeTextFileSync(path, "12345", { mode: 0o644 });
    Deno.writeTextFileSync(`${path}-wal`, "123");
    const found = lookAtFiles(path);
    assertEquals([found.file?.bytes, found.file?.isFile], [5, true]);
    if (Deno.build.os !== "windows") assertEquals(found.file?.mode, 0o644);
    assertEquals(Object.keys(found.companions), ["-wal"]);
    assertEquals([found.folderClosed, found.fileClosed], [undefined, undefined]);
    assertEquals(lookAtFiles(`${folder}/none/chat.db`).folderClosed, "there is no such folder");
    assertEquals(lookAtFiles(folder).file?.isFile, false);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
