/**
 * Builds the page into `build/page/`, from where the server takes it: `deno task page`.
 *
 * With `--if-stale` it does so only if something has changed since, and says nothing otherwise.
 *
 * @module
 */
import { writeAll, writeIfHeard } from "../../lib/output.ts";
import { BuildError } from "./build/build_error.ts";
import { alone, replaceFolder, stampOf } from "./build/output_folder.ts";
import { sourceStamp } from "./build/sources.ts";

/** Where the project begins. */
const root = new URL("../../", import.meta.url);

/** Where the build goes, without a slash at its end. */
const folder = new URL("build/page", root);

/** The icons of the page, for its HTML and its code to choose from. */
const iconNames: readonly string[] = ["icon.svg", "icon_unread.svg"];

/** Whether what was built is what would be built now. */
export async function isFresh(): Promise<boolean> {
  return stampOf(folder) === await sourceStamp(root);
}

/** What a build came to. */
interface Built {
  /** What a browser is sent of it, by gzip. */
  readonly bytesGzipped: number;
  readonly bytesGzippedMax: number;
}

/**
 * Builds the page. One that weighs too much is there all the same: it is of more use than none.
 *
 * @returns `undefined` if it is not stale, and was to be built only if so.
 * @throws {BuildError}
 */
async function build({ ifStale }: { readonly ifStale: boolean }): Promise<Built | undefined> {
  // Most often it is fresh, and then there is nothing to wait for.
  if (ifStale && await isFresh()) return undefined;
  return await alone(folder, async () => {
    const stamp = await sourceStamp(root);
    if (ifStale && stampOf(folder) === stamp) return undefined;
    // Loaded only now: a server that starts with a fresh page would have to wait for them.
    const { bundlePage } = await import("./build/bundle.ts");
    const { pageBytesGzippedMax, pageOutputs } = await import("./build/outputs.ts");
    const page = new URL("client/web/page/", root);
    const read = (name: string) => Deno.readTextFileSync(new URL(name, page));
    const { files, bytesGzipped } = pageOutputs({
      ...await bundlePage(page),
      html: read("index.html"),
      icons: Object.fromEntries(iconNames.map((name) => [name, read(name)])),
    });
    await replaceFolder(folder, files, stamp);
    return { bytesGzipped, bytesGzippedMax: pageBytesGzippedMax };
  });
}

/** What there is to tell of a build, and the exit code of its task. */
export function verdictOf({ bytesGzipped, bytesGzippedMax }: Built): readonly [string, number] {
  const size = `${(bytesGzipped / 1000).toFixed(1)} KB by gzip`;
  if (bytesGzipped <= bytesGzippedMax) return [`The page is built: ${size}\n`, 0];
  return [
    `chat: The page is built, but weighs too much: ${size}, ` +
    `${bytesGzipped - bytesGzippedMax} bytes more than it may\n`,
    1,
  ];
}

async function run(args: readonly string[]): Promise<number> {
  try {
    const built = await build({ ifStale: args.includes("--if-stale") });
    if (built === undefined) return 0;
    const [words, exitCode] = verdictOf(built);
    writeAll(Deno.stderr, words);
    return exitCode;
  } catch (failure) {
    if (!(failure instanceof BuildError || isOfTheSystem(failure))) throw failure;
    writeIfHeard(Deno.stderr, `chat: Cannot build the page: ${failure.message}\n`);
    return 1;
  }
}

/** What the system refuses, as where nothing may be written, has its code; a defect has none. */
function isOfTheSystem(failure: unknown): failure is Error {
  return failure instanceof Error && "code" in failure && typeof failure.code === "string";
}

if (import.meta.main) Deno.exitCode = await run(Deno.args);
