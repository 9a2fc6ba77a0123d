/**
 * A peer in memory that sends and takes bytes in pieces as it likes, and may leave without a word.
 *
 * @module
 */
import type { ByteStream } from "../../server/http/socket.ts";

/** The server's end of it. */
export class FuzzStream implements ByteStream {
  /** All that was written, one character a byte. */
  output = "";
  largestWriteBytes = 0;
  /** How many bytes were read. */
  consumedBytes = 0;
  /** What the server did that it must not; it may take an exception for the peer's leaving. */
  readonly faults: string[] = [];
  /** Most bytes that one write takes. */
  takesBytesMax = Infinity;
  closed = false;
  /** Whether the server has ended its side. */
  ended = false;
  #input: Uint8Array[] = [];
  #inputEnded = false;
  #aborted = false;
  #reader: {
    readonly buffer: Uint8Array;
    readonly resolve: (bytes: number | null) => void;
    readonly reject: (cause: Error) => void;
  } | undefined;

  /** Sends `text`, one character a byte. */
  send(text: string): void {
    if (text !== "") this.#input.push(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    this.#give();
  }

  /** Ends the peer's side. */
  sendEnd(): void {
    this.#inputEnded = true;
    this.#give();
  }

  /** Resets the connection. */
  abort(): void {
    this.#aborted = true;
    this.#give();
  }

  read(buffer: Uint8Array): Promise<number | null> {
    if (this.#reader !== undefined) this.faults.push("two reads at a time");
    if (this.closed) return Promise.reject(new Error("closed"));
    return new Promise((resolve, reject) => {
      this.#reader = { buffer, resolve, reject };
      this.#give();
    });
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#aborted || this.closed) return Promise.reject(new Error("reset"));
    if (this.ended) this.faults.push("a write after its end");
    if (bytes.length === 0) this.faults.push("a write of nothing");
    this.largestWriteBytes = Math.max(this.largestWriteBytes, bytes.length);
    const taken = Math.min(bytes.length, this.takesBytesMax);
    for (const byte of bytes.subarray(0, taken)) this.output += String.fromCharCode(byte);
    return Promise.resolve(taken);
  }

  closeWrite(): Promise<void> {
    this.ended = true;
    return this.#aborted ? Promise.reject(new Error("reset")) : Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#reader?.reject(new Error("closed"));
    this.#reader = undefined;
  }

  #give(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const [first] = this.#input;
    if (this.#aborted) {
      this.#reader = undefined;
      reader.reject(new Error("reset"));
    } else if (first !== undefined) {
      this.#reader = undefined;
      const bytes = Math.min(first.length, reader.buffer.length);
      reader.buffer.set(first.subarray(0, bytes));
      if (bytes === first.length) this.#input.shift();
      else this.#input[0] = first.subarray(bytes);
      this.consumedBytes += bytes;
      reader.resolve(bytes);
    } else if (this.#inputEnded) {
      this.#reader = undefined;
      reader.resolve(null);
    }
  }
}
