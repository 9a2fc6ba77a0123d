/**
 * Hashing and checking passwords, a bounded number at a time.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { Busy } from "../../../server/api/failure.ts";
import {
  Passwords,
  passwordsAtOnceMax,
  passwordsWaitingMax,
} from "../../../server/api/passwords.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

/** The hash of "open sesame" that costs next to nothing to check: N = 2, r = p = 1. */
const cheap = `scrypt$1$1$1$c2FsdHNhbHRzYWx0c2FsdA$${"A".repeat(43)}`;

function newPasswords(): Passwords {
  return new Passwords(new SeededRandom(1));
}

Deno.test("Passwords knows the password that a hash was made from, and no other", async () => {
  const passwords = newPasswords();
  const [kept, again] = [
    await passwords.hash("correct horse"),
    await passwords.hash("correct horse"),
  ];
  assertMatch(kept, /^scrypt\$15\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  assertNotEquals(kept, again, "each has its own salt");
  assert(!kept.includes("horse"));
  assertEquals(
    await Promise.all(
      ["correct horse", "Correct horse", "correct horse ", ""].map((password) =>
        passwords.matches(password, kept)
      ),
    ),
    [true, false, false, false],
  );
});

Deno.test("Passwords takes a password however the keyboard composes it", async () => {
  const passwords = newPasswords();
  const kept = await passwords.hash("Zoë ﬁsh");
  assertEquals(await passwords.matches("Zoe\u0308 fish", kept), true);
  assertEquals(await passwords.matches("Zoe fish", kept), false);
});

Deno.test("Passwords checks a hash at the cost that it was made with", async () => {
  assertEquals(await newPasswords().matches("open sesame", cheap), false);
});

Deno.test("Passwords refuses to check what is no hash of its own", async () => {
  for (const kept of ["", "plain$secret", "scrypt$15$8$1$c2FsdA", "md5$15$8$1$c2FsdA$AAAA"]) {
    await assertRejects(() => newPasswords().matches("secret", kept), Error, "cannot be read");
  }
});

Deno.test("Passwords takes as many as its bounds say, and says Busy to the next", async () => {
  const passwords = newPasswords();
  const takenMax = passwordsAtOnceMax + passwordsWaitingMax;
  assertEquals(takenMax, 65);
  const taken = Array.from({ length: takenMax }, () => passwords.matches("x", cheap));
  // In the same turn, before any of those could end.
  const over = await assertRejects(() => passwords.matches("x", cheap), Busy);
  assertEquals(over.headers, [["Retry-After", "1"]]);
  assert((await passwords.hash("x")).startsWith("scrypt$"), "registrations have their own turns");
  assertEquals((await Promise.all(taken)).length, takenMax);
  assertEquals(await passwords.matches("x", cheap), false, "there is room again");
});

Deno.test("Passwords hands the turn on when one fails", async () => {
  const passwords = newPasswords();
  const impossible = cheap.replace("$1$1$1$", "$0$1$1$");
  for (let round = 0; round < 2; round++) {
    const results = await Promise.allSettled(
      Array.from(
        { length: passwordsAtOnceMax + passwordsWaitingMax },
        (_, at) => passwords.matches("x", at % 3 === 0 ? impossible : cheap),
      ),
    );
    assertEquals(results.filter(({ status }) => status === "rejected").length, 22);
  }
});
