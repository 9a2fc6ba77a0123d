/**
 * Every command of docs/operating.md, typed as it stands there.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { programWords, Workspace } from "../../support/chat_process.ts";
import { Guest } from "../../support/guest.ts";
import { testWith } from "../../support/tools.ts";

const document = await Deno.readTextFile(new URL("../../../docs/operating.md", import.meta.url));

/** The blocks of a language in the section under `heading`. */
function blocks(heading: string, language: string): readonly string[] {
  const section = document.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? "";
  const fence = new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm");
  return [...section.matchAll(fence)].map(([, block = ""]) => block);
}

/** Types it where the database is, with `chat` at hand. */
async function type(workspace: Workspace, script: string): Promise<void> {
  const chat = programWords().map((word) => `'${word}'`).join(" ");
  await Deno.writeTextFile(workspace.path("chat"), `#!/bin/sh\nexec ${chat} "$@"\n`, {
    mode: 0o755,
  });
  const { code, stderr } = await new Deno.Command("sh", {
    args: ["-ec", script],
    cwd: workspace.folder,
    env: { PATH: `${workspace.folder}:${Deno.env.get("PATH")}` },
  }).output();
  assertEquals({ code, err: new TextDecoder().decode(stderr) }, { code: 0, err: "" }, script);
}

testWith(["gzip", "base64"], "every command of docs/operating.md does what it says", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  await alice.say("hello");

  const scripts = blocks("Backup", "sh");
  assertEquals(scripts.length, 4);
  for (const script of scripts) await type(workspace, script);
  const [crontab = ""] = blocks("Backup", "crontab");
  const [, command = ""] = /^(?:\S+ +){5}(.*)$/m.exec(crontab) ?? [];
  assert(command.includes("/var/lib/chat"), command);
  assertMatch(crontab, /^PATH=\S+$/m);
  await Deno.remove(workspace.path("backups"), { recursive: true });
  await Deno.mkdir(workspace.path("backups"));
  // What a night that was cut short has left goes with the old backups.
  const left = ["old.backup", "old.backup.part", "old.backup.part.lock"];
  const longAgo = new Date(2020, 1, 1);
  for (const name of left) {
    const path = workspace.path(`backups/${name}`);
    await Deno.writeTextFile(path, "");
    await Deno.utime(path, longAgo, longAgo);
  }
  await type(workspace, command.replace("/var/lib/chat", workspace.folder));
  const made = [...Deno.readDirSync(workspace.path("backups"))].map(({ name }) => name).toSorted();
  assertMatch(made.join(" "), /^\d{4}(-\d\d){2}-\d{6}\.backup last-check$/);
  assertEquals((Deno.statSync(workspace.path("backup.pass")).mode ?? 0) & 0o777, 0o600);

  await alice.say("lost");
  await process.kill("SIGKILL");
  const restoring = blocks("Restore", "sh");
  assertEquals(restoring.length, 1);
  for (const script of restoring) await type(workspace, script);
  const again = await workspace.serve();
  assertEquals(await alice.at(again.url).texts(), ["hello"]);
});
