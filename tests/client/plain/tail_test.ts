import { assert, assertEquals, assertMatch } from "@std/assert";
import { messageOf, refusal, settle } from "../stub_server.ts";

import { inShell } from "./shell.ts";

Deno.test(
  "tail prints what is said, resumes, marks nothing as read, and stops when it is put out",
  inShell(async (shell) => {
    const tail = shell.tail();
    const first = await shell.server.stream();
    first.event("k-6", { type: "message", ...messageOf(6, { text: "one" }) });
    await settle();
    first.break();
    await settle();
    shell.server.on("GET /events", () => refusal("unauthorized", "Revoked."));
    shell.clock.advance(2000);
    assertEquals(await tail, 3);
    assertMatch(shell.out.join(), /^\d\d:\d\d bob one #6$/);
    assertMatch(shell.err[0] ?? "", /^chat: reconnecting in \d s: the connection broke$/);
    assertEquals(shell.err[1], "chat: Cannot follow: revoked");
    assertEquals(shell.server.requests.at(-1)?.query.get("after"), "k-6");
    assert(!shell.paths.includes("/read"));
  }),
);

Deno.test(
  "tail --json --since prints every event with its cursor, from there on",
  inShell(async (shell) => {
    const tail = shell.tail("--json", "--since", "k-3");
    const stream = await shell.server.stream();
    assertEquals(stream.request.query.get("after"), "k-3");
    stream.event("k-4", { type: "read", ...{ room: "common", read_id: 3 } });
    await settle();
    assertEquals(shell.out.map((line) => JSON.parse(line)), [
      { cursor: "k-4", type: "read", room: "common", read_id: 3 },
    ]);
    shell.server.on("GET /events", () => refusal("bad_cursor", "No."));
    stream.end();
    await settle();
    shell.clock.advance(2000);
    assertEquals(await tail, 2);
  }),
);
