/**
 * All that the doctor looks at, as one table.
 *
 * @module
 */
import { checkCertificate } from "./certificate.ts";
import { checkDatabase } from "./database.ts";
import { checkDisk } from "./disk.ts";
import type { Finding } from "./finding.ts";
import { checkListening } from "./listening.ts";
import { checkProcess } from "./process.ts";
import { checkStream } from "./stream.ts";
import { checkClock } from "./time.ts";
import { checkUrl } from "./url.ts";
import type { Visit } from "./visit.ts";

/** Looks, changes nothing, and waits for nobody longer than a few seconds. */
export type Look = (visit: Visit) => readonly Finding[] | Promise<readonly Finding[]>;

export interface Check {
  readonly name: string;
  readonly look: Look;
}

/**
 * In this order, for some build on what those before them have learned: who uses the database, of
 * which log it is, and what other clocks show.
 */
export const checks: readonly Check[] = [
  { name: "database", look: checkDatabase },
  { name: "disk", look: checkDisk },
  { name: "listening", look: checkListening },
  { name: "certificate", look: checkCertificate },
  { name: "public address", look: checkUrl },
  { name: "stream", look: checkStream },
  { name: "clock", look: checkClock },
  { name: "process", look: checkProcess },
];
