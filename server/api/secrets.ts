/**
 * Secrets that the server gives out: tokens and the codes of links. It keeps only their hashes.
 *
 * @module
 */
import { createHash, createHmac } from "node:crypto";
import type { Retry } from "../../lib/domain/receipt.ts";
import { type Random, randomText } from "../../lib/random.ts";
import type { Store } from "../store/store.ts";
import { invalid } from "./failure.ts";

/** Bytes in a secret. */
const secretBytes = 32;

/**
 * Fewest characters of an idempotency key under which a secret can be had again: who guesses the key
 * has the secret.
 */
export const secretKeyCharactersMin = 20;

/** A secret for a client, and the hash to keep. */
export interface Secret {
  readonly secret: string;
  readonly hash: string;
}

/** What a secret is made with: chance, or a client's key and what is known to the store alone. */
export interface SecretSource {
  readonly random: Random;
  readonly store: Pick<Store, "secret">;
}

/**
 * Makes a secret: by chance, or the same one again for the same request of the same key.
 *
 * @param about What it is for and whose it is, so that no two of them are alike.
 * @throws {Failure} `invalid` if the key could be guessed.
 */
export function newSecret(
  { random, store }: SecretSource,
  about: readonly string[],
  retry: Retry | undefined,
): Secret {
  const text = retry === undefined
    ? randomText(random, secretBytes)
    : derive(store.secret, [...about, guarded(retry).key, retry.fingerprint]);
  const secret = `chat_${text}`;
  return { secret, hash: hashOf(secret) };
}

/** What is kept of a secret: SHA-256 in hexadecimal. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/**
 * A retry of which only a hash is kept: for requests that bring a secret or carry a password, so that
 * who reads the database can neither make the secret nor try passwords against the fingerprint.
 *
 * @throws {Failure} `invalid` if the key could be guessed.
 */
export function sealed(retry: Retry | undefined): { readonly retry?: Retry } {
  if (retry === undefined) return {};
  const { key, fingerprint } = guarded(retry);
  return {
    retry: {
      key: hashOf(`key ${key}`),
      fingerprint: hashOf(`fingerprint ${key} ${fingerprint}`),
    },
  };
}

function guarded(retry: Retry): Retry {
  if (retry.key.length >= secretKeyCharactersMin) return retry;
  throw invalid([{
    field: "Idempotency-Key",
    message: `must have at least ${secretKeyCharactersMin} characters here: ` +
      "it stands for a secret",
  }]);
}

function derive(secret: string, parts: readonly string[]): string {
  return createHmac("sha256", secret).update(JSON.stringify(parts)).digest("base64url");
}
