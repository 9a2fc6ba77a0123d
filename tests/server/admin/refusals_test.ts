/**
 * What the rules refuse to the operator.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { Refusal } from "../../../lib/domain/refusal.ts";
import { type About, refusalOf } from "../../../server/admin/refusals.ts";

const refusals: readonly (readonly [Refusal, About, code: number, sentence: string])[] = [
  [{ code: "not_found", what: "user" }, { user: "bob" }, 4, 'There is no user "bob"'],
  [{ code: "not_found", what: "ban" }, { user: "bob" }, 4, 'There is no ban on "bob"'],
  [{ code: "not_found", what: "report" }, { user: "bob" }, 4, 'There is no report on "bob"'],
  [
    { code: "not_found", what: "token" },
    { user: "bob", token: 7 },
    4,
    'There is no client 7 of "bob"',
  ],
  [{ code: "not_found", what: "message" }, { message: 41 }, 4, "There is no message 41"],
  [{ code: "not_found", what: "invite" }, { invite: 40 }, 4, "There is no invitation 40"],
  [{ code: "forbidden", why: "Only owners can do this" }, {}, 5, "Only owners can do this"],
  [
    {
      code: "invalid",
      errors: [
        { field: "expires_in", message: "must be from 1 min to 30 d" },
        { field: "max_uses", message: "must be from 1 to 1000" },
        { field: "", message: "There are 100 invitations to register already" },
      ],
    },
    {},
    2,
    "--for must be from 1 min to 30 d; --uses must be from 1 to 1000; " +
    "There are 100 invitations to register already",
  ],
  [{ code: "already_sent" }, {}, 1, "The rules refuse it: already_sent"],
];

for (const [refusal, about, code, sentence] of refusals) {
  Deno.test(`refusalOf() says: ${sentence}`, () => {
    const { exitCode, message } = refusalOf(refusal, about);
    assertEquals([exitCode, message], [code, sentence]);
  });
}
