/**
 * Whose a restored database is: the server, which runs as another user than root, must be able to
 * open it.
 *
 * @module
 */
import { dirname } from "node:path";
import { shellWord } from "../operator/shell_word.ts";

/**
 * What to do so that the server can open what was restored at `path` by the user `me`; "" if
 * nothing. `me` is `null` where files have no owners.
 *
 * @param owner Of the folder in which it lies.
 */
export function ownershipNote(
  path: string,
  { me, owner }: { readonly me: number | null; readonly owner: number | null },
): string {
  // Only root can work in the folders of others and give files away.
  if (me !== 0 || owner === null || owner === me) return "";
  const folder = shellWord(dirname(path));
  return "It belongs to root, and its folder does not. If the server runs as the folder's owner: " +
    `chown --reference=${folder} ${shellWord(path)} ${shellWord(`${path}.lock`)}\n`;
}
