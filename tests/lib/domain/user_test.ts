/**
 * Users: what is left of them when they are deleted.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { UserId } from "../../../lib/domain/ids.ts";
import { moderates, owns } from "../../../lib/domain/role.ts";
import { deleted, deletedUserName, isDeleted, type User } from "../../../lib/domain/user.ts";
import { foldName, nameFault } from "../../../lib/text/names.ts";

const eve: User = {
  id: 7 as UserId,
  name: "Eve",
  folded: foldName("Eve"),
  passwordHash: "scrypt…",
  createdMs: 1,
  bannedUntilMs: 5,
  role: "moderator",
};

Deno.test("deleted() leaves an id and when they came and went", () => {
  const gone = deleted(eve, 9);
  assert(isDeleted(gone) && !isDeleted(eve));
  const { id, name, folded, ...rest } = gone;
  assertEquals(rest, { createdMs: 1, deletedMs: 9 });
  assertEquals<unknown>([id, name, folded], [7, deletedUserName, "DELETED 7"]);
});

Deno.test("what stands for the name of a deleted user can be nobody's", () => {
  assert(nameFault(deletedUserName) !== undefined);
});

Deno.test("no name, and nothing else that someone may ask for, finds a deleted user", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.nat().map((id) => `DELETED ${id}`),
    fc.constantFrom("ＤＥＬＥＴＥＤ 7", "ⒹⒺⓁⒺⓉⒺⒹ 7", "𝔻𝔼𝕃𝔼𝕋𝔼𝔻 7", "ᴰᴱᴸᴱᵀᴱᴰ 7"),
  );
  fc.assert(
    fc.property(text, fc.nat(), (asked, id) => {
      const { folded } = deleted({ ...eve, id: id as UserId }, 9);
      assert(foldName(asked) !== folded && foldName(folded) !== folded);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("moderators and owners keep order, owners alone own", () => {
  const { role: _, ...plain } = eve;
  const owner: User = { ...eve, role: "owner" };
  assertEquals([plain, eve, owner].map(moderates), [false, true, true]);
  assertEquals([plain, eve, owner].map(owns), [false, false, true]);
});
