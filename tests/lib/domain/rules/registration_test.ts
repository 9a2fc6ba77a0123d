/**
 * Registering a name.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Register } from "../../../../lib/domain/rules/registration.ts";
import { commonRoom } from "../../../../lib/domain/ids.ts";
import { foldName, nameFault } from "../../../../lib/text/names.ts";
import { Chat } from "../../../support/chat.ts";

function registering(name: string, more: Partial<Register> = {}): Register {
  return { type: "register", name, grant: { hash: `hash of ${name}` }, ...more };
}

Deno.test("register() makes a user whose id is the position of the event that tells of it", async () => {
  const chat = new Chat();
  await chat.people("alice", "bob");
  const { decisions, changes, events, before } = await chat.batch([
    registering("Карл", { passwordHash: "scrypt…", grant: { hash: "h", client: "phone" } }),
  ]);
  const id = before + 1;
  assertEquals<unknown>(decisions, [
    { ok: true, outcome: { user: id, name: "Карл", token: before + 2 }, replayed: false },
  ]);
  assertEquals<unknown>(events, [{
    position: id,
    type: "member.joined",
    audience: commonRoom,
    atMs: chat.nowMs,
    room: commonRoom,
    user: { id, name: "Карл" },
  }]);
  assertEquals<unknown>(changes, [
    {
      kind: "put",
      table: "user",
      row: {
        id,
        name: "Карл",
        folded: "карл",
        passwordHash: "scrypt…",
        createdMs: chat.nowMs,
      },
    },
    {
      kind: "put",
      table: "member",
      row: { room: commonRoom, user: id, joined: id, readId: id },
    },
    {
      kind: "put",
      table: "token",
      row: {
        id: before + 2,
        user: id,
        hash: "h",
        client: "phone",
        createdMs: chat.nowMs,
        lastSeenMs: chat.nowMs,
      },
    },
  ]);
});

Deno.test("register() keeps no password where none was given", async () => {
  const chat = new Chat();
  await chat.register("alice");
  assertEquals((await chat.store.findUser(foldName("alice")))?.passwordHash, undefined);
});

Deno.test("register() keeps the name in Unicode NFC", async () => {
  const chat = new Chat();
  const outcome = await chat.do(registering("Zoe\u0308"));
  assertEquals(outcome.name, "Zo\u00eb");
  assertEquals((await chat.store.findUser(foldName("zoë")))?.name, "Zo\u00eb");
});

for (
  const [held, wanted, why] of [
    ["alice", "alice", "the same"],
    ["alice", "ALICE", "in another case"],
    ["иван", "ИВАН", "in another case of another script"],
    ["ΟΔΟΣ", "οδος", "with the final letter that lower case gives it"],
    ["ΟΔΟΣ", "οδοσ", "with another form of the final letter"],
    ["STRASSE", "straße", "whose upper case has more letters"],
    ["straße", "STRAẞE", "with the capital of a letter that has two upper cases"],
    ["alice", "ａｌｉｃｅ", "in full width"],
    ["Zo\u00eb", "zoe\u0308", "decomposed"],
    ["ﬁn", "fin", "with a ligature"],
    ["alice❤", "alice❤\ufe0f", "but for an invisible variation selector"],
    ["👩💻", "👩\u200d💻", "but for an invisible joiner"],
  ] as const
) {
  Deno.test(`register() refuses a name that is held by another, ${why}: ${wanted}`, async () => {
    const chat = new Chat();
    await chat.register(held);
    const { decisions, changes, events, before, head } = await chat.batch([registering(wanted)]);
    assertEquals<unknown>(decisions, [{ ok: false, refusal: { code: "name_taken" } }]);
    assertEquals([changes, events, head], [[], [], before]);
  });
}

Deno.test("register() takes names that only look alike as names of two", async () => {
  const chat = new Chat();
  await chat.register("alice");
  assert((await chat.decide(registering("аlice"))).ok, "the first letter is Cyrillic");
});

Deno.test("register() gives a name to the first of a batch who asks for it", async () => {
  const chat = new Chat();
  const { decisions } = await chat.batch([
    registering("ИВАН", { grant: { hash: "1" } }),
    registering("иван", { grant: { hash: "2" } }),
    registering("анна", { grant: { hash: "3" } }),
  ]);
  assertEquals(decisions.map(({ ok }) => ok), [true, false, true]);
});

Deno.test("register() does not ask a newcomer to read what was said before", async () => {
  const chat = new Chat();
  const alice = await chat.register("alice");
  await chat.say(alice, "early");
  const bob = await chat.register("bob");
  assertEquals(await chat.store.countUnread(bob.id, commonRoom, chat.life), 0);
  await chat.say(alice, "late");
  assertEquals(await chat.store.countUnread(bob.id, commonRoom, chat.life), 1);
});

Deno.test("register() lets each folded name be held once, whatever is asked for", async () => {
  const someName = fc.array(
    fc.constantFrom(..."aAßẞsSσςΣıiIİжЖéÉ", "e\u0301", "ᾳ", "ᾼ", "Ⅷ", "1", "_", "😀", "ﬀ", "ｆ"),
    { minLength: 1, maxLength: 4 },
  ).map((characters) => characters.join("")).filter((name) => nameFault(name) === undefined);
  await fc.assert(
    fc.asyncProperty(fc.array(someName, { minLength: 1, maxLength: 12 }), async (names) => {
      const chat = new Chat();
      const spelled = names.flatMap((name) => [name, name.toUpperCase(), name.normalize("NFD")]);
      const { decisions, changes } = await chat.batch(
        spelled.map((name, at) => registering(name, { grant: { hash: `${at}` } })),
      );
      const users = changes.flatMap((change) =>
        change.kind === "put" && change.table === "user" ? [change.row] : []
      );
      assertEquals(new Set(users.map(({ folded }) => folded)).size, users.length);
      assertEquals(decisions.filter(({ ok }) => ok).length, new Set(names.map(foldName)).size);
    }),
    { numRuns: 150 },
  );
});
