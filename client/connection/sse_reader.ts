/**
 * Reads server-sent events from bytes, as they come, by the "event stream format" of the HTML
 * standard.
 *
 * @module
 */

/** Most bytes in one block; an event of the API is far smaller. */
export const sseBlockBytesMax = 1024 * 1024;

/** One block: what stands between two empty lines. */
export interface SseBlock {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
}

/** The bytes can't be an event stream of ours. */
export class SseFault extends Error {
  override readonly name = "SseFault";
}

const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = "\ufeff";

/** Takes bytes cut anywhere and gives the blocks that they complete. */
export class SseReader {
  // Lines are cut before they are decoded, so that no character is ever split.
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  /** The line that has no end yet. */
  #pieces: Uint8Array[] = [];
  #blockBytes = 0;
  #skipLineFeed = false;
  #atStart = true;
  #id: string | undefined;
  #event: string | undefined;
  #data: string[] = [];

  /**
   * Takes the next bytes of the stream.
   *
   * @throws {SseFault} for a block of more than {@linkcode sseBlockBytesMax} bytes.
   */
  read(bytes: Uint8Array): SseBlock[] {
    const blocks: SseBlock[] = [];
    let from = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      const second = this.#skipLineFeed && byte === lineFeed;
      this.#skipLineFeed = false;
      if (second) {
        from = at + 1;
      } else if (byte === lineFeed || byte === carriageReturn) {
        this.#keep(bytes.subarray(from, at));
        this.#skipLineFeed = byte === carriageReturn;
        from = at + 1;
        const block = this.#endLine();
        if (block !== undefined) blocks.push(block);
      }
    }
    // A copy: the caller may use its buffer again.
    this.#keep(bytes.slice(from));
    return blocks;
  }

  #keep(piece: Uint8Array): void {
    this.#blockBytes += piece.length;
    if (this.#blockBytes > sseBlockBytesMax) {
      throw new SseFault(`a block of the stream has more than ${sseBlockBytesMax} bytes`);
    }
    if (piece.length > 0) this.#pieces.push(piece);
  }

  #endLine(): SseBlock | undefined {
    let line = this.#decode();
    if (this.#atStart && line.startsWith(byteOrderMark)) line = line.slice(1);
    this.#atStart = false;
    if (line === "") return this.#endBlock();
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #decode(): string {
    const pieces = this.#pieces;
    this.#pieces = [];
    const [first] = pieces;
    if (first === undefined) return "";
    if (pieces.length === 1) return this.#decoder.decode(first);
    const line = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of pieces) {
      line.set(piece, at);
      at += piece.length;
    }
    return this.#decoder.decode(line);
  }

  #endBlock(): SseBlock | undefined {
    const [id, event, data] = [this.#id, this.#event, this.#data];
    this.#id = this.#event = undefined;
    this.#data = [];
    this.#blockBytes = 0;
    if (id === undefined && event === undefined && data.length === 0) return undefined;
    return {
      ...(id !== undefined && { id }),
      ...(event !== undefined && { event }),
      ...(data.length > 0 && { data: data.join("\n") }),
    };
  }
}
