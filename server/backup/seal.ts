/**
 * Seals chunks by a passphrase, so that nobody else can read them, change them, or move them.
 *
 * @module
 */
import { scrypt } from "node:crypto";
import { BackupFault } from "./fault.ts";
import type { Sealing } from "./format.ts";

/** What new backups are sealed with: 128 MiB of memory and half a second of a core for each guess. */
export const sealingLog2N = 17;

/** What a chunk gets longer by. */
export const tagBytes = 16;

const keyBytes = 32;
const nonceBytes = 12;

/** Where a chunk stands in its backup. */
export interface Place {
  readonly index: number;
  readonly isLast: boolean;
}

/** Seals and opens chunks of one backup with AES-256-GCM. */
export class Seal {
  readonly #key: CryptoKey;
  readonly #preamble: Uint8Array<ArrayBuffer>;

  private constructor(key: CryptoKey, preamble: Uint8Array<ArrayBuffer>) {
    this.#key = key;
    this.#preamble = preamble;
  }

  /** @param preamble How the backup begins: it is sealed with each chunk. */
  static async make(
    passphrase: string,
    { log2N, salt }: Sealing,
    preamble: Uint8Array<ArrayBuffer>,
  ): Promise<Seal> {
    const raw = await derive(passphrase, salt, log2N);
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, [
      "encrypt",
      "decrypt",
    ]);
    return new Seal(key, preamble);
  }

  async close(chunk: Uint8Array<ArrayBuffer>, place: Place): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await crypto.subtle.encrypt(this.#how(place), this.#key, chunk));
  }

  /** @throws {BackupFault} if it was not sealed so: by this passphrase, whole, in this place. */
  async open(sealed: Uint8Array<ArrayBuffer>, place: Place): Promise<Uint8Array<ArrayBuffer>> {
    try {
      return new Uint8Array(await crypto.subtle.decrypt(this.#how(place), this.#key, sealed));
    } catch (cause) {
      // What the cipher rejects; anything else is a defect.
      if (!(cause instanceof DOMException && cause.name === "OperationError")) throw cause;
      const why = place.index === 0 ? "the passphrase is wrong, or it is damaged" : "it is damaged";
      throw new BackupFault(why, { cause });
    }
  }

  /** A key is used for one backup only, so its place is nonce enough for a chunk. */
  #how({ index, isLast }: Place): AesGcmParams {
    const iv = new Uint8Array(nonceBytes);
    const view = new DataView(iv.buffer);
    view.setUint32(0, isLast ? 1 : 0);
    view.setBigUint64(4, BigInt(index));
    return { name: "AES-GCM", iv, additionalData: this.#preamble, tagLength: 8 * tagBytes };
  }
}

function derive(
  passphrase: string,
  salt: Uint8Array,
  log2N: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const N = 2 ** log2N;
  const r = 8;
  // The same passphrase typed on another system may be composed otherwise.
  const normal = passphrase.normalize("NFKC");
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, keyBytes, { N, r, p: 1, maxmem: 256 * N * r }, (failure, key) => {
      if (failure !== null) reject(failure);
      else resolve(new Uint8Array(key));
    });
  });
}
