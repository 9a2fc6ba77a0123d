/**
 * The files that are put into messages that are being written, from when they are chosen until the
 * message is sent.
 *
 * @module
 */
import type { Attachment, StatusAnswer } from "../../../../lib/api/schemas.ts";
import type { Clock } from "../../../../lib/clock.ts";
import { filesPerMessageMax } from "../../../../lib/domain/bounds.ts";
import type { Random } from "../../../../lib/random.ts";
import { countText } from "../../../../lib/text/counts.ts";
import { roughSize } from "../../../../lib/text/sizes.ts";
import type { ApiClient, TellingTransport } from "../../../connection/api_client.ts";
import {
  ApiProblem,
  type CallFailure,
  isCallFailure,
  isUnanswered,
} from "../../../connection/failures.ts";
import { newKey, persist } from "../../../connection/persistence.ts";
import { placeKey } from "../../../conversation/model/place.ts";
import { type Listener, State, type Watched } from "../state.ts";
import { explain } from "../words.ts";
import { Turns } from "./turns.ts";

/** Most files that are uploaded at once: calls have to come through beside them. */
export const uploadsAtOnceMax = 2;

/** What the server is told of a file whose type the browser does not know. */
const unknownType = "application/octet-stream";

/** A file as its user has chosen it. */
export interface ChosenFile extends Blob {
  readonly name: string;
}

export interface FileUpload {
  readonly id: number;
  /** What stands for the place that it goes to. */
  readonly place: string;
  readonly chosen: ChosenFile;
  readonly step:
    | { readonly kind: "waiting" }
    | { readonly kind: "sending"; readonly sentBytes: number }
    | { readonly kind: "done"; readonly file: Attachment }
    /** Why it failed, in words to stand after a colon, and whether it may be tried again. */
    | { readonly kind: "failed"; readonly why: string; readonly isFinal: boolean };
}

export interface UploadsSetup {
  readonly api: Pick<ApiClient, "upload">;
  readonly send: TellingTransport;
  readonly clock: Clock;
  readonly random: Random;
  /** The defaults in force, as far as they are known. */
  readonly settings: () => StatusAnswer["settings"] | undefined;
  /** Takes a defect. */
  readonly broke: (defect: unknown) => void;
}

interface Attempt {
  /** The same each time, so that what was stored is not stored again. */
  readonly key: string;
  readonly abort: AbortController;
}

/** Of all places, in the order in which they were chosen. */
export class Uploads implements Watched<readonly FileUpload[]> {
  readonly #setup: UploadsSetup;
  readonly #state = new State<readonly FileUpload[]>([]);
  readonly #attempts = new Map<number, Attempt>();
  readonly #turns = new Turns(uploadsAtOnceMax);
  #lastId = 0;

  constructor(setup: UploadsSetup) {
    this.#setup = setup;
  }

  get value(): readonly FileUpload[] {
    return this.#state.value;
  }

  watch(listener: Listener): () => void {
    return this.#state.watch(listener);
  }

  /**
   * Takes files, and begins to upload them.
   *
   * @returns that some were left out, in a whole sentence.
   */
  add(place: string, chosen: readonly ChosenFile[]): string | undefined {
    const room = filesPerMessageMax - this.value.filter((upload) => upload.place === place).length;
    for (const file of chosen.slice(0, room)) this.#begin(place, file);
    const leftOut = chosen.length - room;
    return leftOut <= 0
      ? undefined
      : `${countText(leftOut, "file")} left out: a message may have ${filesPerMessageMax}.`;
  }

  /** Tries one again that failed. */
  retry({ id }: FileUpload): void {
    const key = this.#attempts.get(id)?.key;
    if (key !== undefined) this.#upload(id, key);
  }

  /** Lets one go, whether it is uploaded or not. */
  remove({ id }: FileUpload): void {
    this.#attempts.get(id)?.abort.abort();
    this.#attempts.delete(id);
    this.#state.set(this.value.filter((upload) => upload.id !== id));
  }

  /** Someone has another name: what is put into the message to them stays there. */
  rename({ before, user }: { readonly before: string; readonly user: string }): void {
    const from = placeKey({ kind: "private", user: before });
    const place = placeKey({ kind: "private", user });
    this.#state.set(
      this.value.map((upload) => upload.place === from ? { ...upload, place } : upload),
    );
  }

  /** Lets all of a place go. */
  clear(place: string): void {
    for (const upload of this.value) if (upload.place === place) this.remove(upload);
  }

  /** Lets all go. */
  close(): void {
    for (const upload of this.value) this.remove(upload);
  }

  #begin(place: string, chosen: ChosenFile): void {
    const id = ++this.#lastId;
    this.#state.set([...this.value, { id, place, chosen, step: { kind: "waiting" } }]);
    this.#upload(id, newKey(this.#setup.random));
  }

  #upload(id: number, key: string): void {
    const abort = new AbortController();
    this.#attempts.set(id, { key, abort });
    this.#step(id, { kind: "waiting" });
    this.#turns.run(() => this.#send(id, { key, abort })).catch(this.#setup.broke);
  }

  async #send(id: number, { key, abort: { signal } }: Attempt): Promise<void> {
    const upload = this.value.find((upload) => upload.id === id);
    // It may be gone when its turn comes.
    if (upload === undefined) return;
    const { chosen } = upload;
    const tell = (step: FileUpload["step"]) => {
      if (!signal.aborted) this.#step(id, step);
    };
    const fail = (why: string, isFinal = false) => tell({ kind: "failed", why, isFinal });
    const { max_file = Infinity } = this.#setup.settings() ?? {};
    if (chosen.size > max_file) return fail(`a file may have ${roughSize(max_file)}`, true);
    tell({ kind: "sending", sentBytes: 0 });
    if (!await isReadable(chosen)) return fail("it cannot be read");
    const { api, send, clock, random } = this.#setup;
    try {
      const { sha256: _, ...file } = await persist(
        { clock, random, isWorthIt: (failure) => !signal.aborted && isUnanswered(failure) },
        () =>
          api.upload({
            body: chosen,
            send,
            signal,
            name: chosen.name,
            type: typeOf(chosen),
            idempotencyKey: key,
            progress: (sentBytes) => tell({ kind: "sending", sentBytes }),
          }),
      );
      tell({ kind: "done", file });
    } catch (failure) {
      if (signal.aborted) return;
      if (isCallFailure(failure)) return fail(explain(failure), isTooLarge(failure));
      fail("something went wrong here");
      throw failure;
    }
  }

  #step(id: number, step: FileUpload["step"]): void {
    this.#state.set(this.value.map((upload) => upload.id === id ? { ...upload, step } : upload));
  }
}

/** Why a message cannot be sent with these files yet, to stand after a colon. */
export function uploadsFault(uploads: readonly FileUpload[]): string | undefined {
  const is = (kind: FileUpload["step"]["kind"]) => uploads.some(({ step }) => step.kind === kind);
  if (is("failed")) return "a file could not be uploaded; try again, or remove it";
  return is("sending") || is("waiting") ? "a file is still being uploaded" : undefined;
}

/** What is uploaded of these, in order. */
export function uploaded(uploads: readonly FileUpload[]): readonly Attachment[] {
  return uploads.flatMap(({ step }) => step.kind === "done" ? [step.file] : []);
}

/** Whether a file would not be taken another time either. */
function isTooLarge(failure: CallFailure): boolean {
  return failure instanceof ApiProblem && failure.status === 413;
}

/** A folder that was dropped is no file, and a file may be gone since it was chosen. */
async function isReadable(chosen: Blob): Promise<boolean> {
  try {
    await chosen.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    // Whatever a browser throws then.
    return false;
  }
}

/** What holds several files is refused by the server, which takes it for a form. */
function typeOf({ type }: Blob): string {
  return type === "" || type.startsWith("multipart/") ? unknownType : type;
}
