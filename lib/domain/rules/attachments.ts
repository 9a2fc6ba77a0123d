/**
 * Attachments: the uploaded files that a message takes with it.
 *
 * @module
 */
import { isLoose, type StoredFile } from "../file.ts";
import type { FileId, ScheduledId, UserId } from "../ids.ts";
import { invalid, type Refused } from "../refusal.ts";
import type { State } from "../state.ts";

/**
 * The files that a message of `author` names, which must be their own and in no other message.
 *
 * @param scheduled The scheduled message that is being sent, whose files they may be.
 */
export function findFiles(
  author: UserId,
  ids: readonly FileId[],
  state: State,
  scheduled?: ScheduledId,
): { readonly ok: true; readonly files: readonly StoredFile[] } | Refused {
  const files: StoredFile[] = [];
  for (const id of ids) {
    const file = state.files.get(id);
    // Of someone else's file it is not even told that there is one.
    if (file === undefined || file.owner !== author) return invalid("files", `has no file ${id}`);
    if (files.includes(file)) return invalid("files", `names file ${id} twice`);
    const waitsForThis = scheduled !== undefined && file.scheduled === scheduled &&
      file.message === undefined;
    if (!isLoose(file) && !waitsForThis) {
      return invalid("files", `has file ${id}, which is in another message`);
    }
    files.push(file);
  }
  return { ok: true, files };
}
