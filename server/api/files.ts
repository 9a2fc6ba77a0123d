/**
 * Files: `/files…`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { FileId } from "../../lib/domain/ids.ts";
import type { Retry } from "../../lib/domain/receipt.ts";
import { isBanned } from "../../lib/domain/user.ts";
import { cleanFileName } from "../../lib/text/file_names.ts";
import {
  type Call,
  carryOut,
  type Handlers,
  lifeNow,
  missing,
  replayHeaders,
  type Services,
} from "./call.ts";
import { fileAnswer } from "./downloads.ts";
import { Failure, failureOf } from "./failure.ts";
import { essence } from "./media_type.ts";
import { typeOf, Uploads } from "./uploads.ts";
import { wireFile } from "./wire.ts";

/** What a file is called whose sender does not say. */
const unnamed = "file";

export function fileHandlers(
  services: Services,
): Pick<Handlers, "uploadFile" | "downloadFile"> {
  const { store, clock, settings, measures } = services;
  const uploads = new Uploads({ fileBytesMax: settings.fileBytesMax, clock });

  /** Refuses what would be refused when all of it has come, while nothing of it has. */
  async function refuseEarly({ session, request, retry }: Call<"uploadFile">): Promise<void> {
    if (essence(request.headers.get("content-type") ?? "").startsWith("multipart/")) {
      // What `curl -F` sends is a form around the file, which nobody wants to have again.
      throw new Failure(
        "unsupported_media_type",
        "The body is to be the file itself, as `curl --data-binary @FILE` sends it.",
      );
    }
    uploads.refuseTooLarge(request.body);
    // Who repeats what was carried out before the ban gets its answer.
    if (retry !== undefined) return;
    const user = await store.user(session.user);
    if (user === undefined || !isBanned(user, clock.now())) return;
    throw failureOf({ code: "banned", untilMs: user.bannedUntilMs ?? 0 }, clock.now());
  }

  return {
    async uploadFile(call) {
      await refuseEarly(call);
      const { session, request, query, retry } = call;
      return await uploads.take(session.user, request.body, async ({ bytes, sha256 }) => {
        measures.uploadedBytes += bytes.length;
        const mediaType = typeOf(request, bytes);
        const done = await carryOut(services, {
          type: "file.add",
          actor: session.user,
          name: cleanFileName(query.name ?? unnamed),
          mediaType,
          bytes,
          sha256,
          ...(retry !== undefined && { retry: retryWith(retry, [sha256, mediaType]) }),
        });
        return {
          status: 201,
          headers: [["Location", `/files/${done.outcome.file.id}`], ...replayHeaders(done)],
          json: wireFile(done.outcome.file),
        };
      });
    },

    async downloadFile({ session, request, path }) {
      const file = await store.file(path.id as FileId, session.user, lifeNow(services));
      if (file === undefined) throw missing("file");
      return fileAnswer({ store, measures }, file, request);
    },
  };
}

/** A retry of a request whose body its fingerprint does not cover. */
function retryWith({ key, fingerprint }: Retry, parts: readonly string[]): Retry {
  const whole = createHash("sha256").update(JSON.stringify([fingerprint, ...parts]));
  return { key, fingerprint: whole.digest("base64url") };
}
