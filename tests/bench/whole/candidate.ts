/**
 * A server that takes part, in one configuration: how it is started, and how one talks to it.
 *
 * @module
 */
import { hasProgram } from "../pinning.ts";
import type { ServerProcess } from "../server_process.ts";
import type { LoadProgram } from "./load_program.ts";
import type { Marks } from "./plan.ts";
import type { Scale } from "./scale.ts";

/** Where and how a server is started. */
export interface Place {
  /** For its files; nothing is in it yet, but what the candidate itself has put there. */
  readonly folder: string;
  /** What goes before its command, such as `taskset`. */
  readonly prefix: readonly string[];
}

/** Where, with what, and how much of it. */
export interface Means {
  readonly place: Place;
  readonly program: LoadProgram;
  readonly scale: Scale;
}

/** How one listens, and how one sends. */
export interface Speech {
  readonly marks: Marks;
  /** Whether all in a room are promised the same order of what several send. */
  readonly oneOrder?: true;
  /** How many connections it can have opening at a time, where that is few. */
  readonly window?: number;
  /** What the Nth receiver says to listen in a room. */
  receiver(at: number, room: number): string;
  /** What the Nth sender says at first, and to send to a room; it is another load each time. */
  sender(at: number, room: number, load: number): {
    readonly hello: string;
    readonly message: string;
  };
  /** How many messages it has kept so far; without it, nobody asks. */
  kept?(server: ServerProcess, folder: string): Promise<number>;
}

/** A server that takes part. */
export interface Candidate {
  readonly name: string;
  /** What it cannot be started without, and the package of Debian that has it. */
  readonly needs: { readonly file: string; readonly debian: string } | undefined;
  start(place: Place): Promise<ServerProcess>;
  /** To whoever is there, at once. */
  readonly live?: Speech;
  /** To the disk, before the sender is answered. */
  readonly durable?: Speech;
}

/** Why it cannot take part on this machine. */
export function hindrance({ needs }: Candidate): string | undefined {
  if (needs === undefined || isThere(needs.file)) return undefined;
  return `there is no ${needs.file} (Debian: apt-get install ${needs.debian})`;
}

function isThere(file: string): boolean {
  if (!file.startsWith("/")) return hasProgram(file) || isThere(`/usr/sbin/${file}`);
  try {
    return Deno.statSync(file).isFile;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return false;
    throw failure;
  }
}

/** Where a program is: Debian keeps servers where not everyone's PATH leads. */
export function pathOf(program: string): string {
  return hasProgram(program) ? program : `/usr/sbin/${program}`;
}
