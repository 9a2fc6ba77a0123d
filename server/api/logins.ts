/**
 * Logins: checks a password, and slows down who guesses.
 *
 * @module
 */
import type { User } from "../../lib/domain/user.ts";
import { tooManyAttempts } from "./attempts.ts";
import type { Services } from "./call.ts";
import { failureOf } from "./failure.ts";

/**
 * Checks that `password` is the user's, and gives the hash that it was checked against.
 *
 * @throws {Failure} `name_taken` if they have none, `bad_password` if it is another one, and
 * `too_many_attempts` if it is too early to try again.
 */
export async function checkPassword(
  { loginGuard, passwords, measures }: Pick<Services, "loginGuard" | "passwords" | "measures">,
  { id, passwordHash }: User,
  password: string,
  address: string,
): Promise<string> {
  if (passwordHash === undefined) throw failureOf({ code: "name_taken" }, 0);
  const verdict = await loginGuard.attempt(
    id,
    address,
    () => passwords.matches(password, passwordHash),
  );
  if (verdict.kind === "too_early") {
    measures.loginsBlocked += 1;
    throw tooManyAttempts("Too many wrong passwords.", verdict.waitMs);
  }
  if (verdict.kind === "wrong") {
    measures.loginsFailed += 1;
    throw failureOf({ code: "bad_password" }, 0);
  }
  return passwordHash;
}
