/**
 * `/connect` and `/disconnect`: who gets in, and with what.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { registrationPolicy } from "../../../server/api/registrations.ts";
import { Busy } from "../../../server/api/failure.ts";
import { spreadPolicy } from "../../../server/api/login_guard.ts";
import { Passwords } from "../../../server/api/passwords.ts";
import { foldName } from "../../../lib/text/names.ts";
import { Gate } from "../../support/scripted_store.ts";
import type { Api, Ask } from "./driver.ts";
import { runScenarios, withApi } from "./driver.ts";

const password = "correct horse";

/** alice has a password, bob only his token. */
async function prepare(api: Api): Promise<{ alice: string; bob: string }> {
  const cast = { alice: await api.connect("alice", { password }), bob: await api.connect("bob") };
  api.keepSecret(password);
  return cast;
}

function logIn(given: string, more: Partial<Ask> = {}): Ask {
  return { ask: "POST /connect", json: { user: "alice", password: given }, ...more };
}

Deno.test("POST /connect lets in whom it should, and tells the others why not", async (test) => {
  const ask = "POST /connect";
  await runScenarios(test, prepare, [
    {
      does: "a form registers a free name",
      ask: { ask, form: "user=carol" },
      status: 201,
      shows: ['"token":"chat_', '"user":"carol"', '"unread_more":false', '"cursor":"k3f9-'],
    },
    {
      does: "JSON registers a free name, with a password and a label",
      ask: { ask, json: { user: "carol", password: "opensesame", client: "phone" } },
      status: 201,
      mustNotShow: ["opensesame", "quick$"],
    },
    {
      does: "text/plain is the token alone",
      ask: { ask, form: "user=carol", headers: { Accept: "text/plain" } },
      status: 201,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
      shows: ["chat_"],
      mustNotShow: ["carol", "{"],
    },
    { does: "a Cyrillic name", ask: { ask, json: { user: "Иван" } }, status: 201, shows: ["Иван"] },
    {
      does: "a Cyrillic name in a form",
      ask: { ask, form: "user=%D0%98%D0%B2%D0%B0%D0%BD" },
      status: 201,
      shows: ["Иван"],
    },
    { does: "an emoji", ask: { ask, json: { user: "👩‍🚀" } }, status: 201, shows: ["👩‍🚀"] },
    {
      does: "a composed name is kept in its normal form",
      ask: { ask, json: { user: "Zoe\u0308" } },
      status: 201,
      shows: ["Zo\u00eb"],
      mustNotShow: ["e\u0308"],
    },
    {
      does: "a taken name",
      ask: { ask, form: "user=bob" },
      status: 401,
      code: "name_taken",
      mustNotShow: ["chat_", "bob"],
    },
    {
      does: "a taken name in other letters",
      ask: { ask, json: { user: "ＢＯＢ" } },
      status: 401,
      code: "name_taken",
    },
    {
      does: "a taken name that has a password, without it",
      ask: { ask, form: "user=alice" },
      status: 401,
      code: "name_taken",
    },
    {
      does: "a taken name that has no password, with one",
      ask: { ask, json: { user: "bob", password } },
      status: 401,
      code: "name_taken",
    },
    {
      does: "the wrong password",
      ask: logIn("wrong horse"),
      status: 401,
      code: "bad_password",
      mustNotShow: ["wrong horse", "correct", "chat_"],
    },
    {
      does: "the password, from a second device",
      ask: logIn(password),
      status: 200,
      shows: ['"token":"chat_', '"user":"alice"'],
    },
    {
      does: "the password with the name in other letters",
      ask: { ask, json: { user: "ALICE", password } },
      status: 200,
      shows: ['"user":"alice"'],
    },
    {
      does: "only a token",
      ask: ({ alice }) => ({ ask, token: alice }),
      status: 200,
      shows: ['"user":"alice"'],
      mustNotShow: ["chat_", '"token"'],
    },
    {
      does: "a token and its own name",
      ask: ({ alice }) => ({ ask, token: alice, form: "user=Alice" }),
      status: 200,
      mustNotShow: ['"token"'],
    },
    {
      does: "a token and another's name",
      ask: ({ alice }) => ({ ask, token: alice, form: "user=bob" }),
      status: 422,
      code: "invalid",
      errors: { user: "is not the one whose token this is" },
      mustNotShow: ["recent"],
    },
    {
      does: "a token that is none, with a free name",
      ask: { ask, token: "chat_nothing", form: "user=carol" },
      status: 401,
      code: "unauthorized",
      headers: { "WWW-Authenticate": "Bearer" },
    },
    {
      does: "neither a name nor a token",
      ask: { ask },
      status: 422,
      code: "invalid",
      errors: { user: "is missing; give a name, or a token" },
    },
    {
      does: "an unknown field",
      ask: { ask, form: "user=carol&colour=red" },
      status: 422,
      code: "invalid",
      errors: { colour: "is not a field of this request" },
      mustNotShow: ["red"],
    },
    {
      does: "a field that JavaScript has a use for",
      ask: {
        ask,
        bytes: new TextEncoder().encode('{"user":"carol","__proto__":{"admin":true}}'),
        headers: { "Content-Type": "application/json" },
      },
      status: 422,
      code: "invalid",
      errors: { ["__proto__"]: "is not a field of this request" },
    },
    {
      does: "a field that comes twice",
      ask: { ask, form: "user=carol&user=dave" },
      status: 422,
      code: "invalid",
      errors: { user: "must be text" },
    },
    {
      does: "a name of 32 characters",
      ask: { ask, json: { user: "я".repeat(32) } },
      status: 201,
    },
    {
      does: "a name of 33 characters",
      ask: { ask, json: { user: "я".repeat(33) } },
      status: 422,
      code: "invalid",
      errors: { user: "must have at most 32 characters" },
    },
    {
      does: "a name with a space",
      ask: { ask, json: { user: "a b" } },
      status: 422,
      code: "invalid",
      errors: { user: "must not contain spaces" },
    },
    {
      does: "a name that is not Unicode",
      ask: { ask, json: { user: "\ud800" } },
      status: 422,
      code: "invalid",
      errors: { user: "must be Unicode text" },
    },
    {
      does: "a password of 256 characters",
      ask: { ask, json: { user: "carol", password: "p".repeat(256) } },
      status: 201,
    },
    {
      does: "a password of 257 characters",
      ask: { ask, json: { user: "carol", password: "p".repeat(257) } },
      status: 422,
      code: "invalid",
      errors: { password: "must have at most 256 characters" },
      mustNotShow: ["ppp"],
    },
    {
      does: "an empty password",
      ask: { ask, form: "user=carol&password=" },
      status: 422,
      code: "invalid",
      errors: { password: "must not be empty" },
    },
    {
      does: "a name that is a number",
      ask: { ask, json: { user: 5 } },
      status: 422,
      code: "invalid",
      errors: { user: "must be text" },
    },
    {
      does: "a body that is no object",
      ask: { ask, json: ["carol"] },
      status: 422,
      code: "invalid",
      errors: { "": "must be an object" },
    },
    {
      does: "a query that it has no use for",
      ask: { ask: "POST /connect?user=carol" },
      status: 422,
      code: "invalid",
      errors: { user: "is not a field of this request" },
    },
  ]);
});

Deno.test("POST /connect on a server that takes no newcomers", async (test) => {
  await runScenarios(test, () => Promise.resolve(), [
    {
      does: "refuses a free name",
      ask: { ask: "POST /connect", form: "user=carol" },
      status: 403,
      code: "forbidden",
    },
  ], { settings: { registration: "closed" } });
});

Deno.test("POST /connect as text/plain gives a token that works", async () => {
  await withApi(async (api) => {
    const { text } = await api.get({
      ask: "POST /connect",
      form: "user=alice",
      headers: { Accept: "text/plain" },
    });
    assertMatch(text, /^chat_[\w-]{43}\n$/);
    const { json } = await api.get({ ask: "GET /status", token: text.trim() });
    assertEquals(json.user.name, "alice");
    api.keepSecret(text.trim());
  });
});

Deno.test("POST /connect shows a newcomer what was said lately, and owes them nothing", async () => {
  await withApi(async (api) => {
    const alice = await api.connect("alice");
    for (const text of ["first said", "second said", "third said"]) await api.send(alice, text);
    const { json } = await api.get({ ask: "POST /connect", form: "user=bob" });
    const texts = json.recent.map(({ text }: { text: string }) => text);
    assertEquals(texts, ["second said", "third said"], "the last two, oldest first");
    assertEquals([json.unread, json.unread_more], [[], false]);
    assertEquals(json.rooms.map(({ id }: { id: string }) => id), ["common"]);
  }, { settings: { recent: 2 } });
});

Deno.test("POST /connect brings who comes back all that is unread, and its cursor follows on", async () => {
  await withApi(async (api) => {
    const [alice, bob] = [await api.connect("alice"), await api.connect("bob")];
    await api.send(alice, "for everyone");
    await api.send(alice, "for bob alone", { to: "bob" });
    const back = (await api.get({ ask: "POST /connect", token: bob })).json;
    assertEquals(
      back.unread.map(({ text }: { text: string }) => text),
      ["for everyone", "for bob alone"],
    );
    assertEquals(
      back.rooms.map((room: { name: string; unread: number }) => [
        room.name,
        room.unread,
      ]),
      [["common", 1], ["alice", 1]],
    );
    const poll = { ask: `GET /events?wait=0&after=${back.cursor}`, token: bob };
    assertEquals((await api.get(poll)).json.events, []);
    await api.send(alice, "after that");
    assertEquals((await api.get(poll)).json.events.length, 1);
  });
});

Deno.test("POST /connect lets one of two take a name that both want at once", async () => {
  await withApi(async (api) => {
    const answers = await Promise.all(
      ["Carol", "carol"].map((user) => api.ask({ ask: "POST /connect", json: { user } })),
    );
    assertEquals(answers.map(({ status }) => status).sort(), [201, 401]);
  });
});

Deno.test("each device has a token of its own, and disconnect takes back only one", async () => {
  await withApi(async (api) => {
    const { alice } = await prepare(api);
    const second = (await api.get(logIn(password))).json.token;
    assertNotEquals(second, alice);
    const { status, text } = await api.ask({ ask: "POST /disconnect", token: alice });
    assertEquals([status, text], [204, ""]);
    const refused = await api.ask({ ask: "GET /status", token: alice });
    assertEquals([refused.status, refused.problem?.code], [401, "unauthorized"]);
    await api.get({ ask: "GET /status", token: second });
  });
});

Deno.test("too many wrong passwords of one account from one address must wait", async () => {
  await withApi(async (api) => {
    await prepare(api);
    const from = (address: string, given: string) => api.ask(logIn(given, { address }));
    for (let count = 0; count < 5; count++) {
      const wrong = await from("192.0.2.7", "wrong horse");
      assertEquals(wrong.problem?.code, "bad_password", `attempt ${count + 1}`);
    }
    const refused = await from("192.0.2.7", password);
    assertEquals([refused.status, refused.problem?.code], [429, "too_many_attempts"]);
    assertEquals(refused.headers.get("retry-after"), "1");
    assert(!refused.text.includes("horse"));
    assertEquals((await from("198.51.100.1", password)).status, 200, "others are not locked out");
    api.clock.advance(999);
    assertEquals((await from("192.0.2.7", password)).status, 429);
    api.clock.advance(1);
    assertEquals((await from("192.0.2.7", password)).status, 200);
    const wrong = await from("192.0.2.7", "wrong horse");
    assertEquals(wrong.problem?.code, "bad_password", "success has wiped the slate clean");
  });
});

Deno.test("one account guessed from many addresses must wait, but not where its owner was", async () => {
  await withApi(async (api) => {
    await prepare(api);
    const from = (address: string, given: string) => api.ask(logIn(given, { address }));
    assertEquals((await from("198.51.100.1", password)).status, 200);
    for (let count = 0; count < spreadPolicy.free; count++) {
      const wrong = await from(`2001:db8:0:${count.toString(16)}::1`, "wrong horse");
      assertEquals(wrong.problem?.code, "bad_password", `attempt ${count + 1}`);
    }
    assertEquals((await from("192.0.2.9", password)).status, 429);
    assertEquals((await from("198.51.100.1", password)).status, 200);
  });
});

Deno.test("many right logins at once are all let in", async () => {
  await withApi(async (api) => {
    await prepare(api);
    const answers = await Promise.all(Array.from({ length: 30 }, () => api.ask(logIn(password))));
    assertEquals(answers.filter(({ status }) => status === 200).length, 30);
  });
});

Deno.test("a flood of new names from one network is slowed down, and others are not", async () => {
  await withApi(async (api) => {
    const from = (address: string, user: string) =>
      api.ask({ ask: "POST /connect", json: { user }, address });
    for (let count = 0; count < registrationPolicy.free; count++) {
      assertEquals((await from("2001:db8::1", `user-${count}`)).status, 201);
    }
    const refused = await from("2001:db8::2", "one-more");
    assertEquals([refused.status, refused.problem?.code], [429, "too_many_attempts"]);
    assertEquals((await from("2001:db8:0:1::1", "another")).status, 201);
    api.clock.advance(1000);
    assertEquals((await from("2001:db8::2", "one-more")).status, 201);
  });
});

Deno.test("too many wrong passwords from one address must wait, whatever the account", async () => {
  await withApi(async (api) => {
    for (let count = 0; count < 21; count++) await api.connect(`user-${count}`, { password });
    const attempt = (user: string, address: string) =>
      api.ask({ ask: "POST /connect", json: { user, password: "wrong horse" }, address });
    for (let count = 0; count < 20; count++) {
      const wrong = await attempt(`user-${count}`, "192.0.2.7");
      assertEquals(wrong.problem?.code, "bad_password", `attempt ${count + 1}`);
    }
    const refused = await attempt("user-20", "192.0.2.7");
    assertEquals([refused.status, refused.problem?.code], [429, "too_many_attempts"]);
    assertEquals(refused.headers.get("retry-after"), "1");
    assertEquals((await attempt("user-20", "192.0.2.8")).problem?.code, "bad_password");
  });
});

Deno.test("guesses that are made all at once are counted one after another", async () => {
  await withApi(async (api) => {
    await prepare(api);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => api.ask(logIn("wrong horse"))),
    );
    const codes = answers.map(({ problem }) => problem?.code);
    assertEquals(codes.filter((code) => code === "bad_password").length, 5);
    assertEquals(codes.filter((code) => code === "too_many_attempts").length, 45);
  });
});

Deno.test("POST /connect says busy, and when to come back, when too many passwords wait", async () => {
  class BusyPasswords extends Passwords {
    override hash(): Promise<string> {
      return Promise.reject(new Busy("Too many passwords are being checked"));
    }
  }
  await withApi(async (api) => {
    const asked = { ask: "POST /connect", json: { user: "alice", password } };
    const { status, problem, headers } = await api.ask(asked);
    assertEquals([status, problem?.code, headers.get("retry-after")], [503, "busy", "1"]);
    assertEquals(await api.store.countUsers(), 0);
  }, { passwords: (random) => new BusyPasswords(random) });
});

Deno.test("a password that could not be checked does not count as wrong", async () => {
  let busy = true;
  class SometimesBusy extends Passwords {
    override hash(): Promise<string> {
      return Promise.resolve("kept");
    }
    override matches(given: string): Promise<boolean> {
      if (busy) return Promise.reject(new Busy("Too many passwords are being checked"));
      return Promise.resolve(given === password);
    }
  }
  await withApi(async (api) => {
    await prepare(api);
    for (let count = 0; count < 30; count++) {
      assertEquals((await api.ask(logIn(password))).problem?.code, "busy");
    }
    busy = false;
    assertEquals((await api.ask(logIn(password))).status, 200);
  }, { passwords: (random) => new SometimesBusy(random) });
});

Deno.test("a guesser does not wash an address clean with an account of their own", async () => {
  await withApi(async (api) => {
    for (let count = 0; count < 21; count++) await api.connect(`user-${count}`, { password });
    await api.connect("mallory", { password: "my own password" });
    const attempt = (user: string, given: string) =>
      api.ask({ ask: "POST /connect", json: { user, password: given }, address: "192.0.2.7" });
    for (let count = 0; count < 20; count++) {
      assertEquals((await attempt(`user-${count}`, "wrong horse")).problem?.code, "bad_password");
      if (count < 19) assertEquals((await attempt("mallory", "my own password")).status, 200);
    }
    assertEquals((await attempt("user-20", "wrong horse")).problem?.code, "too_many_attempts");
  });
});

for (const how of ["reset", "changed"] as const) {
  Deno.test(`a login that is checked while the password is ${how} lets nobody in`, async () => {
    const gate = new Gate();
    let isHeld = false;
    class HeldPasswords extends Passwords {
      override hash(given: string): Promise<string> {
        return Promise.resolve(`quick$${given}`);
      }
      override async matches(given: string, kept: string): Promise<boolean> {
        if (isHeld) await gate.wait();
        return kept === `quick$${given}`;
      }
    }
    await withApi(async (api) => {
      await prepare(api);
      const me = await api.store.findUser(foldName("alice"));
      assert(me !== undefined);
      isHeld = true;
      const login = api.ask(logIn(password));
      await gate.reached;
      isHeld = false;
      const hash = "quick$battery staple";
      const [token] = await api.store.tokensOf(me.id);
      assert(token !== undefined);
      // Not as a request: whose old password would be checked after that of the login.
      const done = await api.engine.submit(
        how === "changed"
          ? {
            type: "profile.change",
            actor: me.id,
            password: { hash, oldHash: me.passwordHash, token: token.id },
          }
          : { type: "password.reset", user: me.folded, passwordHash: hash },
      );
      assert(done.ok);
      gate.open();
      const { status, problem } = await login;
      assertEquals([status, problem?.code], [401, "bad_password"]);
      assertEquals((await api.store.tokensOf(me.id)).length, how === "changed" ? 1 : 0);
      assertEquals((await api.ask(logIn("battery staple"))).status, 200);
    }, { passwords: (random) => new HeldPasswords(random) });
  });
}
