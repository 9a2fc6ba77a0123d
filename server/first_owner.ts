/**
 * What an operator is told who starts a server that nobody has registered at: how to become its owner.
 *
 * @module
 */
import type { RegistrationMode } from "./api/registrations.ts";

/** Whether someone must be given the server, who could not be sure of it, or not get in, otherwise. */
export function needsFirstOwner(
  { users, isLocal, registration }: {
    /** How many have registered. */
    readonly users: number;
    /** Whether nobody on another machine can reach the server. */
    readonly isLocal: boolean;
    readonly registration: RegistrationMode;
  },
): boolean {
  return users === 0 && (!isLocal || registration !== "open");
}

/** The addresses at which a server listens when it listens at all that its machine has. */
const everywhere = /\/\/(?:0\.0\.0\.0|\[::\])(?=:|$)/;

/**
 * The lines that tell how to use the code of the first owner.
 *
 * @param url Where the server answers; `unix:FILE` if by no address.
 * @param hosts By which it is known to others.
 */
export function firstOwnerLines(
  url: string,
  code: string,
  hosts: readonly string[] = [],
): readonly string[] {
  const isAddress = URL.canParse(url) && url.startsWith("http");
  const [host = "localhost"] = hosts.map(urlHost);
  const server = isAddress ? url.replace(everywhere, `//${host}`) : "URL";
  return [
    "Nobody has registered yet. Who does so with this code, which works once, owns the chat:",
    `  chat client --server ${server} --user NAME --invite ${code}`,
    `  ${server}/#invite=${code}`,
  ];
}

/** A host as it stands in a URL: an address of IPv6 in brackets. */
function urlHost(host: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}
