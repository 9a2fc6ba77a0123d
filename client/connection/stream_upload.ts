/**
 * Uploads what is read piece by piece, where `fetch` streams: not so in browsers over HTTP/1.1.
 *
 * @module
 */
import type { File } from "../../lib/api/schemas.ts";
import type { ApiClient } from "./api_client.ts";
import type { Upload } from "./file_transfer.ts";
import { newKey, persist } from "./persistence.ts";
import { persistenceOf, type SureCallsSetup } from "./sure_calls.ts";

/** A file that is read anew for each attempt. */
export interface StreamUpload extends Omit<Upload, "body" | "send"> {
  readonly open: () => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>;
}

/** Uploads a file. */
export type UploadStream = (upload: StreamUpload) => Promise<File>;

/** Uploads a file once. @throws as {@linkcode ApiClient.upload}. */
export async function uploadStream(
  api: Pick<ApiClient, "upload">,
  { open, ...upload }: StreamUpload,
): Promise<File> {
  const bytes = await open();
  let readable: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  let poured: Promise<unknown> | undefined;
  const send: Upload["send"] = (url, init, sent, carry) => {
    let sentBytes = 0;
    const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        sent(sentBytes += chunk.length);
      },
    });
    const { signal } = init;
    // A source that breaks, or that nobody wants any more, shows in the answer.
    poured = bytes.pipeTo(counter.writable, { ...(signal && { signal }) }).catch((fault) => fault);
    readable = counter.readable;
    return carry(url, { ...init, body: readable });
  };
  try {
    return await api.upload({ ...upload, body: bytes, send });
  } finally {
    await readable?.cancel().catch(() => {});
    await poured;
  }
}

/** Uploads that are repeated while their answer is lost, each under one key. */
export function surelyUploaded(setup: SureCallsSetup): UploadStream {
  const { api, random, signal } = setup;
  return (upload) => {
    const whole = { signal, ...upload, idempotencyKey: newKey(random) };
    return persist(persistenceOf(setup), () => uploadStream(api, whole));
  };
}
