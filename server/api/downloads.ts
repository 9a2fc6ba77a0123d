/**
 * Downloads: the answer that carries a file, or a part of it (RFC 9110 §13, §14).
 *
 * @module
 */
import type { StoredFile } from "../../lib/domain/file.ts";
import type { FileId } from "../../lib/domain/ids.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import { contentDisposition } from "../../lib/text/file_names.ts";
import type { HeaderList, Request, ResponseStream } from "../http/mod.ts";
import type { Answer, Services } from "./call.ts";
import { isNotModified, isRangeWanted } from "./conditions.ts";
import { Failure } from "./failure.ts";
import { type ByteRange, parseRange } from "./ranges.ts";
import { imageTypes } from "./uploads.ts";

/** Bytes of a file that are read and sent at a time. */
export const downloadPieceBytes = 262_144;

const log = logFor("files");

type Contents = Pick<Services, "store" | "measures">;

/**
 * What is answered to a request for a file that its sender may have.
 *
 * It is sent as it is, whatever `Accept-Encoding` says: ranges count the bytes of the file itself, and
 * what is large is mostly compressed already.
 *
 * @throws {Failure} `precondition_failed`, `range_not_satisfiable`
 */
export function fileAnswer(contents: Contents, file: StoredFile, request: Request): Answer<never> {
  const { size, sha256, type, name } = file;
  const tag = `"${sha256}"`;
  // What a 304 must repeat of the answer that it stands for, and no more (RFC 9110 §15.4.5).
  const kept: HeaderList = [
    ["ETag", tag],
    // Who may have it now may not when its message is gone, and then it should not lie about in the
    // cache of a browser either. The tag is for clients that keep the file because they mean to.
    // As nobody else keeps it, there is nothing to `Vary` by.
    ["Cache-Control", "no-store"],
  ];
  if (isNotModified(request, tag)) return { status: 304, headers: kept };
  const isShown = imageTypes.some((shown) => shown === type);
  const headers: HeaderList = [
    ...kept,
    ["Accept-Ranges", "bytes"],
    ["X-Content-Type-Options", "nosniff"],
    ["Content-Security-Policy", "default-src 'none'; sandbox"],
    ["Content-Type", type],
    ["Content-Disposition", contentDisposition(isShown ? "inline" : "attachment", name)],
  ];
  const part = wantedPart(request, tag, size);
  if (part === "unsatisfiable") {
    throw new Failure("range_not_satisfiable", `The file has ${size} bytes.`, {
      headers: [["Content-Range", `bytes */${size}`]],
    });
  }
  if (part === undefined) return streamed(contents, file, { from: 0, to: size - 1 }, 200, headers);
  const { from, to } = part;
  return streamed(contents, file, part, 206, [
    ...headers,
    ["Content-Range", `bytes ${from}-${to}/${size}`],
  ]);
}

/** The part that is asked for; `undefined` for all of it. */
function wantedPart(
  request: Request,
  tag: string,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  // There are no ranges of what is not sent (RFC 9110 §14.2).
  if (request.method === "HEAD") return undefined;
  // A part of another file would not fit to what its asker has.
  return isRangeWanted(request, tag) ? parseRange(request.headers.get("range"), size) : undefined;
}

function streamed(
  contents: Contents,
  file: StoredFile,
  part: ByteRange,
  status: number,
  headers: HeaderList,
): Answer<never> {
  return {
    status,
    headers: [...headers, ["Content-Length", String(part.to + 1 - part.from)]],
    stream(stream) {
      pour(contents, file, part, stream).catch((failure) =>
        log.warning("A file was not sent whole", { file: file.id, ...failureFields(failure) })
      );
    },
  };
}

/** Sends a part, a piece at a time, each when the one before was taken. */
async function pour(
  { store, measures }: Contents,
  { id }: StoredFile,
  { from, to }: ByteRange,
  stream: ResponseStream,
): Promise<void> {
  for (let at = from; at <= to && !stream.closed; at += downloadPieceBytes) {
    const piece = await read(store, id, at, Math.min(at + downloadPieceBytes, to + 1));
    if (piece === undefined) break;
    stream.write(piece);
    await stream.drained();
    // Of one that was cut it is not known how much was taken.
    if (!stream.closed) measures.downloadedBytes += piece.length;
  }
  // Before all of it was written this cuts the connection, so that nobody takes a part for the whole.
  await stream.end();
}

/** `undefined` if it can't be had any more. */
async function read(
  store: Contents["store"],
  id: FileId,
  from: number,
  to: number,
): Promise<Uint8Array | undefined> {
  try {
    return await store.fileBytes(id, from, to);
  } catch (failure) {
    log.error("Cannot read a file", { file: id, ...failureFields(failure) });
    return undefined;
  }
}
