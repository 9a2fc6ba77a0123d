/**
 * Uploading: a file waits, loose, for the message that it is for.
 *
 * @module
 */
import { unsentFilesPerUserMax } from "../bounds.ts";
import { isUnsent, type StoredFile } from "../file.ts";
import type { FileId, UserId } from "../ids.ts";
import type { Retry } from "../receipt.ts";
import { invalid, notFound } from "../refusal.ts";
import { type Rule, success } from "../rule.ts";
import { banOf, exhaustion, useLimit } from "./limits.ts";

/** Keeps an uploaded file. */
export interface AddFile {
  readonly type: "file.add";
  readonly actor: UserId;
  readonly name: string;
  /** Its media type. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly sha256: string;
  readonly retry?: Retry;
}

export interface FileAdded {
  readonly file: StoredFile;
}

/** What a receipt keeps: not what the file is called. */
type Kept = Pick<StoredFile, "id" | "createdMs">;

export const addFile: Rule<AddFile, FileAdded> = {
  needs({ actor }, needs) {
    needs.users.add(actor);
    needs.unsentFilesOf.add(actor);
    needs.windows.push({ user: actor, kind: "upload" });
  },

  decide({ actor, name, mediaType, bytes, sha256 }, state, circumstances) {
    const { nowMs } = circumstances;
    const owner = state.users.get(actor);
    if (owner === undefined) return notFound("user");
    const ban = banOf(owner, nowMs);
    if (ban !== undefined) return ban;
    const unsent = state.files.where((file) => file.owner === actor && isUnsent(file));
    if (unsent.length >= unsentFilesPerUserMax) {
      return invalid("", `${unsentFilesPerUserMax} uploaded files wait to be sent already`);
    }
    const against = exhaustion(actor, "upload", state, circumstances);
    if (against !== undefined) return against;
    useLimit(actor, "upload", state, circumstances);
    const file: StoredFile = {
      id: state.nextPosition() as FileId,
      owner: actor,
      name,
      type: mediaType,
      size: bytes.length,
      sha256,
      createdMs: nowMs,
    };
    state.files.put(file);
    state.contents.put({ file: file.id, bytes });
    return success({ file });
  },

  receipt: {
    keep: ({ file: { id, createdMs } }): Kept => ({ id, createdMs }),
    recall(kept, { actor, name, mediaType, bytes, sha256 }) {
      return {
        file: {
          ...kept as Kept,
          owner: actor,
          name,
          type: mediaType,
          size: bytes.length,
          sha256,
        },
      };
    },
  },
};
