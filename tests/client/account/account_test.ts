import { assert, assertEquals, assertMatch } from "@std/assert";
import { passwordAttemptsMax } from "../../../client/account/account.ts";
import { attemptsMax } from "../../../client/connection/persistence.ts";
import { arrivalOf, json, refusal, settle } from "../stub_server.ts";
import { inShell, type Shell } from "../plain/shell.ts";

function connectKeys({ server }: Shell): (string | null)[] {
  return server.requests.filter(({ path }) => path === "/connect")
    .map(({ headers }) => headers.get("idempotency-key"));
}

/** Runs a command while its waits pass. */
async function patiently(shell: Shell, work: Promise<number>): Promise<number> {
  let done = false;
  work.then(() => done = true);
  while (!done) {
    await settle();
    shell.clock.advance(1000);
  }
  return await work;
}

Deno.test(
  "signing in asks again under one key when the answer is lost, and has the name in the end",
  inShell(async (shell) => {
    let attempts = 0;
    shell.server.on("POST /connect", () => {
      if (++attempts < 3) throw new TypeError("connection reset");
      return json(arrivalOf({ token: "secret" }), 201);
    });
    assertEquals(await patiently(shell, shell.send(["hi"])), 0);
    const keys = connectKeys(shell);
    assertEquals([keys.length, new Set(keys).size], [3, 1]);
    assertMatch(keys[0] ?? "", /^[\w-]{20,64}$/);
  }),
);

Deno.test(
  "signing in keeps its key when a lost answer is asked for by a request that breaks off",
  inShell(async (shell) => {
    let attempts = 0;
    shell.server.on("POST /connect", () => {
      if (++attempts % 2 === 1) throw new TypeError("connection reset");
      return refusal("malformed", "The request broke off.");
    });
    await patiently(shell, shell.pipe(""));
    assertEquals(connectKeys(shell).length, attemptsMax);
    shell.server.on("POST /connect", () => json(arrivalOf({ token: "secret" }), 201));
    assertEquals(await shell.send(["hi"]), 0);
    assertEquals(new Set(connectKeys(shell)).size, 1);
  }),
);

Deno.test(
  "signing in uses the key of an attempt whose answer was lost, in the next run too",
  inShell(async (shell) => {
    shell.server.on("POST /connect", () => {
      throw new TypeError("connection reset");
    });
    assertEquals(await patiently(shell, shell.pipe("")), 10);
    assertEquals(connectKeys(shell).length, attemptsMax);
    shell.server.on("POST /connect", () => json(arrivalOf({ token: "secret" }), 201));
    assertEquals(await shell.send(["hi"]), 0);
    assertEquals(new Set(connectKeys(shell)).size, 1);
    // Whoever signs in anew after that asks for something new.
    shell.environment["CHAT_USER"] = "bob";
    await shell.send(["hi"]);
    assertEquals(new Set(connectKeys(shell)).size, 2);
  }),
);

Deno.test(
  "signing in forgets the key of an attempt that was refused",
  inShell(async (shell) => {
    shell.server.on("POST /connect", () => refusal("name_taken", "Taken."));
    await shell.send(["hi"]);
    await shell.send(["hi"]);
    assertEquals(new Set(connectKeys(shell)).size, 2);
    const kept = await Deno.readTextFile(`${shell.directory}/chat/tokens.json`);
    assert(!kept.includes("pending"), kept);
  }),
);

Deno.test(
  "a user who was renamed elsewhere keeps their token under the new name",
  inShell(async (shell) => {
    await shell.send(["hi"]);
    shell.server.on("POST /connect", () => json(arrivalOf({ user: "alicia" })));
    const pipe = shell.pipe("");
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 0);
    shell.environment["CHAT_USER"] = "alicia";
    shell.server.requests.length = 0;
    await shell.send(["hi"]);
    assertEquals(shell.paths, ["/send"]);
    assertEquals(shell.server.requests[0]?.headers.get("authorization"), "Bearer secret");
  }),
);

Deno.test(
  "/nickname keeps the token under the new name",
  inShell(async (shell) => {
    const created = "2026-11-20T10:00:00.000Z";
    shell.server.on("PATCH /me", () => json({ name: "alicia", created }));
    const pipe = shell.pipe("/nickname alicia\n");
    (await shell.server.stream()).caughtUp("k-0");
    assertEquals(await pipe, 0);
    const kept = JSON.parse(await Deno.readTextFile(`${shell.directory}/chat/tokens.json`));
    assertEquals(kept.servers["http://127.0.0.1:8000"], {
      alicia: { name: "alicia", token: "secret" },
    });
  }),
);

/** A server where alice has a password. */
function lock(shell: Shell, password: string | undefined): void {
  shell.server.on("POST /connect", ({ body }) => {
    const given = (body as { password?: string }).password;
    if (given === undefined || password === undefined) return refusal("name_taken", "Taken.");
    return given === password
      ? json(arrivalOf({ token: "secret" }), 201)
      : refusal("bad_password", "Wrong.");
  });
}

Deno.test(
  "signing in asks for the password of a taken name, and again for a wrong one",
  inShell(async (shell) => {
    lock(shell, "sesame");
    shell.answers = ["simsim", "sesame"];
    assertEquals(await shell.send(["hi"]), 0);
    assertEquals(shell.questions, [
      "Password of alice: ",
      "Wrong password. Password of alice: ",
    ]);
    assertEquals(shell.paths, ["/connect", "/connect", "/connect", "/send"]);
    assertEquals([shell.out, shell.err], [[], []]);
  }),
);

Deno.test(
  `signing in asks ${passwordAttemptsMax} times for a password, and no more`,
  inShell(async (shell) => {
    lock(shell, "sesame");
    shell.answers = Array.from({ length: passwordAttemptsMax + 1 }, () => "wrong");
    assertEquals(await shell.send(["hi"]), 3);
    assertEquals(shell.questions.length, passwordAttemptsMax);
    assertEquals(shell.err, ["chat: Cannot sign in as alice: the password is wrong"]);
  }),
);

Deno.test(
  "signing in does not ask for the password of a name that has none a second time",
  inShell(async (shell) => {
    lock(shell, undefined);
    shell.answers = ["a", "b"];
    assertEquals(await shell.send(["hi"]), 3);
    assertEquals(shell.questions.length, 1);
    assertMatch(shell.err.join(), /the name is taken and has no password; use a client that is/);
  }),
);

/** Only who comes with this code may take a name. */
function byInvitation(shell: Shell, right: string): void {
  shell.server.on("POST /connect", ({ body }) => {
    const { invite } = Object(body);
    return invite === right
      ? json(arrivalOf({ token: "secret" }), 201)
      : refusal("invite_needed", "It takes an invitation.");
  });
}

for (
  const [way, args, environment] of [
    ["--invite", ["--invite", "chat_Kx3", "hi"], {}],
    ["the link", ["--invite", "http://127.0.0.1:8000/#invite=chat_Kx3", "hi"], {}],
    ["CHAT_INVITE", ["hi"], { CHAT_INVITE: "chat_Kx3" }],
  ] as const
) {
  Deno.test(
    `signing in gives the invitation that ${way} names`,
    inShell(async (shell) => {
      byInvitation(shell, "chat_Kx3");
      Object.assign(shell.environment, environment);
      assertEquals(await shell.send([...args]), 0);
      assertEquals(shell.paths, ["/connect", "/send"]);
    }),
  );
}

Deno.test(
  "signing in asks for an invitation where a free name takes one, and again for a wrong one",
  inShell(async (shell) => {
    byInvitation(shell, "chat_Kx3");
    shell.answers = ["invented", "http://127.0.0.1:8000/#invite=chat_Kx3 "];
    assertEquals(await shell.send(["hi"]), 0);
    assertEquals(shell.questions, [
      "Invitation: ",
      "That invitation is not good. Invitation: ",
    ]);
    assertEquals(new Set(connectKeys(shell)).size, 3);
  }),
);

Deno.test(
  "signing in asks for an invitation only so often, and Enter alone is none",
  inShell(async (shell) => {
    byInvitation(shell, "chat_Kx3");
    shell.answers = Array.from({ length: passwordAttemptsMax + 1 }, () => "");
    assertEquals(await shell.send(["hi"]), 3);
    assertEquals(shell.questions, Array(passwordAttemptsMax).fill("Invitation: "));
    assertEquals(shell.server.bodies("/connect").some((body) => "invite" in Object(body)), false);
  }),
);

Deno.test(
  "signing in where nobody can be asked tells that an invitation is missing, or not good",
  inShell(async (shell) => {
    byInvitation(shell, "chat_Kx3");
    assertEquals(await shell.send(["hi"]), 3);
    assertEquals(await shell.send(["hi", "--invite", "invented"]), 3);
    assertEquals(shell.err, [
      "chat: Cannot sign in as alice: the name is free, but to take one you need an invitation; " +
      "give it by --invite or CHAT_INVITE",
      "chat: Cannot sign in as alice: the invitation is not good, or not any more; " +
      "ask for another one",
    ]);
  }),
);

Deno.test(
  "a name that is taken while its taker looks for an invitation asks for its password next",
  inShell(async (shell) => {
    let attempts = 0;
    shell.server.on("POST /connect", () => {
      attempts += 1;
      if (attempts === 1) return refusal("invite_needed", "It takes an invitation.");
      if (attempts === 2) return refusal("name_taken", "Taken.");
      return json(arrivalOf({ token: "secret" }));
    });
    shell.answers = ["chat_Kx3", "sesame"];
    assertEquals(await shell.send(["hi"]), 0);
    assertEquals(shell.questions, ["Invitation: ", "Password of alice: "]);
    const { invite, password } = Object(shell.server.bodies("/connect").at(-1));
    assertEquals([invite, password], ["chat_Kx3", "sesame"]);
  }),
);

Deno.test(
  "who leaves the question for a password interrupts the command",
  inShell(async (shell) => {
    lock(shell, "sesame");
    shell.answers = [];
    assertEquals(await shell.send(["hi"]), 130);
    assertEquals(shell.err, []);
  }),
);
