/**
 * Passwords: made into hashes and checked, without holding up the rest of the server.
 *
 * @module
 */
import { scrypt, timingSafeEqual } from "node:crypto";
import type { Random } from "../../lib/random.ts";
import { Busy } from "./failure.ts";

/**
 * Passwords that are worked on at the same time for logins, and as many for registrations; each
 * takes 32 MiB and some 100 ms of a core.
 */
export const passwordsAtOnceMax = 1;

/** Passwords that may wait for their turn in each of the two. */
export const passwordsWaitingMax = 64;

/** The cost that new hashes have; the hash itself tells the one it was made with. */
const cost = { log2N: 15, r: 8, p: 1 } as const;
const saltBytes = 16;
const hashBytes = 32;

/** Scrypt, a bounded number at a time; strangers who register don't keep users from logging in. */
export class Passwords {
  readonly #random: Random;
  readonly #registrations = new Lane();
  readonly #logins = new Lane();

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * A hash to keep, as `scrypt$15$8$1$SALT$HASH` in base64url.
   *
   * @throws {Busy} when too many wait.
   */
  async hash(password: string): Promise<string> {
    const salt = this.#random.bytes(saltBytes);
    const { log2N, r, p } = cost;
    const hash = await this.#registrations.inTurn(() => derive(password, salt, { log2N, r, p }));
    return ["scrypt", log2N, r, p, encode(salt), encode(hash)].join("$");
  }

  /** Whether `password` is the one that `kept` was made from. */
  async matches(password: string, kept: string): Promise<boolean> {
    const [scheme, log2N, r, p, salt, hash] = kept.split("$");
    if (scheme !== "scrypt" || salt === undefined || hash === undefined) {
      throw new Error("A kept password hash cannot be read");
    }
    const expected = Uint8Array.fromBase64(hash, { alphabet: "base64url" });
    const actual = await this.#logins.inTurn(() =>
      derive(password, Uint8Array.fromBase64(salt, { alphabet: "base64url" }), {
        log2N: Number(log2N),
        r: Number(r),
        p: Number(p),
      })
    );
    return timingSafeEqual(actual, expected);
  }
}

/** Work that is done a bounded number at a time. */
class Lane {
  #atWork = 0;
  readonly #waiting: (() => void)[] = [];

  async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#atWork >= passwordsAtOnceMax) {
      if (this.#waiting.length >= passwordsWaitingMax) {
        throw new Busy("Too many passwords are being checked");
      }
      // Who ends hands the turn on, so the count stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#atWork += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#atWork -= 1;
      else next();
    }
  }
}

function derive(
  password: string,
  salt: Uint8Array,
  { log2N, r, p }: { readonly log2N: number; readonly r: number; readonly p: number },
): Promise<Uint8Array> {
  const N = 2 ** log2N;
  // The same password typed on another system may be composed otherwise.
  const normal = password.normalize("NFKC");
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (failure, key) => {
      if (failure !== null) reject(failure);
      else resolve(key);
    });
  });
}

function encode(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}
