/**
 * Sees that a benchmark leaves nothing behind, also when it is told to end before its end.
 *
 * @module
 */

const undoings = new Set<() => void>();

/** Has `undo` called if a signal ends the benchmark; returns what calls that off. */
export function undoOnSignal(undo: () => void): () => void {
  undoings.add(undo);
  return () => undoings.delete(undo);
}

/** Ends the benchmark on a signal, and undoes what is to be undone. */
export function endOnSignals(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      for (const undo of undoings) undo();
      Deno.exit(1);
    });
  }
}

/** A folder that is gone when its scope is left. */
export interface ScratchFolder extends Disposable {
  readonly path: string;
}

/** In the folder at hand, since what is in `/tmp` may be kept in memory, which is no disk. */
export function scratchFolder(): ScratchFolder {
  const path = Deno.makeTempDirSync({ dir: ".", prefix: "bench-" });
  const remove = () => Deno.removeSync(path, { recursive: true });
  const calledOff = undoOnSignal(remove);
  return {
    path,
    [Symbol.dispose]() {
      calledOff();
      remove();
    },
  };
}
