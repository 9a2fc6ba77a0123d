/**
 * What the page is made of: its files, and a stamp that tells whether any of them has changed.
 *
 * @module
 */
/** All that can be a part of the bundle, or decides how it comes out; relative to the root. */
const sources: readonly string[] = [
  "client/connection/",
  "client/conversation/model.ts",
  "client/conversation/model/",
  "client/lines/",
  "client/web/",
  "deno.json",
  "deno.lock",
  "lib/",
];

/** The files of the project below `path`, which ends with a slash if it is a folder. */
function filesOf(root: URL, path: string): string[] {
  if (!path.endsWith("/")) return [path];
  return [...Deno.readDirSync(new URL(path, root))].flatMap(({ name, isDirectory }) =>
    filesOf(root, path + name + (isDirectory ? "/" : ""))
  );
}

/**
 * A hash of all that a build is made of, the bundler included, which comes with Deno.
 *
 * @param root The folder of the project.
 */
export async function sourceStamp(root: URL): Promise<string> {
  const files = sources.flatMap((path) => filesOf(root, path)).toSorted();
  const contents = files.map((file) => Deno.readFileSync(new URL(file, root)));
  const list = files.map((file, at) => `${file} ${contents[at]?.length}\n`).join("");
  const all = new Blob([`deno ${Deno.version.deno}\n${list}\n`, ...contents]);
  // node:crypto takes longer to be loaded than all of this takes.
  const hash = await crypto.subtle.digest("SHA-256", await all.arrayBuffer());
  return new Uint8Array(hash).toHex();
}

/** The sheets of the page in the order of their names, in which they are put together. */
export function styleSheets(page: URL): readonly URL[] {
  const folder = new URL("style/", page);
  return [...Deno.readDirSync(folder)].map(({ name }) => name)
    .filter((name) => name.endsWith(".css"))
    .toSorted()
    .map((name) => new URL(name, folder));
}
