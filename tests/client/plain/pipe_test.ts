import { assert, assertEquals, assertMatch } from "@std/assert";
import { Interruption } from "../../../client/ending.ts";
import { keptWordsMaxMs, lastWordsMaxMs } from "../../../client/plain/pipe.ts";
import { arrivalOf, json, messageOf, refusal, settle } from "../stub_server.ts";
import { inShell } from "./shell.ts";

Deno.test(
  "pipe sends lines, prints what comes in, and ends well when all is answered",
  inShell(async (shell) => {
    const pipe = shell.pipe("hello\n//slash\n\n/msg bob psst");
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 0);
    assertEquals(shell.server.bodies("/send"), [
      { text: "hello" },
      { text: "/slash" },
      { text: "psst", to: "bob" },
    ]);
    assertMatch(shell.out.join("\n"), /alice message 7 #7/);
    assertEquals(shell.err, []);
    assertEquals(shell.clock.waiting, 0);
  }),
);

Deno.test(
  "pipe ends with the exit code of the first failure, and never sends a mistyped command",
  inShell(async (shell) => {
    shell.server.on("POST /send", ({ body }) => {
      const { text } = body as { text: string };
      return text === "bad" ? refusal("rate_limited", "Enough.") : json(messageOf(9), 201);
    });
    const pipe = shell.pipe("good\nbad\n/stauts\n");
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 2);
    assertEquals(shell.server.bodies("/send").length, 2);
    assertEquals(shell.err, [
      "There is no command /stauts; did you mean /status? (not sent)",
      "✗ not sent: enough: bad",
    ]);
  }),
);

Deno.test(
  "pipe shows what was missed, oldest first, and marks it as read before it ends",
  inShell(async (shell) => {
    const rooms = [
      { id: "common", kind: "common", name: "common", unread: 2, last_id: 5, read_id: 2 } as const,
    ];
    shell.server.on("POST /connect", () =>
      json(arrivalOf({
        token: "secret",
        rooms,
        recent: [2, 3, 5].map((id) => messageOf(id, { author: id === 3 ? "alice" : "bob" })),
        unread: [messageOf(4), messageOf(5)],
        cursor: "k-5",
      })));
    const pipe = shell.pipe("");
    (await shell.server.stream()).caughtUp("k-5");
    assertEquals(await pipe, 0);
    const shown = shell.out.map((line) => line.replace(/.*#/, "#"));
    assertEquals(shown.filter((line) => !line.startsWith("── F")), [
      "#2",
      "#3",
      "── 2 unread ──",
      "#4",
      "#5",
    ]);
    assertEquals(shell.server.bodies("/read"), [{ room: "common", upto: 5 }]);
  }),
);

Deno.test(
  "pipe does not show recent messages before older unread ones that are still to come",
  inShell(async (shell) => {
    shell.server.on("POST /connect", () =>
      json(arrivalOf({
        token: "secret",
        recent: [messageOf(8), messageOf(9)],
        unread: [messageOf(4)],
        unread_more: true,
      })));
    shell.server.on(
      "GET /messages",
      () => json({ items: [messageOf(8), messageOf(9)], has_more: false }),
    );
    const pipe = shell.pipe("");
    (await shell.server.stream()).caughtUp("k-9");
    assertEquals(await pipe, 0);
    const shown = shell.out.filter((line) => line.includes("#")).map((line) => line.slice(-2));
    assertEquals(shown, ["#4", "#8", "#9"]);
    assertEquals(shell.server.bodies("/read"), [{ room: "common", upto: 9 }]);
  }),
);

Deno.test(
  "pipe gives up in the end what no server takes, and says so",
  inShell(async (shell) => {
    shell.server.on("POST /send", () => {
      throw new TypeError("connection reset");
    });
    const pipe = shell.pipe("hello\n");
    (await shell.server.stream()).caughtUp("k-0");
    await settle();
    // The answer to the last attempt never comes while time passes at once.
    shell.clock.advance(lastWordsMaxMs);
    assertEquals(await pipe, 10);
    assertEquals(shell.err.slice(-2), [
      "chat: 1 message not sent: the server did not come back",
      "  … hello",
    ]);
  }),
);

Deno.test(
  "pipe ends at quit, without waiting for the rest of its input",
  inShell(async (shell) => {
    let open: ReadableStreamDefaultController<Uint8Array> | undefined;
    let cancelled = false;
    const input = new ReadableStream<Uint8Array>({
      start: (controller) => {
        open = controller;
      },
      cancel: () => {
        cancelled = true;
      },
    });
    open?.enqueue(new TextEncoder().encode("quit\nnever\n"));
    const pipe = shell.pipe(input);
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 0);
    assert(cancelled);
    assertEquals(shell.server.bodies("/send"), []);
  }),
);

Deno.test(
  "pipe says how to start a server when none is there",
  inShell(async (shell) => {
    shell.server.down = true;
    assertEquals(await shell.pipe("hello\n"), 10);
    assertEquals(shell.err, [
      "chat: Cannot reach http://127.0.0.1:8000: nothing listens there; start a server with: " +
      "deno task chat serve",
    ]);
  }),
);

Deno.test(
  "pipe that is interrupted says what was not sent, and tells the signal by its exit code",
  inShell(async (shell) => {
    shell.server.on("POST /send", () => {
      throw new TypeError("connection reset");
    });
    const input = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("one\ntwo\n")),
    });
    const pipe = shell.pipe(input);
    (await shell.server.stream()).caughtUp("k-0");
    await settle();
    shell.interruption.abort(new Interruption({ exitCode: 143 }));
    assertEquals(await pipe, 143);
    assertEquals(shell.err, ["chat: 2 messages not sent: interrupted", "  … one", "  … two"]);
    shell.interruption = new AbortController();
    const sent = shell.server.bodies("/send").length;
    const next = shell.pipe("", { attended: true });
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await next, 0);
    assertEquals(shell.server.bodies("/send").length, sent, "a script writes it again itself");
  }),
);

Deno.test(
  "pipe keeps what someone types for the next start, and says so with each text",
  inShell(async (shell) => {
    const send = "POST /send";
    shell.server.on(send, () => {
      throw new TypeError("tcp connect error: Connection refused (os error 111)");
    });
    const input = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode("one\ntwo\n")),
    });
    const first = shell.pipe(input, { attended: true });
    (await shell.server.stream()).caughtUp("k-0");
    await settle();
    shell.interruption.abort(new Interruption({ exitCode: 130 }));
    assertEquals(await first, 130);
    assertEquals(shell.err.splice(0).slice(1), [
      "chat: 2 messages not sent; the next start of the client sends them:",
      "  … one",
      "  … two",
    ]);

    shell.interruption = new AbortController();
    shell.server.down = true;
    assertEquals(await shell.pipe("", { attended: true }), 10);
    assertEquals(
      shell.err.splice(0)[0],
      "chat: 2 messages of yours wait to be sent at the next start",
    );

    shell.server.down = false;
    shell.server.on(send, () => json(messageOf(7, { author: "alice" }), 201));
    const before = shell.server.bodies("/send").length;
    const second = shell.pipe("", { attended: true });
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await second, 0);
    assertEquals(shell.server.bodies("/send").slice(before), [{ text: "one" }, { text: "two" }]);
  }),
);

Deno.test(
  "pipe does not hold up for long who leaves what is kept",
  inShell(async (shell) => {
    shell.server.on("POST /send", () => {
      throw new TypeError("connection reset");
    });
    let hasEnded = false;
    const pipe = shell.pipe("one\n", { attended: true }).finally(() => hasEnded = true);
    (await shell.server.stream()).caughtUp("k-0");
    await settle(20);
    shell.clock.advance(keptWordsMaxMs - 1);
    await settle(20);
    assertEquals(hasEnded, false);
    shell.clock.advance(1);
    assertEquals(await pipe, 10);
    assertEquals(shell.err.slice(-2), [
      "chat: 1 message not sent; the next start of the client sends them:",
      "  … one",
    ]);
  }),
);

Deno.test(
  "pipe says that what is left is kept nowhere when that is so",
  inShell(async (shell) => {
    shell.environment["XDG_STATE_HOME"] = "";
    shell.server.on("POST /send", () => refusal("unauthorized", "Who is this?"));
    const pipe = shell.pipe("one\n", { attended: true });
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 3);
    assertEquals(shell.err.slice(1), [
      "chat: Cannot keep messages: neither XDG_STATE_HOME nor HOME is set; what is not sent when " +
      "the client ends is lost",
      "Cannot go on: this client is signed out; start it anew to sign in",
      "chat: 1 message not sent: this client is signed out",
      "  … one",
    ]);
  }),
);

Deno.test(
  "pipe tells someone who types into it how to begin, and nobody else",
  inShell(async (shell) => {
    for (const attended of [true, false]) {
      const pipe = shell.pipe("", { attended });
      (await shell.server.stream()).caughtUp("k-0");
      assertEquals(await pipe, 0);
    }
    assertEquals(shell.err, ["You are alice. /help shows the commands, /exit leaves."]);
    assertEquals(shell.out, []);
  }),
);

Deno.test(
  "pipe comes back with its kept token, and by name when that is not taken any more",
  inShell(async (shell) => {
    await shell.send(["hi"]);
    shell.server.on("POST /connect", ({ headers, body }) => {
      const { user } = body as { user?: string };
      if (user !== undefined) return json(arrivalOf({ token: "new" }), 201);
      return headers.get("authorization") === "Bearer secret"
        ? json(arrivalOf())
        : refusal("unauthorized", "Who is this?");
    });
    const known = shell.pipe("");
    const first = await shell.server.stream();
    first.caughtUp("k-0");
    assertEquals(await known, 0);
    assertEquals(first.request.headers.get("authorization"), "Bearer secret");
    shell.server.on(
      "POST /connect",
      ({ body }) =>
        (body as { user?: string }).user === undefined
          ? refusal("unauthorized", "Revoked.")
          : json(arrivalOf({ token: "new" }), 201),
    );
    const forgotten = shell.pipe("");
    const second = await shell.server.stream();
    second.caughtUp("k-0");
    assertEquals(await forgotten, 0);
    assertEquals(second.request.headers.get("authorization"), "Bearer new");
  }),
);
