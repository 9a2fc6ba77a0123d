/**
 * The file in which tokens are kept, by server and user name, for nobody else to read.
 *
 * @module
 */
import * as z from "zod/mini";
import { idempotencyKey } from "../../lib/api/schemas.ts";
import { type Random, randomText } from "../../lib/random.ts";
import { parseJson } from "../../lib/text/json.ts";
import { foldName } from "../../lib/text/names.ts";
import { isFileFailure } from "./file_failure.ts";

const fileMode = 0o600;
const directoryMode = 0o700;
const hasModes = Deno.build.os !== "windows";

/** Most bytes of the file: some ten thousand tokens. */
export const tokenFileBytesMax = 1024 * 1024;

const content = z.object({
  version: z.literal(1),
  /** Name and token by folded name, by origin. */
  servers: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({ name: z.string(), token: z.string().check(z.regex(/^[\x21-\x7e]+$/)) }),
    ),
  ),
  /** The idempotency key of a registration that has no answer yet, by folded name, by origin. */
  pending: z.optional(z.record(z.string(), z.record(z.string(), idempotencyKey))),
});
type Content = z.infer<typeof content>;

/** The file is there, and can't be used. */
export class TokenFileFault extends Error {
  override readonly name = "TokenFileFault";
}

/** Someone whose token is kept. */
export interface SavedToken {
  readonly name: string;
  readonly token: string;
}

/**
 * The directory of our configuration files.
 *
 * `$XDG_CONFIG_HOME` counts on every system, so that a test or a container can move it.
 *
 * @throws {TokenFileFault} if the environment names no home.
 */
export function configDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  os: typeof Deno.build.os = Deno.build.os,
): string {
  const xdg = environment["XDG_CONFIG_HOME"] ?? "";
  // A relative one is to be ignored (XDG Base Directory Specification).
  if (xdg.startsWith("/") || (os === "windows" && xdg !== "")) return `${xdg}/chat`;
  if (os === "windows") {
    const data = environment["APPDATA"] ?? "";
    if (data !== "") return `${data}\\chat`;
  }
  const home = environment["HOME"] ?? environment["USERPROFILE"] ?? "";
  if (home === "") {
    throw new TokenFileFault(
      "Cannot find the configuration directory: neither XDG_CONFIG_HOME nor HOME is set",
    );
  }
  return os === "darwin" ? `${home}/Library/Application Support/chat` : `${home}/.config/chat`;
}

/** Tokens, each for one server only. */
export class TokenFile {
  readonly #directory: string;
  readonly #random: Random;

  constructor({ directory, random }: { readonly directory: string; readonly random: Random }) {
    this.#directory = directory;
    this.#random = random;
  }

  get path(): string {
    return `${this.#directory}/tokens.json`;
  }

  /**
   * The token of a user of a server.
   *
   * @throws {TokenFileFault} if the file is damaged or can't be read.
   */
  async find(origin: string, user: string): Promise<SavedToken | undefined> {
    const users = (await this.#read()).servers[origin];
    const key = foldName(user);
    return users !== undefined && Object.hasOwn(users, key) ? users[key] : undefined;
  }

  /** All whose token for a server is kept. */
  async users(origin: string): Promise<SavedToken[]> {
    return Object.values((await this.#read()).servers[origin] ?? {});
  }

  /**
   * Keeps a token in place of the user's last one.
   *
   * @throws {TokenFileFault} if the file is damaged, or can't be read or written.
   */
  async save(origin: string, saved: SavedToken): Promise<void> {
    const key = foldName(saved.name);
    await this.#change((before) => ({
      version: 1,
      servers: { ...before.servers, [origin]: { ...before.servers[origin], [key]: saved } },
      ...pendingWithout(before, origin, key),
    }));
  }

  /**
   * Keeps a token under the name that its user has now.
   *
   * @throws as {@linkcode TokenFile.save}
   */
  async rename(
    origin: string,
    { before, now }: { readonly before: string; readonly now: string },
  ): Promise<void> {
    await this.#change((content) => {
      const { [foldName(before)]: saved, ...others } = content.servers[origin] ?? {};
      if (saved === undefined) return content;
      const renamed = { ...others, [foldName(now)]: { name: now, token: saved.token } };
      return { ...content, servers: { ...content.servers, [origin]: renamed } };
    });
  }

  /**
   * The key to ask for a token with: the one of an earlier attempt whose answer was lost, or else
   * `fresh`, which is kept until a token is. So a token that was given out can still be had.
   *
   * @throws {TokenFileFault} if a token could not be kept, and so must not be asked for.
   */
  async keyFor(origin: string, user: string, fresh: string): Promise<string> {
    const name = foldName(user);
    let key = fresh;
    await this.#change((content) => {
      const keys = content.pending?.[origin] ?? {};
      key = Object.hasOwn(keys, name) ? keys[name] ?? fresh : fresh;
      return {
        ...content,
        pending: { ...content.pending, [origin]: { ...keys, [name]: key } },
      };
    });
    return key;
  }

  /**
   * Forgets the key of an attempt that was refused.
   *
   * @throws as {@linkcode TokenFile.save}
   */
  async dropKey(origin: string, user: string): Promise<void> {
    await this.#change((content) => ({
      version: 1,
      servers: content.servers,
      ...pendingWithout(content, origin, foldName(user)),
    }));
  }

  async #change(edit: (before: Content) => Content): Promise<void> {
    try {
      await Deno.mkdir(this.#directory, { recursive: true, mode: directoryMode });
      if (hasModes) await Deno.chmod(this.#directory, directoryMode);
      // Two clients that start at once must not lose each other's token: it may be the only key.
      using lock = await Deno.open(`${this.path}.lock`, {
        write: true,
        create: true,
        mode: fileMode,
      });
      await lock.lock(true);
      await this.#write(edit(await this.#read()));
    } catch (failure) {
      throw this.#fault("write", failure);
    }
  }

  async #read(): Promise<Content> {
    let text: string;
    try {
      const { size } = await Deno.stat(this.path);
      if (hasModes) {
        await closeToOthers(this.#directory, directoryMode);
        await closeToOthers(this.path, fileMode);
      }
      if (size > tokenFileBytesMax) {
        throw new TokenFileFault(`Cannot read ${this.path}: it is larger than a token file can be`);
      }
      text = await Deno.readTextFile(this.path);
    } catch (failure) {
      if (failure instanceof Deno.errors.NotFound) return { version: 1, servers: {} };
      throw this.#fault("read", failure);
    }
    const parsed = content.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    throw new TokenFileFault(
      `Cannot read ${this.path}: it is damaged; mend it, or move it away to sign in anew`,
    );
  }

  async #write(after: Content): Promise<void> {
    let bytes = new TextEncoder().encode(`${JSON.stringify(after, undefined, 2)}\n`);
    // What can't be read again would lock its user out of every server.
    if (!content.safeParse(after).success || bytes.length > tokenFileBytesMax) {
      throw new TokenFileFault(`Cannot write ${this.path}: the server gave what is no token`);
    }
    const temporary = `${this.path}.${randomText(this.#random, 9)}`;
    try {
      using file = await Deno.open(temporary, { write: true, createNew: true, mode: fileMode });
      while (bytes.length > 0) bytes = bytes.subarray(await file.write(bytes));
      await file.sync();
      await Deno.rename(temporary, this.path);
    } catch (failure) {
      await Deno.remove(temporary).catch(() => {});
      throw failure;
    }
  }

  #fault(verb: string, failure: unknown): unknown {
    if (failure instanceof TokenFileFault) return failure;
    if (!isFileFailure(failure)) return failure;
    return new TokenFileFault(`Cannot ${verb} ${this.path}: ${failure.message}`, {
      cause: failure,
    });
  }
}

/**
 * Takes from all others what they may do with a file or directory.
 *
 * @throws {TokenFileFault} if that can't be done and they may change it: a token that was put there
 *   would make the user someone else.
 */
async function closeToOthers(path: string, closedMode: number): Promise<void> {
  const { mode } = await Deno.stat(path);
  if (mode === null || (mode & 0o077) === 0) return;
  try {
    await Deno.chmod(path, closedMode);
  } catch (failure) {
    if (!isFileFailure(failure)) throw failure;
    if ((mode & 0o022) === 0) return;
    throw new TokenFileFault(`Cannot trust ${path}: others may change it`, { cause: failure });
  }
}

function pendingWithout(
  { pending = {} }: Content,
  origin: string,
  name: string,
): Pick<Content, "pending"> {
  const { [origin]: ofOrigin = {}, ...others } = pending;
  const { [name]: _dropped, ...left } = ofOrigin;
  const kept = { ...others, ...(Object.keys(left).length > 0 && { [origin]: left }) };
  return Object.keys(kept).length > 0 ? { pending: kept } : {};
}
