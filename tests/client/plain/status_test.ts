import { assertEquals } from "@std/assert";
import type { StatusAnswer } from "../../../lib/api/schemas.ts";
import { json } from "../stub_server.ts";

import { inShell } from "./shell.ts";

Deno.test(
  "status prints lines, or the answer as JSON",
  inShell(async (shell) => {
    const status: StatusAnswer = {
      server: { version: "1", time: "", uptime_s: 7300, users: 3, online: 2 },
      user: { name: "alice", created: "2026-11-20T10:00:00.000Z" },
      rooms: [{ id: "7", kind: "private", name: "bob", unread: 2, last_id: 9, read_id: 4 }],
      settings: { recent: 20, registration: "open", text_max: 4000, name_max: 32 },
    };
    shell.server.on("GET /status", () => json(status));
    assertEquals(await shell.status(), 0);
    assertEquals(shell.out, [
      "You are alice, here since 2026-11-20",
      "Server 1, up for 2 h; 2 of 3 users online",
      "  >> bob: 2 unread",
    ]);
    assertEquals(await shell.status("--json"), 0);
    assertEquals(JSON.parse(shell.out[3] ?? "").user.name, "alice");
  }),
);
