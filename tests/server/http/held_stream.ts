/**
 * A peer in memory, whose every byte the test holds in its hands.
 *
 * @module
 */
import { assert } from "@std/assert";
import { Buffer } from "node:buffer";
import type { ByteStream } from "../../../server/http/socket.ts";
import { octets } from "./protocol/transcript.ts";

/** Both ends of a byte stream that no kernel stands between. */
export class HeldStream implements ByteStream {
  readonly writes: string[] = [];
  /** How many bytes one write takes. */
  takesBytes = Infinity;
  /** Whether a write waits until `release`. */
  stalled = false;
  #release: (() => void) | undefined;
  closed = false;
  ended = false;
  #input: (Uint8Array | null)[] = [];
  #wanted: {
    buffer: Uint8Array;
    resolve: (bytes: number | null) => void;
    reject: (why: Error) => void;
  } | undefined;

  send(text: string): void {
    this.#input.push(octets(text));
    this.#give();
  }

  sendEnd(): void {
    this.#input.push(null);
    this.#give();
  }

  read(buffer: Uint8Array): Promise<number | null> {
    assert(this.#wanted === undefined, "two reads at a time");
    return new Promise((resolve, reject) => {
      this.#wanted = { buffer, resolve, reject };
      this.#give();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    const taken = Math.min(bytes.length, this.takesBytes);
    this.writes.push(Buffer.from(bytes.subarray(0, taken)).toString("latin1"));
    if (!this.stalled) return Promise.resolve(taken);
    return new Promise((resolve) => this.#release = () => resolve(taken));
  }

  /** Takes the write that waits. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }

  closeWrite(): Promise<void> {
    this.ended = true;
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#wanted?.reject(new Error("closed"));
  }

  #give(): void {
    const next = this.#input[0];
    if (next === undefined || this.#wanted === undefined) return;
    const { buffer, resolve } = this.#wanted;
    this.#wanted = undefined;
    const bytes = next === null ? 0 : Math.min(next.length, buffer.length);
    if (next !== null) buffer.set(next.subarray(0, bytes));
    if (next === null || bytes === next.length) this.#input.shift();
    else this.#input[0] = next.subarray(bytes);
    resolve(next === null ? null : bytes);
  }
}
