/**
 * Files of messages that are fetched as a whole, and what may be shown of them.
 *
 * @module
 */
import type { Attachment } from "../../../../lib/api/schemas.ts";
import type { ApiClient } from "../../../connection/api_client.ts";
import { BadAnswer, isCallFailure, isMissing } from "../../../connection/failures.ts";
import { explain } from "../words.ts";

/** Largest picture that is fetched without being asked for, in bytes. */
export const previewBytesMax = 5 * 1024 * 1024;

/** Types that can't do anything but be drawn. SVG is a document, with links and scripts. */
const pictureTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Whether a file may be drawn in the page; otherwise it can only be saved. */
export function isPicture({ type }: Pick<Attachment, "type">): boolean {
  return pictureTypes.includes(type);
}

export interface FetchedAs {
  /** A picture is to be drawn; anything else is bytes, which no browser opens by itself. */
  readonly use: "draw" | "save";
  readonly signal: AbortSignal;
  /** Told how many bytes have come. */
  readonly progress?: (gotBytes: number) => void;
}

/**
 * Fetches a file, as long as its message says and no longer.
 *
 * @returns its bytes, or why they did not come, in words to stand after a colon; `undefined` if they
 * are not wanted any more.
 */
export async function fetchFile(
  api: Pick<ApiClient, "download">,
  file: Attachment,
  { use, signal, progress = () => {} }: FetchedAs,
): Promise<Blob | string | undefined> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let gotBytes = 0;
  try {
    const { bytes } = await api.download({ id: file.id, signal });
    for await (const chunk of bytes) {
      gotBytes += chunk.length;
      if (gotBytes > file.size) throw new BadAnswer("Cannot fetch file: it is longer than it was");
      chunks.push(new Uint8Array(chunk));
      progress(gotBytes);
    }
  } catch (failure) {
    if (signal.aborted) return undefined;
    if (!isCallFailure(failure)) throw failure;
    return isMissing(failure) ? "it is not there any more" : explain(failure);
  }
  if (signal.aborted) return undefined;
  const isDrawn = use === "draw" && isPicture(file);
  return new Blob(chunks, { type: isDrawn ? file.type : "application/octet-stream" });
}
