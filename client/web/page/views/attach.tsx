/**
 * Putting files into a message that is being written.
 *
 * @module
 */
import { countText } from "../../../../lib/text/counts.ts";
import { roughSize } from "../../../../lib/text/sizes.ts";
import { Fragment, h } from "preact";
import type { JSX, RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { uploadsOf } from "../browser/uploader.ts";
import { type FileUpload, uploaded } from "../files/uploads.ts";
import { useTab, useWatched } from "./context.ts";
import { useHindrance } from "./hindrance.ts";

export interface AttachProps {
  /** What stands for the place that the message goes to. */
  readonly place: string;
  /** Where files are pasted, and what shows that they can be dropped. */
  readonly area: RefObject<HTMLElement>;
}

export function Attach({ place, area }: AttachProps): JSX.Element {
  const uploads = uploadsOf(useTab());
  const rows = useWatched(uploads, (all) => all).filter((upload) => upload.place === place);
  const { isBanned } = useHindrance();
  const [fault, setFault] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isBanned) return;
    return takeFiles(area.current, (files) => setFault(uploads.add(place, files)));
  }, [uploads, place, isBanned]);
  const remove = (upload: FileUpload) => {
    uploads.remove(upload);
    button.current?.focus();
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          setFault(uploads.add(place, [...currentTarget.files ?? []]));
          // The same file may be chosen again.
          currentTarget.value = "";
        }}
      />
      <button
        ref={button}
        type="button"
        aria-label="Attach files"
        disabled={isBanned}
        onClick={() => input.current?.click()}
      >
        Attach
      </button>
      <div class="uploads">
        {rows.length > 0 && (
          <ul aria-label="Files of this message">
            {rows.map((upload) => (
              <UploadRow
                key={upload.id}
                upload={upload}
                remove={() => remove(upload)}
                retry={() => uploads.retry(upload)}
              />
            ))}
          </ul>
        )}
        <p class="visually-hidden" role="status">{standing(rows)}</p>
        <div role="alert">
          {fault !== undefined && <p class="fault">{fault}</p>}
        </div>
      </div>
    </>
  );
}

interface UploadRowProps {
  readonly upload: FileUpload;
  readonly remove: () => void;
  readonly retry: () => void;
}

function UploadRow({ upload: { chosen, step }, remove, retry }: UploadRowProps): JSX.Element {
  const { name, size } = chosen;
  const isUnderWay = step.kind === "waiting" || step.kind === "sending";
  return (
    <li>
      <span>
        <bdi>{name}</bdi> <span class="hint">{roughSize(size)}</span>
        {step.kind === "failed" && <span class="fault">: {step.why}</span>}
      </span>
      {isUnderWay && (
        <progress
          aria-label={`Upload of ${name}`}
          max={size || 1}
          value={step.kind === "sending" ? step.sentBytes : 0}
        />
      )}
      {step.kind === "failed" && !step.isFinal && (
        <button type="button" class="quiet" aria-label={`Try again: ${name}`} onClick={retry}>
          Try again
        </button>
      )}
      <button
        type="button"
        class="quiet"
        aria-label={`${isUnderWay ? "Cancel" : "Remove"}: ${name}`}
        onClick={remove}
      >
        {isUnderWay ? "Cancel" : "Remove"}
      </button>
    </li>
  );
}

/** How it stands with the files, to be read out when that changes. */
function standing(uploads: readonly FileUpload[]): string {
  const failed = uploads.filter(({ step }) => step.kind === "failed").length;
  const done = uploaded(uploads).length;
  const left = uploads.length - failed - done;
  if (left > 0) return `${countText(left, "file")} being uploaded`;
  return [
    failed > 0 && `${countText(failed, "file")} not uploaded`,
    done > 0 && `${countText(done, "file")} ready to be sent`,
  ].filter(Boolean).join(", ");
}

/** Takes what is pasted in `area` and dropped anywhere; gives back what ends that. */
function takeFiles(
  area: HTMLElement | null,
  take: (files: readonly File[]) => void,
): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const show = (isDropping: boolean) => area?.classList.toggle("dropping", isDropping);
  const drag = (event: DragEvent) => {
    const { dataTransfer } = event;
    if (!dataTransfer?.types.includes("Files")) return;
    // A browser would leave the page for a file that is dropped beside the form.
    event.preventDefault();
    const isWelcome = document.querySelector("dialog[open]") === null;
    dataTransfer.dropEffect = isWelcome ? "copy" : "none";
    const isDropped = event.type === "drop";
    show(isWelcome && !isDropped);
    if (isWelcome && isDropped) take([...dataTransfer.files]);
  };
  addEventListener("dragover", drag, { signal });
  addEventListener("drop", drag, { signal });
  addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) show(false);
  }, { signal });
  area?.addEventListener("paste", (event) => {
    const { files = [], types = [] } = event.clipboardData ?? {};
    // What is copied in a text editor may come with a picture of it.
    if (files.length === 0 || types.includes("text/plain")) return;
    event.preventDefault();
    take([...files]);
  }, { signal });
  return () => {
    abort.abort();
    show(false);
  };
}
