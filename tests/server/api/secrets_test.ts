/**
 * Secrets: drawn by chance, or made again from a client's key, and never kept.
 *
 * @module
 */
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { hashOf, newSecret, sealed, type Secret } from "../../../server/api/secrets.ts";
import { Failure } from "../../../server/api/failure.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const key = "k".repeat(20);
const fingerprint = "what is asked for";

/** A secret of a store of its own. */
function made(
  { about = ["token", "alice"], secret = "known to the store", ...retry }: {
    about?: string[];
    secret?: string;
    key?: string;
    fingerprint?: string;
  } = {},
): Secret {
  const source = { random: new SeededRandom(7), store: { secret } };
  return newSecret(source, about, { key, fingerprint, ...retry });
}

Deno.test("newSecret() draws 32 bytes, and keeps only their hash", () => {
  const source = { random: new SeededRandom(7), store: { secret: "" } };
  const drawn = [1, 2, 3].map(() => newSecret(source, ["token"], undefined));
  for (const { secret, hash } of drawn) {
    assertMatch(secret, /^chat_[\w-]{43}$/);
    assertMatch(hash, /^[0-9a-f]{64}$/);
    assertEquals(hash, hashOf(secret));
  }
  assertEquals(new Set(drawn.flatMap(({ secret, hash }) => [secret, hash])).size, 6);
});

Deno.test("newSecret() makes the same one again for the same request of the same key", () => {
  assertEquals(made(), made());
  assertMatch(made().secret, /^chat_[\w-]{43}$/);
});

Deno.test("newSecret() makes another one if anything differs", () => {
  const secrets = [
    made(),
    made({ key: "K".repeat(20) }),
    made({ fingerprint: "something else" }),
    made({ about: ["token", "bob"] }),
    made({ about: ["link", "alice"] }),
    made({ about: ["token,alice"] }),
    made({ secret: "of another store" }),
  ].map(({ secret }) => secret);
  assertEquals(new Set(secrets).size, secrets.length);
});

Deno.test("a key that stands for a secret has 20 characters at least", () => {
  const short = { key: "k".repeat(19), fingerprint };
  for (const refused of [() => made(short), () => sealed(short)]) {
    assertThrows(refused, Failure, "Idempotency-Key must have at least 20 characters");
  }
  assertMatch(made({ key: "k".repeat(20) }).secret, /^chat_/);
});

Deno.test("sealed() keeps neither the key nor what could be tried against the fingerprint", () => {
  const { retry } = sealed({ key, fingerprint });
  assertMatch(retry?.key ?? "", /^[0-9a-f]{64}$/);
  assertMatch(retry?.fingerprint ?? "", /^[0-9a-f]{64}$/);
  assertEquals(sealed({ key, fingerprint }).retry, retry);
  const other = sealed({ key: "K".repeat(20), fingerprint });
  assertEquals(other.retry?.fingerprint === retry?.fingerprint, false, "a table of them is no use");
  assertEquals(sealed(undefined), {});
});
