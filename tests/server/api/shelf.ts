/**
 * Files that alice has uploaded and sent, for the tests of files.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Api, Ask } from "./driver.ts";
import { type Garden, prepareGarden } from "./garden.ts";

const utf8 = new TextEncoder();

/** What is in a file of which nothing else is said. */
export const content = "what is in the file";
export const sha256: string = createHash("sha256").update(content).digest("hex");

/** How a PNG image begins. */
export const png: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0];

/** A file; what is not said is as in most tests. */
export interface Upload {
  readonly name?: string;
  readonly type?: string;
  readonly bytes?: Uint8Array<ArrayBuffer>;
  readonly headers?: Ask["headers"];
}

/** The request that uploads a file. */
export function uploading(
  token: string,
  { name = "notes.txt", type = "text/plain", bytes = utf8.encode(content), headers }: Upload = {},
): Ask {
  return {
    ask: `POST /files?name=${encodeURIComponent(name)}`,
    token,
    bytes,
    headers: { ...(type !== "" && { "Content-Type": type }), ...headers },
  };
}

/** Uploads a file and gives its id. */
export async function upload(api: Api, token: string, what: Upload = {}): Promise<number> {
  return (await api.get(uploading(token, what))).json.id;
}

export interface Shelf extends Garden {
  /** A file of alice's in a message to everyone, in one to bob, in one to the room, and in none. */
  readonly common: number;
  readonly secret: number;
  readonly inside: number;
  readonly loose: number;
  /** The message to everyone. */
  readonly message: number;
}

export async function prepareShelf(api: Api): Promise<Shelf> {
  const garden = await prepareGarden(api);
  const { alice, room } = garden;
  const [common, secret, inside, loose] = [
    await upload(api, alice),
    await upload(api, alice),
    await upload(api, alice),
    await upload(api, alice),
  ];
  const message = await api.send(alice, "to all", { files: [common] });
  await api.send(alice, "to bob", { to: "bob", files: [secret] });
  await api.send(alice, "to the room", { room, files: [inside] });
  return { ...garden, common, secret, inside, loose, message };
}
