/**
 * Who may take a free name: open to anyone, by invitation, closed; and the code of the first owner.
 *
 * @module
 */
import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { foldName } from "../../../lib/text/names.ts";
import { Passwords } from "../../../server/api/passwords.ts";
import {
  invitePolicy,
  type RegistrationMode,
  registrationPolicy,
} from "../../../server/api/registrations.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { type Answered, type Api, type ApiOptions, withApi } from "./driver.ts";
import { appoint } from "./garden.ts";

const key = "a-key-of-twenty-characters";

/** A server with its owner, who came by the code. */
interface Scene {
  readonly api: Api;
  readonly owner: string;
  readonly ownerCode: string;
  /** Makes an invitation. */
  invite(terms?: Readonly<Record<string, unknown>>): Promise<{ code: string; id: number }>;
  register(user: string, more?: Coming): Promise<Answered>;
}

interface Coming {
  readonly invite?: string;
  readonly password?: string;
  readonly key?: string;
  readonly address?: string;
}

function drawCode(api: Api): string {
  const code = api.registrations.drawOwnerCode(new SeededRandom(7));
  api.keepSecret(code);
  return code;
}

async function register(
  api: Api,
  user: string,
  { key, address, ...more }: Coming = {},
): Promise<Answered> {
  return await api.ask({
    ask: "POST /connect",
    json: { user, ...more },
    ...(key !== undefined && { headers: { "Idempotency-Key": key } }),
    ...(address !== undefined && { address }),
  });
}

async function withOwner(
  mode: RegistrationMode,
  test: (scene: Scene) => Promise<void>,
  options: ApiOptions = {},
): Promise<void> {
  await withApi(async (api) => {
    const ownerCode = drawCode(api);
    const owner = await api.connect("olga", { invite: ownerCode });
    await test({
      api,
      owner,
      ownerCode,
      async invite(terms = {}) {
        const { json } = await api.get({ ask: "POST /invites", token: owner, json: terms });
        api.keepSecret(json.code);
        return json;
      },
      register: (user, more) => register(api, user, more),
    });
  }, { ...options, settings: { registration: mode } });
}

/** What is left of an invitation, as its list tells. */
async function usesOf({ api, owner }: Scene): Promise<number[]> {
  const { json } = await api.get({ ask: "GET /invites", token: owner });
  return json.items.map(({ uses }: { uses: number }) => uses);
}

function outcome({ status, problem }: Answered): unknown[] {
  return problem === undefined ? [status] : [status, problem.code];
}

Deno.test("by invitation, a free name takes a code, and each code as many as it may", async () => {
  await withOwner("invite", async (scene) => {
    const { code } = await scene.invite({ max_uses: 2 });
    assertEquals(outcome(await scene.register("alice", { invite: code })), [201]);
    assertEquals(await usesOf(scene), [1]);
    assertEquals(outcome(await scene.register("bob", { invite: code })), [201]);
    assertEquals(outcome(await scene.register("carol", { invite: code })), [403, "invite_needed"]);
  });
});

Deno.test("why an invitation is not good is told to nobody", async () => {
  await withOwner("invite", async (scene) => {
    const { api, owner } = scene;
    const used = await scene.invite();
    assertEquals(outcome(await scene.register("alice", { invite: used.code })), [201]);
    const revoked = await scene.invite();
    await api.get({ ask: `DELETE /invites/${revoked.id}`, token: owner });
    const expired = await scene.invite({ expires_in: "1h" });
    await api.pass(hourMs);
    const answers: Answered[] = [];
    for (const invite of [undefined, used.code, revoked.code, expired.code, "invented"]) {
      answers.push(await scene.register("bob", invite === undefined ? {} : { invite }));
    }
    const [first] = answers;
    assertEquals(first && outcome(first), [403, "invite_needed"]);
    for (const { text } of answers) assertEquals(text, first?.text);
  });
});

Deno.test("who is known already needs no invitation, and spends none", async () => {
  await withOwner("invite", async (scene) => {
    const { api } = scene;
    const { code: first } = await scene.invite();
    const password = "correct horse";
    await api.connect("alice", { invite: first, password });
    const { code } = await scene.invite();
    const wrong = await scene.register("alice", { invite: code });
    assertEquals(outcome(wrong), [401, "name_taken"]);
    assertEquals(outcome(await scene.register("alice", { invite: code, password })), [200]);
    assertEquals(await usesOf(scene), [0]);
  });
});

Deno.test("a request to register that is repeated spends one use, and gives one token", async () => {
  await withOwner("invite", async (scene) => {
    const { code } = await scene.invite({ max_uses: 3 });
    const coming = { invite: code, key };
    const first = await scene.register("alice", coming);
    const again = await scene.register("alice", coming);
    assertEquals([first.status, again.status], [201, 201]);
    assertEquals(again.json.token, first.json.token);
    assertEquals(again.headers.get("idempotency-replayed"), "true");
    assertEquals(await usesOf(scene), [1]);
  });
});

Deno.test("two equal requests at once with the last use of an invitation both get in", async () => {
  await withOwner("invite", async (scene) => {
    const { code } = await scene.invite();
    const coming = { invite: code, key };
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => scene.register("alice", coming)),
    );
    assertEquals(answers.map(({ status }) => status), [201, 201, 201]);
    assertEquals(new Set(answers.map(({ json }) => json.token)).size, 1);
  });
});

Deno.test("a repetition that finds its invitation used by the first request gets in, too", async () => {
  await withOwner("invite", async (scene) => {
    const { store } = scene.api;
    const { code } = await scene.invite();
    const coming = { invite: code, key };
    const isAnswered = Promise.withResolvers<void>();
    const look = store.registrationInvites.bind(store);
    let looks = 0;
    // The second request has not found the first one's token, but looks for the invitation after it.
    store.registrationInvites = async (nowMs) => {
      if (++looks === 2) await isAnswered.promise;
      return await look(nowMs);
    };
    const first = scene.register("alice", coming);
    const second = scene.register("alice", coming);
    const { json } = await first;
    isAnswered.resolve();
    assertEquals([(await second).status, (await second).json.token], [201, json.token]);
    assertEquals(looks, 2);
  });
});

Deno.test("a repetition that finds its invitation used does not count as a guess", async () => {
  await withOwner("invite", async (scene) => {
    const { store } = scene.api;
    const address = "192.0.2.7";
    const look = store.registrationInvites.bind(store);
    for (let count = 0; count <= invitePolicy.free; count++) {
      const { code } = await scene.invite();
      const coming = { invite: code, key: `${key}-${count}`, address };
      const isAnswered = Promise.withResolvers<void>();
      let looks = 0;
      store.registrationInvites = async (nowMs) => {
        if (++looks === 2) await isAnswered.promise;
        return await look(nowMs);
      };
      const both = [1, 2].map(() => scene.register(`user-${count}`, coming));
      await Promise.race(both);
      isAnswered.resolve();
      const answers = await Promise.all(both);
      assertEquals(answers.map(outcome), [[201], [201]]);
    }
    const guess = await scene.register("mallory", { invite: "invented", address });
    assertEquals(outcome(guess), [403, "invite_needed"]);
  });
});

Deno.test("two who come at once by the last use of an invitation do not both get in", async () => {
  await withOwner("invite", async (scene) => {
    const { code } = await scene.invite();
    const answers = await Promise.all(
      ["alice", "bob"].map((user) => scene.register(user, { invite: code })),
    );
    assertEquals(answers.map(({ status }) => status).sort(), [201, 403]);
  });
});

Deno.test("a network that guesses invitations must wait, but keeps nobody out who has one", async () => {
  await withOwner("invite", async (scene) => {
    const { api } = scene;
    const { code } = await scene.invite();
    const from = (address: string, more: Coming) => scene.register("alice", { address, ...more });
    const guess = (address: string) => from(address, { invite: "invented" });
    // To come without a code is no guess.
    for (let count = 0; count <= invitePolicy.free; count++) {
      assertEquals(outcome(await from("192.0.2.7", {})), [403, "invite_needed"]);
    }
    const guesses = await Promise.all(
      Array.from({ length: invitePolicy.free + 1 }, () => guess("192.0.2.7")),
    );
    const codes = guesses.map(({ problem }) => problem?.code);
    assertEquals(codes.filter((code) => code === "invite_needed").length, invitePolicy.free);
    assertEquals(codes.filter((code) => code === "too_many_attempts").length, 1);
    const early = await guess("192.0.2.7");
    assertEquals(outcome(early), [429, "too_many_attempts"]);
    assertEquals(early.headers.get("retry-after"), "1");
    assertEquals(outcome(await guess("192.0.2.8")), [403, "invite_needed"]);
    assertEquals(outcome(await from("192.0.2.7", { invite: code })), [201]);
    api.clock.advance(1000);
    const later = await scene.register("bob", { address: "192.0.2.7", invite: "invented" });
    assertEquals(outcome(later), [403, "invite_needed"]);
  });
});

Deno.test("no password is hashed for who does not get in", async () => {
  let hashed = 0;
  class CountingPasswords extends Passwords {
    override hash(): Promise<string> {
      hashed += 1;
      return Promise.resolve("quick$");
    }
  }
  await withOwner("invite", async (scene) => {
    await scene.register("alice", { password: "correct horse" });
    await scene.register("alice", { password: "correct horse", invite: "invented" });
    const { code } = await scene.invite({ expires_in: "1h" });
    await scene.api.pass(hourMs);
    await scene.register("alice", { password: "correct horse", invite: code });
    assertEquals(hashed, 0);
  }, { passwords: (random) => new CountingPasswords(random) });
});

Deno.test("on an open server an invitation is of no use, and none is spent", async () => {
  await withOwner("open", async (scene) => {
    const { code } = await scene.invite();
    assertEquals(outcome(await scene.register("alice", { invite: code })), [201]);
    assertEquals(outcome(await scene.register("bob", { invite: "invented" })), [201]);
    assertEquals(await usesOf(scene), [0]);
  });
});

Deno.test("on a closed server no invitation is of use, and all are told so alike", async () => {
  await withOwner("closed", async (scene) => {
    const { code } = await scene.invite();
    const answers: Answered[] = [];
    for (const more of [{}, { invite: code }, { invite: "invented" }, { invite: "owner_none" }]) {
      answers.push(await scene.register("alice", more));
    }
    const [first] = answers;
    assertEquals(first && outcome(first), [403, "forbidden"]);
    for (const { text } of answers) assertEquals(text, first?.text);
  });
});

for (const mode of ["open", "invite", "closed"] as const) {
  Deno.test(`the first owner gets in by the code where registration is ${mode}, once`, async () => {
    await withOwner(mode, async (scene) => {
      const { api, owner, ownerCode } = scene;
      assertMatch(ownerCode, /^owner_[\w-]{43}$/);
      const { json: status } = await api.get({ ask: "GET /status", token: owner });
      assertEquals([status.user.role, status.settings.registration], ["owner", mode]);
      const { json: audit } = await api.get({ ask: "GET /audit", token: owner });
      assertEquals(audit.items.map(({ act }: { act: string }) => act), ["owner.claimed"]);
      // Nor does it make a mere user of who comes too late.
      const late = await scene.register("alice", { invite: ownerCode });
      assertEquals(outcome(late), [403, mode === "closed" ? "forbidden" : "invite_needed"]);
    });
  });
}

Deno.test("who repeats the request by which they became the owner gets their token", async () => {
  await withApi(async (api) => {
    const coming = { invite: drawCode(api), key };
    const answers = await Promise.all([1, 2].map(() => register(api, "olga", coming)));
    answers.push(await register(api, "olga", coming));
    assertEquals(answers.map(({ status }) => status), [201, 201, 201]);
    assertEquals(new Set(answers.map(({ json }) => json.token)).size, 1);
  }, { settings: { registration: "closed" } });
});

Deno.test("of two who come at once by the code of the first owner, one is it", async () => {
  await withApi(async (api) => {
    const invite = drawCode(api);
    const answers = await Promise.all(
      ["alice", "bob"].map((user) => register(api, user, { invite })),
    );
    assertEquals(answers.map(({ status }) => status).sort(), [201, 403]);
  });
});

Deno.test("the code of the first owner is good after others have come, until it is used", async () => {
  await withApi(async (api) => {
    const invite = drawCode(api);
    const taken = await register(api, "alice");
    assertEquals(outcome(taken), [201]);
    assertEquals(outcome(await register(api, "Alice", { invite })), [401, "name_taken"]);
    assertEquals(outcome(await register(api, "olga", { invite })), [201]);
  });
});

Deno.test("a code of the first owner that is over is refused, also on an open server", async () => {
  await withApi(async (api) => {
    assertEquals(outcome(await register(api, "olga", { invite: "owner_none" })), [
      403,
      "invite_needed",
    ]);
    const before = drawCode(api);
    const now = api.registrations.drawOwnerCode(new SeededRandom(8));
    assertNotEquals(before, now);
    for (const invite of [before, `${now}x`, now.slice(0, -1)]) {
      assertEquals(outcome(await register(api, "olga", { invite })), [403, "invite_needed"]);
    }
    assertEquals(outcome(await register(api, "olga", { invite: now })), [201]);
  });
});

Deno.test("who has the code may not come with it in a flood of names, either", async () => {
  await withOwner("invite", async (scene) => {
    const { code } = await scene.invite({ max_uses: 1000 });
    for (let count = 1; count < registrationPolicy.free; count++) {
      assertEquals(outcome(await scene.register(`user-${count}`, { invite: code })), [201]);
    }
    const refused = await scene.register("one-more", { invite: code });
    assertEquals(outcome(refused), [429, "too_many_attempts"]);
    assertEquals(await usesOf(scene), [registrationPolicy.free - 1]);
  });
});

Deno.test("the code of the first owner is over once there is one, though there be none again", async () => {
  await withOwner("open", async ({ api, owner, ownerCode, register }) => {
    await api.get({ ask: "POST /roles", token: owner, json: { user: "olga", role: "none" } });
    const again = await register("mallory", { invite: ownerCode });
    assertEquals(outcome(again), [403, "invite_needed"]);
  });
});

Deno.test("the code of the first owner is over when it is refused for an owner made otherwise", async () => {
  await withApi(async (api) => {
    const code = drawCode(api);
    await api.connect("olga");
    await appoint(api, "olga", "owner");
    assertEquals(outcome(await register(api, "mallory", { invite: code }))[0], 403);
    const user = foldName("olga");
    await api.engine.submit({ type: "role.set", user });
    assertEquals(outcome(await register(api, "mallory", { invite: code }))[0], 403);
  });
});

Deno.test("the code of the first owner is not over when the name is taken", async () => {
  await withApi(async (api) => {
    const code = drawCode(api);
    const [first, second] = await Promise.all(
      [1, 2].map((at) => register(api, "olga", { ...(at === 2 && { invite: code }) })),
    );
    assertEquals([first?.status, second?.problem?.code], [201, "name_taken"]);
    assertEquals(outcome(await register(api, "otto", { invite: code })), [201]);
  });
});
