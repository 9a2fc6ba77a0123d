/**
 * What `fetch` of Deno says of a failure of the network, read for what it means.
 *
 * @module
 */
import type { NetworkFault } from "./exchange.ts";

/** Why a server was not reached at which nothing listens. */
export const noListener = "nothing listens there";

/** Why a server was not reached whose certificate nobody vouches for. */
export const certificateFault = "its certificate is not trusted";

type Row = readonly [pattern: RegExp, why: string, arrived: NetworkFault["arrived"]];

const rows: readonly Row[] = [
  [/invalid HTTP/i, "it is not HTTP, perhaps HTTPS", "elsewhere"],
  [/not valid for name/i, "its certificate is for another name", "never"],
  [/certificate.*expired/i, "its certificate has expired", "never"],
  [/certificate.*not ?valid ?yet/i, "its certificate is not valid yet", "never"],
  [/certificate/i, certificateFault, "never"],
  [/InvalidContentType|tls handshake/i, "it does not speak TLS, perhaps plain HTTP", "never"],
  [/connection refused/i, noListener, "never"],
  [/dns|lookup|name resolution|resolve/i, "there is no such host", "never"],
  [/timed out/i, "it did not answer in time", "perhaps"],
  [/unreachable|no route/i, "there is no way to it", "never"],
  [/requests to port \d+ are blocked/i, "no program may use this port for HTTP", "never"],
];

/** What a failure of `fetch` means; `undefined` for one that is not known. */
export function readFault(failure: unknown): NetworkFault | undefined {
  const told = networkWords(failure);
  const [, why, arrived] = rows.find(([pattern]) => pattern.test(told)) ?? [];
  return why === undefined || arrived === undefined ? undefined : { why, arrived };
}

/** What `fetch` says, without the address, which could say anything. */
function networkWords(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  const cause = failure.cause instanceof Error ? failure.cause.message : "";
  return `${failure.message} ${cause}`.replace(/error sending request.*?client error \(\w+\):/, "");
}
