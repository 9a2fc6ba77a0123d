/**
 * Uploads: takes the bytes of a file as they come, within one bound for all that are under way.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { UserId } from "../../lib/domain/ids.ts";
import { type ImageType, imageType } from "../../lib/text/image_signatures.ts";
import { BodyTooLarge, type Request, type RequestBody } from "../http/mod.ts";
import { Busy } from "./failure.ts";
import { essence } from "./media_type.ts";

/** Most bytes of files that are on their way in at one time: all of them are in memory. */
export const uploadsInFlightBytesMax = 64 * 1024 ** 2;

/** Most files of one user on their way in at one time, so that none takes the place of all. */
export const uploadsPerUserMax = 3;

/** Longest media type that is kept of a file, in characters. */
export const mediaTypeCharactersMax = 127;

/** The type of bytes of which nothing is known. */
const unknownType = "application/octet-stream";

/** The images that browsers show by themselves. */
export const imageTypes: readonly ImageType[] = [
  "image/png",
  "image/jpeg",
  "image/gif",
  "image/webp",
];

/** A file that has come in whole. */
export interface Uploaded {
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly sha256: string;
}

/** All uploads that are under way. */
export class Uploads {
  readonly #fileBytesMax: number;
  #inFlightBytes = 0;
  readonly #inFlight = new Map<UserId, number>();

  constructor({ fileBytesMax }: { readonly fileBytesMax: number }) {
    this.#fileBytesMax = fileBytesMax;
  }

  /**
   * Takes `body` in; whoever waits to be asked for it is asked only when there is room.
   *
   * @param user Whose it is.
   * @param work Does what is to be done with the file, for as long as it is in memory.
   * @throws {BodyTooLarge} if it is, or says it will be.
   * @throws {Busy} if there is no room for it now.
   */
  async take<Result>(
    user: UserId,
    body: RequestBody,
    work: (file: Uploaded) => Promise<Result>,
  ): Promise<Result> {
    // Of a body that does not say how long it is, the worst is assumed.
    const reservedBytes = body.declaredBytes ?? this.#fileBytesMax;
    if (this.#inFlightBytes + reservedBytes > uploadsInFlightBytesMax) {
      throw new Busy("Too many files are being uploaded.");
    }
    const others = this.#inFlight.get(user) ?? 0;
    if (others >= uploadsPerUserMax) throw new Busy("You are uploading too many files at once.");
    this.#inFlight.set(user, others + 1);
    this.#inFlightBytes += reservedBytes;
    try {
      return await work(await gather(body, this.#fileBytesMax));
    } finally {
      this.#inFlightBytes -= reservedBytes;
      const left = (this.#inFlight.get(user) ?? 1) - 1;
      if (left > 0) this.#inFlight.set(user, left);
      else this.#inFlight.delete(user);
    }
  }

  /** @throws {BodyTooLarge} if `body` says that it will be. */
  refuseTooLarge({ declaredBytes = 0 }: RequestBody): void {
    if (declaredBytes > this.#fileBytesMax) throw new BodyTooLarge(this.#fileBytesMax);
  }
}

async function gather(body: RequestBody, bytesMax: number): Promise<Uploaded> {
  const hash = createHash("sha256");
  // What is declared comes whole or not at all, so its place can be made at once.
  let bytes = new Uint8Array(body.declaredBytes ?? 0);
  let length = 0;
  for await (const part of body.chunks(bytesMax)) {
    hash.update(part);
    if (length + part.length > bytes.length) {
      const larger = new Uint8Array(Math.max(length + part.length, 2 * bytes.length));
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(part, length);
    length += part.length;
  }
  return { bytes: bytes.subarray(0, length), sha256: hash.digest("hex") };
}

// RFC 9110 §8.3.1, without parameters.
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/** The media type of a file: what its bytes show, or else what its sender says. */
export function typeOf({ headers }: Pick<Request, "headers">, bytes: Uint8Array): string {
  const shown = imageType(bytes);
  if (shown !== undefined) return shown;
  const said = essence(headers.get("content-type") ?? "");
  const isOfUse = said.length <= mediaTypeCharactersMax && mediaType.test(said) &&
    // It says how the bytes are coded, and this type what they are when they are not.
    !headers.has("content-encoding") &&
    // What curl says of any bytes.
    said !== "application/x-www-form-urlencoded" &&
    // The bytes have shown that it is none of these.
    !imageTypes.some((type) => type === said);
  return isOfUse ? said : unknownType;
}
