/**
 * Downloads files in as many pieces as it takes, each from where the last one broke off.
 *
 * @module
 */
import type { Dice } from "../simulation/dice.ts";
import { Broken, HttpConnection } from "./http_client.ts";
import { pause } from "./proxy.ts";
import { must } from "./violation.ts";
import type { World } from "./world.ts";

export interface DownloaderSetup {
  readonly world: World;
  readonly dice: Dice;
  readonly client: string;
  readonly token: string;
}

export class Downloader {
  readonly #setup: DownloaderSetup;

  constructor(setup: DownloaderSetup) {
    this.#setup = setup;
  }

  /**
   * Downloads a file, and compares it with what was uploaded.
   *
   * It may have gone meanwhile: then it gives `false`.
   */
  async fetch(id: number): Promise<boolean> {
    const { world, dice } = this.#setup;
    const expected = world.files.get(id);
    let got = 0;
    while (!world.isOver && expected !== undefined) {
      try {
        for await (const part of this.#parts(id, got)) {
          if (part === "gone") return false;
          this.#compare(id, expected, part, got);
          got += part.length;
        }
        if (got >= expected.length) {
          must(got === expected.length, `file ${id} is too long`, this.#setup.client);
          return true;
        }
      } catch (failure) {
        if (!(failure instanceof Broken)) throw failure;
      }
      await pause(dice.between(10, 200));
    }
    return false;
  }

  async *#parts(id: number, from: number): AsyncGenerator<Uint8Array | "gone"> {
    const { world, token, client } = this.#setup;
    const connection = await HttpConnection.open(world.port);
    try {
      const { status, parts } = await connection.follow({
        method: "GET",
        target: `/files/${id}`,
        headers: {
          authorization: `Bearer ${token}`,
          ...(from > 0 && { range: `bytes=${from}-` }),
        },
      });
      if (status === 404) yield "gone";
      if ([400, 404, 408, 503].includes(status) || (status === 500 && world.inTrouble)) return;
      must(
        status === (from > 0 ? 206 : 200),
        `file ${id} from ${from} on is answered with ${status}`,
        client,
      );
      yield* parts;
    } finally {
      connection.close();
    }
  }

  #compare(id: number, expected: Uint8Array, part: Uint8Array, from: number): void {
    const isSame = part.every((byte, at) => byte === expected[from + at]);
    must(isSame, `file ${id} has other bytes after ${from}`, this.#setup.client);
  }
}
