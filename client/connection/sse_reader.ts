/**
 * Reads server-sent events from bytes, as they come, by the "event stream format" of the HTML
 * standard.
 *
 * @module
 */

/** Most UTF-16 units in one block; an event of the API is far smaller. */
export const sseBlockUnitsMax = 1024 * 1024;

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

/** Takes bytes cut anywhere and gives the blocks that they complete. */
export class SseReader {
  /** Keeps what was cut of a character, and takes a byte order mark away. */
  readonly #decoder = new TextDecoder();
  /** The line that has no end yet. */
  #line = "";
  /** A line feed that comes next belongs to the line that has ended. */
  #skipLineFeed = false;
  #blockUnits = 0;
  #id: string | undefined;
  #event: string | undefined;
  #data: string[] = [];

  /**
   * Takes the next bytes of the stream.
   *
   * @throws {SseFault} for a block of more than {@linkcode sseBlockUnitsMax} UTF-16 units.
   */
  read(bytes: Uint8Array): SseBlock[] {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (text === "") return [];
    if (this.#skipLineFeed && text.startsWith("\n")) text = text.slice(1);
    this.#skipLineFeed = text.endsWith("\r");
    const blocks: SseBlock[] = [];
    const [first = "", ...others] = text.split(/\r\n?|\n/);
    this.#keep(first);
    for (const piece of others) {
      const block = this.#endLine();
      if (block !== undefined) blocks.push(block);
      this.#keep(piece);
    }
    return blocks;
  }

  #keep(piece: string): void {
    this.#line += piece;
    this.#blockUnits += piece.length;
    if (this.#blockUnits > sseBlockUnitsMax) {
      throw new SseFault(`a block of the stream has more than ${sseBlockUnitsMax} units`);
    }
  }

  #endLine(): SseBlock | undefined {
    const line = this.#line;
    this.#line = "";
    if (line === "") return this.#endBlock();
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    return undefined;
  }

  #endBlock(): SseBlock | undefined {
    const [id, event, data] = [this.#id, this.#event, this.#data];
    this.#id = this.#event = undefined;
    this.#data = [];
    this.#blockUnits = 0;
    if (id === undefined && event === undefined && data.length === 0) return undefined;
    return {
      ...(id !== undefined && { id }),
      ...(event !== undefined && { event }),
      ...(data.length > 0 && { data: data.join("\n") }),
    };
  }
}
