/**
 * `curl`, as a user of the API would type it.
 *
 * @module
 */

/** Whether this machine has `curl`. */
export const hasCurl: boolean = (() => {
  try {
    return new Deno.Command("curl", { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw failure;
  }
})();

/** What `curl -s ARGS` prints. */
export async function curl(...args: readonly string[]): Promise<string> {
  const { stdout, success, code } = await new Deno.Command("curl", {
    args: ["-sS", "--max-time", "60", ...args],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`curl ended with ${code}`);
  return new TextDecoder().decode(stdout);
}

/** The same, read as JSON. */
export async function curlJson(...args: readonly string[]): Promise<Record<string, unknown>> {
  return JSON.parse(await curl(...args));
}

/** The words that carry a token. */
export function bearer(token: string): readonly [string, string] {
  return ["-H", `Authorization: Bearer ${token}`];
}
