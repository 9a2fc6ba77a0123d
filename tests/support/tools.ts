/**
 * Programs that others wrote and tests drive: found on this machine, or the test says what it lacks.
 *
 * @module
 */

/** Where programs are that only administrators are expected to start. */
const administratorFolders: readonly string[] = ["/usr/sbin", "/usr/local/sbin"];

/** Longest time that anything is waited for, so that what hangs fails its test and no more. */
export const patienceMs = 60_000;

/** Where a program is; `undefined` if this machine does not have it. */
export function toolPath(name: string): string | undefined {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const folders = (Deno.env.get("PATH") ?? "").split(separator);
  return [...folders, ...administratorFolders]
    .map((folder) => `${folder}/${name}`)
    .find(isFile);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    if (failure instanceof Deno.errors.NotADirectory) return false;
    if (failure instanceof Deno.errors.PermissionDenied) return false;
    throw failure;
  }
}

/** Where a program is that the test needs. */
export function needTool(name: string): string {
  const path = toolPath(name);
  if (path === undefined) throw new Error(`${name} is not on this machine`);
  return path;
}

/** A test that is skipped where one of `tools` is missing, and says so in its title. */
export function testWith(
  tools: readonly string[],
  title: string,
  test: () => Promise<void>,
): void {
  const missing = tools.filter((name) => toolPath(name) === undefined);
  const why = missing.length === 0 ? "" : ` (skipped: no ${missing.join(" and no ")} here)`;
  Deno.test({ name: title + why, ignore: missing.length > 0, fn: test });
}

/** What a program left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Waits for `work`, but not for ever; `what` names it. */
export async function within<Result>(work: Promise<Result>, what: string): Promise<Result> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`${what} never came`)), patienceMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again until `look` finds what `what` names, but not for ever. */
export async function pollUntil(look: () => Promise<boolean>, what: string): Promise<void> {
  const untilMs = performance.now() + patienceMs;
  while (!await look()) {
    if (performance.now() > untilMs) throw new Error(`${what} never came`);
  }
}

/** Runs a program to its end. */
export async function runTool(
  name: string,
  args: readonly string[],
  { cwd }: { readonly cwd?: string } = {},
): Promise<Ran> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patienceMs);
  try {
    const { code, stdout, stderr } = await new Deno.Command(needTool(name), {
      args: [...args],
      stdin: "null",
      signal: late.signal,
      ...(cwd !== undefined && { cwd }),
    }).output();
    const decoder = new TextDecoder();
    const [out, err] = [decoder.decode(stdout), decoder.decode(stderr)];
    if (late.signal.aborted) throw new Error(`${name} did not end:\n${out}\n${err}`);
    return { code, out, err };
  } finally {
    clearTimeout(timer);
  }
}

/** What a program prints that must succeed. */
export async function toolOutput(
  name: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  const { code, out, err } = await runTool(name, args, options);
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${err}\n${out}`);
  return out;
}
