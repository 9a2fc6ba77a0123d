/**
 * The folder that a build is written to, and taken from: always a whole one, or none.
 *
 * @module
 */

/** The file that tells what a build was made of. */
const stampName = "stamp";

/** What the build in `folder` was made of; `undefined` if there is none. */
export function stampOf(folder: URL): string | undefined {
  try {
    return Deno.readTextFileSync(within(folder, stampName));
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return undefined;
    throw failure;
  }
}

/** Does `work` for `folder` while all other processes wait that would do so, too. */
export async function alone<Result>(folder: URL, work: () => Promise<Result>): Promise<Result> {
  await Deno.mkdir(new URL(".", folder), { recursive: true });
  using lock = await Deno.open(beside(folder, ".lock"), { create: true, write: true });
  await lock.lock(true);
  return await work();
}

/**
 * Puts `files` in the place of what is in `folder`.
 *
 * They are written beside it and then moved, so that it never holds a part of them. Between the old
 * ones and the new ones there is a moment with none. To be called within {@linkcode alone}.
 */
export async function replaceFolder(
  folder: URL,
  files: ReadonlyMap<string, Uint8Array>,
  stamp: string,
): Promise<void> {
  const [fresh, old] = [beside(folder, ".new"), beside(folder, ".old")];
  // Of a build that was interrupted.
  await remove(fresh);
  await remove(old);
  await Deno.mkdir(fresh);
  for (const [name, bytes] of files) await Deno.writeFile(within(fresh, name), bytes);
  await Deno.writeTextFile(within(fresh, stampName), stamp);
  await unlessMissing(Deno.rename(folder, old));
  await Deno.rename(fresh, folder);
  await remove(old);
}

function beside(folder: URL, ending: string): URL {
  return new URL(folder.href + ending);
}

function within(folder: URL, name: string): URL {
  return new URL(`${folder.href}/${name}`);
}

async function remove(folder: URL): Promise<void> {
  await unlessMissing(Deno.remove(folder, { recursive: true }));
}

async function unlessMissing(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (failure) {
    if (!(failure instanceof Deno.errors.NotFound)) throw failure;
  }
}
