/**
 * The files of a message: pictures are shown, all others can only be saved.
 *
 * @module
 */
import { Fragment, h } from "preact";
import type { JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Attachment } from "../../../../lib/api/schemas.ts";
import { roughSize } from "../../../../lib/text/sizes.ts";
import { saveAs } from "../browser/saving.ts";
import { fetchFile, isPicture, previewBytesMax } from "../files/incoming.ts";
import { Turns } from "../files/turns.ts";
import { useBackStep } from "./back_step.ts";
import { useTab } from "./context.ts";

/** Most pictures that are fetched at once: calls have to come through beside them. */
export const previewsAtOnceMax = 2;

/** Most pixels of a picture that is shown: a few bytes may stand for more than any memory holds. */
export const picturePixelsMax = 40_000_000;

/** How far from what is seen of a log a picture is fetched, and let go again. */
const nearMargin = "150% 0px";

const turns = new Turns(previewsAtOnceMax);

export function Attachments({ files }: { readonly files: readonly Attachment[] }): JSX.Element {
  return (
    <ul class="attachments">
      {files.map((file) => (
        <li key={file.id}>
          {isPicture(file) ? <Picture file={file} /> : <Saving file={file} />}
        </li>
      ))}
    </ul>
  );
}

interface FileProps {
  readonly file: Attachment;
}

/** A file by its name, and a button to save it. */
function Saving({ file }: FileProps): JSX.Element {
  const { api } = useTab();
  const { name, size } = file;
  const [gotBytes, setGot] = useState<number>();
  const [fault, setFault] = useState<string>();
  const abort = useRef<AbortController>();
  const end = () => abort.current?.abort();
  useEffect(() => end, []);
  const save = async () => {
    const { signal } = abort.current = new AbortController();
    setFault(undefined);
    setGot(0);
    const came = await fetchFile(api, file, { use: "save", signal, progress: setGot });
    setGot(undefined);
    if (typeof came === "string") setFault(came);
    else if (came !== undefined) saveAs(name, came);
  };
  const isUnderWay = gotBytes !== undefined;
  const label = isUnderWay ? "Cancel" : "Download";
  return (
    <p class="file">
      <span>
        <bdi>{name}</bdi> <span class="hint">{roughSize(size)}</span>
      </span>
      {isUnderWay && (
        <progress aria-label={`Download of ${name}`} max={size || 1} value={gotBytes} />
      )}
      <button
        type="button"
        class="quiet"
        aria-label={`${label}: ${name}`}
        onClick={isUnderWay ? end : save}
      >
        {label}
      </button>
      <span role="alert" class="fault">{fault !== undefined && `Not downloaded: ${fault}`}</span>
    </p>
  );
}

/** A picture in a box that has its measures before it has come. */
function Picture({ file }: FileProps): JSX.Element {
  const { name, size } = file;
  const [isWanted, want] = useState(size <= previewBytesMax);
  const box = useRef<HTMLDivElement>(null);
  const isNear = useNearness(box);
  const [isUnfit, setUnfit] = useState(false);
  const refuse = () => setUnfit(true);
  const [attempt, setAttempt] = useState(0);
  const [isOpen, setOpen] = useState(false);
  // What comes in may push it away under its reader's eyes.
  const isFetched = isWanted && (isNear || isOpen);
  const { address, fault } = usePicture(file, { isWanted: isFetched, attempt, refuse });
  const close = () => setOpen(false);
  if (isUnfit) return <Saving file={file} />;
  return (
    <div ref={box} class="picture">
      {address !== undefined
        ? (
          <button
            type="button"
            aria-label={`Show ${name} as a whole`}
            onClick={() => setOpen(true)}
          >
            <img src={address} alt={name} onError={refuse} />
          </button>
        )
        : fault !== undefined
        ? (
          <>
            <p class="fault" role="status">Not shown: {fault}</p>
            <button
              type="button"
              aria-label={`Try again: ${name}`}
              onClick={() => setAttempt(attempt + 1)}
            >
              Try again
            </button>
            <Saving file={file} />
          </>
        )
        : (
          <p class="hint">
            <bdi>{name}</bdi> {roughSize(size)}
            {!isWanted && (
              <button
                type="button"
                aria-label={`Show ${name}`}
                onClick={() => want(true)}
              >
                Show
              </button>
            )}
          </p>
        )}
      {isOpen && address !== undefined && <Whole file={file} address={address} close={close} />}
    </div>
  );
}

interface WholeProps extends FileProps {
  readonly address: string;
  readonly close: () => void;
}

/** A picture as large as the window lets it be. */
function Whole({ file, address, close }: WholeProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => dialog.current?.showModal(), []);
  useBackStep(close);
  return (
    <dialog
      ref={dialog}
      class="whole-picture"
      aria-label={file.name}
      onClose={close}
      // The keys of the log are not meant.
      onKeyDown={(event) => event.stopPropagation()}
      onClick={({ target, currentTarget }) => {
        if (target === currentTarget) currentTarget.close();
      }}
    >
      <img src={address} alt={file.name} />
      <div>
        <Saving file={file} />
        <button type="button" onClick={() => dialog.current?.close()}>Close</button>
      </div>
    </dialog>
  );
}

/** Whether something is in what is seen of its log, or not far from it. */
function useNearness(box: { readonly current: HTMLElement | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const { current } = box;
    if (current === null) return;
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.at(-1)?.isIntersecting === true),
      { root: current.closest("dialog, .log"), rootMargin: nearMargin },
    );
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return isNear;
}

interface PictureState {
  /** Where the browser has it. */
  readonly address?: string;
  /** Why it has not come. */
  readonly fault?: string;
}

interface PictureWish {
  readonly isWanted: boolean;
  /** Counts how often it was asked for. */
  readonly attempt: number;
  /** Told that it would take too much to draw it. */
  readonly refuse: () => void;
}

/** Fetches a picture while it is wanted, anew with each attempt, and lets it go afterwards. */
function usePicture(
  file: Attachment,
  { isWanted, attempt, refuse }: PictureWish,
): PictureState {
  const { api } = useTab();
  const [state, setState] = useState<PictureState>({});
  useEffect(() => {
    if (!isWanted) return;
    const abort = new AbortController();
    const { signal } = abort;
    let address: string | undefined;
    const load = async () => {
      // It may have been scrolled by before its turn came.
      if (signal.aborted) return;
      const came = await fetchFile(api, file, { use: "draw", signal });
      if (typeof came === "string") setState({ fault: came });
      if (!(came instanceof Blob)) return;
      address = URL.createObjectURL(came);
      const pixels = await pixelsOf(address);
      if (signal.aborted) return;
      if (pixels > picturePixelsMax) refuse();
      else setState({ address });
    };
    turns.run(load).catch(reportError);
    return () => {
      abort.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
      setState({});
    };
  }, [isWanted, file.id, attempt]);
  return state;
}

/** How many pixels a picture has, by what it says of itself: nothing is drawn for that. */
function pixelsOf(address: string): Promise<number> {
  const image = new Image();
  return new Promise((resolve) => {
    image.onload = () => resolve(image.naturalWidth * image.naturalHeight);
    // What is no picture is found out where it is shown.
    image.onerror = () => resolve(0);
    image.src = address;
  });
}
