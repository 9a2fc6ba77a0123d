/**
 * One visit of the doctor: what it was called for, and what its checks learn for one another.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { ServeConfig } from "../config.ts";
import type { Endpoint } from "../http/mod.ts";
import type { TlsFiles } from "../tls_files.ts";
import type { Holder } from "./holder.ts";

/** What a clock elsewhere showed, to the second, while ours went from one time to another. */
export interface ForeignTime {
  readonly where: string;
  readonly theirMs: number;
  readonly askedMs: number;
  readonly answeredMs: number;
}

export interface Visit {
  readonly config: ServeConfig;
  readonly endpoints: readonly Endpoint[];
  readonly tlsFiles: TlsFiles | undefined;
  /** Where the public finds the server, as an origin. */
  readonly url: string | undefined;
  readonly token: string | undefined;
  /** The command that it was called by, as it is typed in a shell. */
  readonly again: string;
  readonly clock: Clock;
  /** When it began, by the wall and by the monotonic clock. */
  readonly startedMs: number;
  readonly startedMonotonicMs: number;
  /** Tells whoever watches what takes its time. */
  readonly say: (text: string) => void;
  /** Who uses the database, when that is known. */
  holder: Holder;
  /** Of the database's log. */
  epoch: string | undefined;
  /** When its newest event took place. */
  newestMs: number | undefined;
  readonly foreignTimes: ForeignTime[];
}
