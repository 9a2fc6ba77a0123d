/**
 * The hosts that the server answers for: against pages whose name is made to lead to it.
 *
 * A page of `evil.example` can have its name resolved to 127.0.0.1, or to an address of a local
 * network, and is then, to the browser, of the same origin as what answers there (DNS rebinding).
 * What it cannot change is the host that the browser names in its requests.
 *
 * @module
 */
import { parseAddress } from "../../../lib/text/addresses.ts";
import { isLocalHost, parseAuthority } from "./authority.ts";

/** Whether `text` names a host and nothing else: no port, for the port makes no difference here. */
export function isHost(text: string): boolean {
  return hostOf(text) !== undefined;
}

/** The host in the form in which it is compared; `undefined` if it is none. */
function hostOf(text: string): string | undefined {
  const isBareIpv6 = text.includes(":") && parseAddress(text) !== undefined;
  const authority = parseAuthority(isBareIpv6 ? `[${text}]` : text);
  return authority?.port === "" ? authority.host : undefined;
}

/** The hosts that a request may be for: those by which a machine reaches itself, and others. */
export class AllowedHosts {
  readonly #named: ReadonlySet<string>;
  #allowsAny = false;
  // Nearly all requests are for one authority.
  #lastAllowed: string | undefined;

  /**
   * @param named What {@linkcode isHost} takes.
   * @throws {RangeError} if one of them is no host.
   */
  constructor(named: readonly string[]) {
    this.#named = new Set(named.map((text) => {
      const host = hostOf(text);
      if (host === undefined) throw new RangeError(`Cannot allow ${text}: it is no host`);
      return host;
    }));
  }

  /** Others than its machine can reach the server: if it is not said by which names, any will do. */
  openToOthers(): void {
    this.#allowsAny = !this.areNamed;
  }

  /** Whether the operator has said by which names the server is known. */
  get areNamed(): boolean {
    return this.#named.size > 0;
  }

  /** Whether a request for `authority` is one for this server, whatever the port. */
  allows(authority: string): boolean {
    if (this.#allowsAny || authority === this.#lastAllowed) return true;
    const parsed = parseAuthority(authority);
    if (parsed === undefined) return false;
    if (!this.#named.has(parsed.host) && !isLocalHost(parsed.host)) return false;
    this.#lastAllowed = authority;
    return true;
  }
}
