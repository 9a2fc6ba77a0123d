/**
 * Uploads: takes the bytes of a file as they come, within one bound for all that are under way.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import type { UserId } from "../../lib/domain/ids.ts";
import { type ImageType, imageType } from "../../lib/text/image_signatures.ts";
import { BodyTooLarge, type Request, type RequestBody } from "../http/mod.ts";
import { Busy, Failure } from "./failure.ts";
import { essence } from "./media_type.ts";

/** Most bytes of files that are on their way in at one time: all of them are in memory. */
export const uploadsInFlightBytesMax = 64 * 1024 ** 2;

/** Most files of one user on their way in at one time, so that none takes the place of all. */
export const uploadsPerUserMax = 3;

/**
 * Bytes for each second that a file takes to come, counted after the first
 * {@linkcode uploadGraceMs}: what comes slower takes the place of others for too long.
 */
export const uploadBytesPerSecondMin = 8192;
export const uploadGraceMs = 10_000;

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

export interface UploadsSetup {
  readonly fileBytesMax: number;
  readonly clock: Clock;
}

/** All uploads that are under way. */
export class Uploads {
  readonly #fileBytesMax: number;
  readonly #clock: Clock;
  #inFlightBytes = 0;
  readonly #inFlight = new Map<UserId, number>();

  constructor({ fileBytesMax, clock }: UploadsSetup) {
    this.#fileBytesMax = fileBytesMax;
    this.#clock = clock;
  }

  /**
   * Takes `body` in; whoever waits to be asked for it is asked only when there is room.
   *
   * @param user Whose it is.
   * @param work Does what is to be done with the file, for as long as it is in memory.
   * @throws {BodyTooLarge} if it is, or says it will be.
   * @throws {Busy} if there is no room for it now.
   * @throws {Failure} `timeout` if it comes too slowly.
   */
  async take<Result>(
    user: UserId,
    body: RequestBody,
    work: (file: Uploaded) => Promise<Result>,
  ): Promise<Result> {
    if (this.#inFlightBytes + (body.declaredBytes ?? 0) > uploadsInFlightBytesMax) throw crowded();
    const others = this.#inFlight.get(user) ?? 0;
    if (others >= uploadsPerUserMax) throw new Busy("You are uploading too many files at once.");
    this.#inFlight.set(user, others + 1);
    const file = new IncomingFile(body.declaredBytes ?? 0, this.#clock);
    try {
      for await (const part of body.chunks(this.#fileBytesMax)) {
        // Counted is what has come, not what was announced: that would cost who announces nothing.
        if (this.#inFlightBytes + part.length > uploadsInFlightBytesMax) throw crowded();
        this.#inFlightBytes += part.length;
        file.take(part);
      }
      return await work(file.finish());
    } finally {
      this.#inFlightBytes -= file.length;
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

function crowded(): Busy {
  return new Busy("Too many files are being uploaded.");
}

/** A file that is on its way. */
class IncomingFile {
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #hash = createHash("sha256");
  // What is declared comes whole or not at all, so its place can be made at once.
  #bytes: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(declaredBytes: number, clock: Clock) {
    this.#bytes = new Uint8Array(declaredBytes);
    this.#clock = clock;
    this.#startedMs = clock.monotonic();
  }

  /** The bytes that have come. */
  get length(): number {
    return this.#length;
  }

  /** @throws {Failure} `timeout` if too little has come by now. */
  take(part: Uint8Array): void {
    const length = this.#length + part.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(part, this.#length);
    this.#hash.update(part);
    this.#length = length;
    const takenMs = this.#clock.monotonic() - this.#startedMs - uploadGraceMs;
    if (length < takenMs / 1000 * uploadBytesPerSecondMin) {
      throw new Failure("timeout", "The file comes too slowly.");
    }
  }

  finish(): Uploaded {
    return { bytes: this.#bytes.subarray(0, this.#length), sha256: this.#hash.digest("hex") };
  }
}

// RFC 9110 §8.3.1, without parameters.
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/;

/** The media type of a file: what its bytes show, or else what its sender says. */
export function typeOf({ headers }: Pick<Request, "headers">, bytes: Uint8Array): string {
  const shown = imageType(bytes);
  if (shown !== undefined) return shown;
  const said = essence(headers.get("content-type") ?? "");
  const isOfUse = said.length <= mediaTypeCharactersMax && mediaType.test(said) &&
    // What curl says of any bytes.
    said !== "application/x-www-form-urlencoded" &&
    // The bytes have shown that it is none of these.
    !imageTypes.some((type) => type === said);
  return isOfUse ? said : unknownType;
}
