/**
 * Bundles the page's code and its style, each into one file that is as short as it can be.
 *
 * `Deno.bundle` is behind a flag, but needs no other permission than to read, where the command
 * `deno bundle` would have to be run by a program that may run programs. Both are the same esbuild,
 * which Deno fetches once, as it does packages, and whose version is that of Deno.
 *
 * @module
 */
import { BuildError } from "./build_error.ts";
import { styleSheets } from "./sources.ts";

/** All code and all style, as texts. */
export interface Bundle {
  readonly script: string;
  /** What runs before the script is there. */
  readonly early: string;
  readonly style: string;
}

/**
 * Bundles the page in the folder `page`.
 *
 * @throws {BuildError} if something in it is wrong, or the bundler can't be fetched.
 */
export async function bundlePage(page: URL): Promise<Bundle> {
  const scripts = ["main.tsx", "early.ts"].map((name) => new URL(name, page));
  const entrypoints = [...scripts, ...styleSheets(page)].map(({ href }) => href);
  const { errors, warnings, outputFiles = [] } = await bundled(entrypoints);
  // What is wrong with a sheet is only a warning, and would be left out of the page without a word.
  const faults = [...errors, ...warnings];
  if (faults.length > 0) throw new BuildError(faults.map(faultLine).join("\n"));
  const textOf = (ending: string) =>
    outputFiles.filter(({ path }) => path.endsWith(ending))
      .toSorted((one, other) => one.path < other.path ? -1 : 1)
      .map((file) => file.text())
      .join("");
  return { script: textOf("/main.js"), early: textOf("/early.js"), style: textOf(".css") };
}

async function bundled(entrypoints: string[]): Promise<Deno.bundle.Result> {
  try {
    return await Deno.bundle({
      entrypoints,
      platform: "browser",
      minify: true,
      write: false,
      // Several files must be meant to go somewhere, even if they are not written.
      outputDir: "out",
    });
  } catch (failure) {
    // It throws plain errors, for want of a network as for what is wrong with a package.
    throw new BuildError(failure instanceof Error ? failure.message : String(failure));
  }
}

function faultLine({ text, location }: Deno.bundle.Message): string {
  return location ? `${location.file}:${location.line}: ${text}` : text;
}
