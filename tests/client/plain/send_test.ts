import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { attemptsMax } from "../../../client/connection/persistence.ts";
import { arrivalOf, json, messageOf, refusal, settle } from "../stub_server.ts";
import { inShell } from "./shell.ts";

Deno.test(
  "send registers once, and sends with the kept token from then on",
  inShell(async (shell) => {
    assertEquals(await shell.send(["hello", "there"]), 0);
    assertEquals(await shell.send(["again"]), 0);
    assertEquals(shell.paths, ["/connect", "/send", "/send"]);
    assertEquals(shell.server.bodies("/send")[0], { text: "hello there" });
    assertEquals(shell.server.requests[0]?.headers.get("authorization"), null);
    assertEquals(shell.server.requests[2]?.headers.get("authorization"), "Bearer secret");
    assertEquals([shell.out, shell.err], [[], []]);
  }),
);

Deno.test(
  "send keeps tokens apart by server",
  inShell(async (shell) => {
    await shell.send(["one"]);
    await shell.send(["two", "--server", "http://evil.test"]);
    assertEquals(shell.server.requests[2]?.url, "http://evil.test/connect");
    assertEquals(shell.server.requests[2]?.headers.get("authorization"), null);
  }),
);

Deno.test(
  "send signs in with the password of the environment",
  inShell(async (shell) => {
    shell.environment["CHAT_PASSWORD"] = "sesame";
    await shell.send(["hi"]);
    const [body] = shell.server.bodies("/connect") as { password: string }[];
    assertEquals(body?.password, "sesame");
  }),
);

Deno.test(
  "send signs in anew when its token is not taken any more",
  inShell(async (shell) => {
    await shell.send(["one"]);
    let refusals = 0;
    shell.server.on(
      "POST /send",
      () => refusals++ === 0 ? refusal("unauthorized", "Revoked.") : json(messageOf(8), 201),
    );
    assertEquals(await shell.send(["two"]), 0);
    assertEquals(shell.paths.slice(2), ["/send", "/connect", "/send"]);
  }),
);

Deno.test(
  "send --json prints the message",
  inShell(async (shell) => {
    assertEquals(await shell.send(["--json", "--to", "bob", "psst"]), 0);
    assertEquals(shell.server.bodies("/send"), [{ text: "psst", to: "bob" }]);
    assertEquals(JSON.parse(shell.out[0] ?? "").id, 7);
  }),
);

Deno.test(
  "send reads the text from standard input, without its last line end",
  inShell(async (shell) => {
    assertEquals(await shell.send(["-"], { input: "one\ntwo\n" }), 0);
    assertEquals(await shell.send([], { input: "three" }), 0);
    assertEquals(shell.server.bodies("/send"), [{ text: "one\ntwo" }, { text: "three" }]);
  }),
);

Deno.test(
  "send refuses to send nothing, and too much",
  inShell(async (shell) => {
    assertEquals(await shell.send([], { isTerminal: true }), 2);
    assertEquals(await shell.send(["-"], { input: "\n" }), 2);
    assertEquals(await shell.send(["-"], { input: "x".repeat(9000) }), 2);
    assertEquals(shell.err, [
      "chat: Cannot send nothing: give a text, or - to read it from standard input",
      "chat: Cannot send nothing: standard input is empty",
      "chat: Cannot send: the text has more than 4000 characters",
    ]);
    assertEquals(shell.paths, []);
  }),
);

Deno.test(
  "send tries again under one key, and gives up after its bound",
  inShell(async (shell) => {
    await shell.send(["one"]);
    let attempts = 0;
    const keys = new Set<string | null>();
    shell.server.on("POST /send", ({ headers }) => {
      attempts++;
      keys.add(headers.get("idempotency-key"));
      throw new TypeError("connection reset");
    });
    const sent = shell.send(["two"]);
    let done = false;
    sent.then(() => done = true);
    while (!done) {
      await settle();
      shell.clock.advance(1000);
    }
    assertEquals(await sent, 10);
    assertEquals([attempts, keys.size], [attemptsMax, 1]);
    assertMatch(
      shell.err[0] ?? "",
      /Cannot reach http:\S+: the connection broke; trying again in \d s/,
    );
    assertStringIncludes(shell.err.at(-1) ?? "", "Cannot reach http://127.0.0.1:8000");
  }),
);

Deno.test(
  "send tries again under one key what was lost and then found malformed",
  inShell(async (shell) => {
    await shell.send(["one"]);
    let attempts = 0;
    const keys = new Set<string | null>();
    shell.server.on("POST /send", ({ headers }) => {
      attempts++;
      keys.add(headers.get("idempotency-key"));
      if (attempts === 1) throw new TypeError("connection reset");
      return attempts < attemptsMax
        ? refusal("malformed", "The request broke off.")
        : json(messageOf(8), 201);
    });
    const sent = shell.send(["two"]);
    let done = false;
    sent.then(() => done = true);
    while (!done) {
      await settle();
      shell.clock.advance(1000);
    }
    assertEquals(await sent, 0);
    assertEquals([attempts, keys.size], [attemptsMax, 1]);
  }),
);

Deno.test(
  "send says at once how to start a server, once, to one who watches",
  inShell(async (shell) => {
    const remedy = "chat: Meanwhile, start a server with: deno task chat serve";
    for (const watched of [true, false]) {
      shell.server.down = true;
      shell.err.length = 0;
      const sent = shell.send(["x"], { watched });
      while (shell.err.length === 0) await settle();
      assertMatch(shell.err[0] ?? "", /nothing listens there; trying again in \d s$/);
      assertEquals(shell.err[1], watched ? remedy : undefined);
      let done = false;
      sent.then(() => done = true);
      while (!done) {
        await settle();
        shell.clock.advance(1000);
      }
      assertEquals(await sent, 10);
      assertEquals(shell.err.filter((line) => line === remedy).length, watched ? 1 : 0);
    }
  }),
);

Deno.test(
  "send tells a refusal without anything that could command a terminal",
  inShell(async (shell) => {
    shell.server.on("POST /send", () => refusal("not_found", "There is no \x1b[2J here."));
    assertEquals(await shell.send(["x"]), 4);
    assertEquals(shell.err, ["chat: Cannot send: there is no ␛[2J here"]);
  }),
);

Deno.test(
  "send says that a name is taken",
  inShell(async (shell) => {
    shell.server.on("POST /connect", () => refusal("name_taken", "Taken."));
    assertEquals(await shell.send(["x"]), 3);
    assertStringIncludes(
      shell.err[0] ?? "",
      "the name is taken; if it is yours, give its password by --password-file or CHAT_PASSWORD",
    );
  }),
);

Deno.test(
  "send asks who you are when it can't tell",
  inShell(async (shell) => {
    shell.environment["CHAT_USER"] = "";
    assertEquals(await shell.send(["x"]), 2);
    assertStringIncludes(shell.err[0] ?? "", "chat: Cannot tell who you are");
    await shell.send(["--user", "alice", "x"]);
    assertEquals(await shell.send(["y"]), 0);
    shell.server.on(
      "POST /connect",
      ({ body }) => json(arrivalOf({ ...body as { user: string }, token: "secret" }), 201),
    );
    for (const user of ["bob", "carol", "dave", "erin", "frank"]) {
      await shell.send(["--user", user, "x"]);
      shell.err.length = 0;
      assertEquals(await shell.send(["y"]), 2);
      const all = user === "frank"
        ? "alice, bob, carol, dave, erin and others have"
        : `${user} have`;
      assertStringIncludes(shell.err[0] ?? "", `${all} signed in to http://127.0.0.1:8000`);
    }
  }),
);
