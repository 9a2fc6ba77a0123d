/**
 * What a command needs of the terminal that its operator sits at.
 *
 * @module
 */

/** How far something is. */
export interface Progress {
  readonly name: string;
  readonly doneBytes: number;
  readonly totalBytes: number;
}

/** How something is asked. */
export interface Asking {
  /** Whether what is typed can be seen: it is no secret. */
  readonly echo?: boolean;
}

/** The client's side has it all; who starts the command joins the two. */
export interface OperatorTerminal {
  /** Asks; `undefined` if who is asked goes away. Absent: there is nobody to ask. */
  readonly ask?: (question: string, asking?: Asking) => Promise<string | undefined>;
  /** Shows a bar where someone watches; `undefined`: it has come to its end. */
  progress(progress: Progress | undefined): void;
  /** Whether someone may well read at once what is said. */
  readonly watched: boolean;
  /** Calls `end` with the exit code when a signal asks to end; gives what stops listening. */
  onEndingSignal(end: (exitCode: number) => void): () => void;
}
