/**
 * `/invites`: codes by which someone can register.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import {
  registrationInviteLifeMs,
  registrationInvitesMax,
  registrationInviteUsesMax,
} from "../../../lib/domain/bounds.ts";
import { foldName } from "../../../lib/text/names.ts";
import { type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { appoint, column } from "./garden.ts";

const invalid = { status: 422, code: "invalid" } as const;
const forbidden = { status: 403, code: "forbidden" } as const;

interface Cast {
  readonly moderator: string;
  readonly alice: string;
}

async function prepare(api: Api): Promise<Cast> {
  const moderator = await api.connect("moderator");
  await appoint(api, "moderator", "moderator");
  return { moderator, alice: await api.connect("alice") };
}

const make = (json: unknown, more: Partial<Ask> = {}) => ({ moderator }: Cast): Ask => ({
  ask: "POST /invites",
  token: moderator,
  json,
  ...more,
});

Deno.test("POST /invites takes a life and a number of uses", async (test) => {
  const life = { expires_in: "must be from 1 min to 30 d" };
  const bad = (does: string, json: unknown, errors: Record<string, string>) => ({
    does,
    ask: make(json),
    ...invalid,
    errors,
    mustNotShow: ["chat_"],
  });
  await runScenarios(test, prepare, [
    {
      does: "7 days and one use where it is not said",
      ask: make({}),
      status: 201,
      shows: ['"by":"moderator"', '"expires_at":"2026-11-27T10:00:00.000Z","max_uses":1,"uses":0'],
      mustNotShow: ["hash"],
    },
    {
      does: "what is said",
      ask: make({ expires_in: "2d", max_uses: 5 }),
      status: 201,
      shows: ['"expires_at":"2026-11-22T10:00:00.000Z","max_uses":5'],
    },
    { does: "1 minute", ask: make({ expires_in: "60s" }), status: 201 },
    { does: "30 days", ask: make({ expires_in: "30d" }), status: 201 },
    bad("less than a minute", { expires_in: 59.999 }, life),
    bad("more than 30 days", { expires_in: "31d" }, life),
    { does: "the most uses", ask: make({ max_uses: registrationInviteUsesMax }), status: 201 },
    bad("no use", { max_uses: 0 }, { max_uses: "must be at least 1" }),
    bad("one use more", { max_uses: registrationInviteUsesMax + 1 }, {
      max_uses: `must be at most ${registrationInviteUsesMax}`,
    }),
    {
      does: "the address that the moderator came by",
      ask: make({}, { authority: "chat.example:8000", secure: true }),
      status: 201,
      shows: ['"url":"https://chat.example:8000/#invite=chat_'],
    },
    {
      does: "by someone else",
      ask: ({ alice }) => ({ ask: "POST /invites", token: alice, json: {} }),
      ...forbidden,
    },
  ]);
});

Deno.test("GET /invites lists what is still good, without the codes; what is revoked is not", async () => {
  await withApi(async (api) => {
    const cast = await prepare(api);
    const list = { ask: "GET /invites", token: cast.moderator };
    const first = (await api.get(make({})(cast))).json;
    const second = (await api.get(make({ expires_in: "1h", max_uses: 2 })(cast))).json;
    const listed = await api.get(list);
    assertEquals(column(listed, "id"), [first.id, second.id]);
    assertEquals(column(listed, "by"), ["moderator", "moderator"]);
    assert(!listed.text.includes("chat_") && !listed.text.includes("hash"), listed.text);

    const revoke = { ask: `DELETE /invites/${first.id}`, token: cast.moderator };
    assertEquals((await api.get(revoke)).status, 204);
    assertEquals((await api.ask(revoke)).problem?.code, "not_found");
    assertEquals(column(await api.get(list), "id"), [second.id]);
    api.clock.advance(registrationInviteLifeMs);
    assertEquals(column(await api.get(list), "id"), []);
  });
});

Deno.test("so many invitations can be open, and no more", async () => {
  await withApi(async (api) => {
    const cast = await prepare(api);
    for (let count = 0; count < registrationInvitesMax; count++) {
      assertEquals((await api.ask(make({})(cast))).status, 201);
    }
    const { status, problem } = await api.ask(make({})(cast));
    assertEquals([status, problem?.code], [422, "invalid"]);
  });
});

Deno.test("a code is the same again under one key, and only under one that can't be guessed", async () => {
  await withApi(async (api) => {
    const cast = await prepare(api);
    const key = "0123456789abcdefghij";
    const keyed = (key: string) => api.ask(make({}, { headers: { "Idempotency-Key": key } })(cast));
    const [first, again, short] = [await keyed(key), await keyed(key), await keyed(key.slice(1))];
    assertEquals(first.json.code, again.json.code);
    assertEquals(again.headers.get("idempotency-replayed"), "true");
    assertEquals([short.status, short.problem?.code], [422, "invalid"]);
  });
});

for (const way of ["deleted", "made a user again"] as const) {
  Deno.test(`no invitation is left of someone who is ${way}`, async () => {
    await withApi(async (api) => {
      const cast = await prepare(api);
      await appoint(api, "alice", "moderator");
      await api.get(make({ expires_in: "30d", max_uses: 1000 })(cast));
      const json = { max_uses: 2 };
      const hers = await api.get({ ask: "POST /invites", token: cast.alice, json });
      const user = foldName("moderator");
      const done = await api.engine.submit(
        way === "deleted" ? { type: "user.delete", user } : { type: "role.set", user },
      );
      assert(done.ok);
      const list = await api.get({ ask: "GET /invites", token: cast.alice });
      assertEquals([column(list, "id"), column(list, "by")], [[hers.json.id], ["alice"]]);
    });
  });
}
