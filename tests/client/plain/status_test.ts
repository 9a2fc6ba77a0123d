import { assertEquals } from "@std/assert";
import { version } from "../../../lib/version.ts";
import { json, statusOf } from "../stub_server.ts";
import { inShell } from "./shell.ts";

Deno.test(
  "status prints lines, or the answer as JSON",
  inShell(async (shell) => {
    shell.server.on("GET /status", () => json(statusOf()));
    assertEquals(await shell.status(), 0);
    assertEquals(shell.out[0]?.startsWith("You are alice, here since"), true);
    assertEquals(shell.out.slice(1), [
      "20 of 20 messages to the common chat left",
      `Server ${version}, up for 2 h; 2 of 3 users online`,
      "  >> bob: 2 unread",
    ]);
    shell.out.length = 0;
    assertEquals(await shell.status("--json"), 0);
    assertEquals(JSON.parse(shell.out[0] ?? "").user.name, "alice");
  }),
);
