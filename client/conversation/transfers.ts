/**
 * Files on their way to and from the server, for commands of both kinds.
 *
 * @module
 */
import type { File } from "../../lib/api/schemas.ts";
import type { Random } from "../../lib/random.ts";
import { cleanFileName } from "../../lib/text/file_names.ts";
import { roughSize } from "../../lib/text/sizes.ts";
import { terminalSafe } from "../../lib/text/terminal.ts";
import type { ApiClient } from "../connection/api_client.ts";
import { dispositionName } from "../connection/file_transfer.ts";
import type { UploadStream } from "../connection/stream_upload.ts";
import type { Transfer } from "../lines/progress_bar.ts";
import { findFile, LocalFileFault, saveFile } from "./local_files.ts";
import { mediaTypeOf } from "./media_type.ts";

/** Takes the news of a file's progress; `undefined` when it has come to its end. */
export type ShowTransfer = (transfer: Transfer | undefined) => void;

/** What an upload needs. */
export interface UploadScope {
  readonly call: ApiClient["call"];
  readonly upload: UploadStream;
  readonly progress: ShowTransfer;
}

/**
 * Uploads a file of this machine.
 *
 * @throws {LocalFileFault} if it can't be read, or is larger than the server takes.
 */
export async function uploadPath(scope: UploadScope, path: string): Promise<File> {
  const { name, size, open } = await findFile(path);
  // A server may close on who sends too much before its refusal is read.
  const { settings } = await scope.call("status");
  if (size > settings.max_file) {
    throw new LocalFileFault(
      `Cannot send ${terminalSafe(name)}: it has ${roughSize(size)}, and files may have ` +
        `${roughSize(settings.max_file)}`,
    );
  }
  const show = (doneBytes: number) => scope.progress({ name, doneBytes, totalBytes: size });
  show(0);
  try {
    return await scope.upload({ name, type: mediaTypeOf(name), open, progress: show });
  } finally {
    scope.progress(undefined);
  }
}

/** What a download needs. */
export interface DownloadScope {
  readonly download: ApiClient["download"];
  readonly progress: ShowTransfer;
  readonly random: Random;
}

/** A file that was saved. */
export interface Saved {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * Saves a file of the server.
 *
 * @throws {LocalFileFault} if it can't be written, or its place is taken.
 */
export async function downloadTo(
  scope: DownloadScope,
  { id, path }: { readonly id: number; readonly path: string | undefined },
): Promise<Saved> {
  const { disposition, size: totalBytes, bytes } = await scope.download({ id });
  const name = cleanFileName(dispositionName(disposition) ?? "");
  let doneBytes = 0;
  async function* counted() {
    for await (const piece of bytes) {
      doneBytes += piece.length;
      scope.progress({ name, doneBytes, totalBytes });
      yield piece;
    }
  }
  try {
    const saved = await saveFile({ path, name, random: scope.random }, counted());
    return { path: saved, size: doneBytes };
  } finally {
    scope.progress(undefined);
    await bytes.return();
  }
}
