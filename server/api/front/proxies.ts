/**
 * Proxies that are trusted, and whom a request comes from that they pass on.
 *
 * @module
 */
import type { Request } from "../../http/mod.ts";
import { Failure } from "../failure.ts";
import {
  formatAddress,
  type IpAddress,
  isWithin,
  loopbackNetworks,
  type Network,
  parseAddress,
  parseNetwork,
} from "../../../lib/text/addresses.ts";
import { customaryHops, forwardedHops, type Hop } from "./forwarded.ts";

/** Most proxies behind one another that are asked; whoever the last of them names is the client. */
export const forwardedHopsMax = 16;

/** How a request reached the server: from whom, and by which name they know it. */
export interface Caller {
  /** IP address of the client, as far as trusted proxies tell; empty if it came by a Unix socket. */
  readonly address: string;
  /** By which the client reached the server, or the first trusted proxy. */
  readonly scheme: "http" | "https";
  /** Host and port that the client asked for, good or not; `undefined` if it named none. */
  readonly authority: string | undefined;
  /** Whether a trusted proxy passed it on. */
  readonly proxied: boolean;
}

/** Whether `text` can name proxies: a network, an address, `loopback`, or `unix`. */
export function namesProxies(text: string): boolean {
  return text === "unix" || text === "loopback" || parseNetwork(text) !== undefined;
}

/** The proxies that are believed what they say of a request. */
export class TrustedProxies {
  readonly #networks: readonly Network[];
  readonly #unix: boolean;
  // Most requests come by the same proxy.
  #lastAddress: string | undefined;
  #lastIsTrusted = false;

  /**
   * @param names What {@linkcode namesProxies} takes.
   * @throws {RangeError} if one of them is something else.
   */
  constructor(names: readonly string[]) {
    this.#unix = names.includes("unix");
    this.#networks = names.filter((name) => name !== "unix").flatMap(networksOf);
  }

  /** Whether a peer at `address` is one of them; empty is one that came by a Unix socket. */
  includes(address: string): boolean {
    if (address === "") return this.#unix;
    if (this.#networks.length === 0) return false;
    if (address !== this.#lastAddress) {
      const parsed = parseAddress(address);
      this.#lastIsTrusted = parsed !== undefined && this.#trusts(parsed);
      this.#lastAddress = address;
    }
    return this.#lastIsTrusted;
  }

  /**
   * Whom `request` comes from. From a peer that is not trusted, what it says of others is not read.
   *
   * @throws {Failure} `malformed` if a report cannot be read, or `Forwarded` and `X-Forwarded-…` do
   * not come to the same. The proxy writes one of them and the client may have made up the other;
   * which is which cannot be known, and makes no difference only if they are alike.
   */
  callerOf({ peer, headers, scheme, authority }: Request): Caller {
    const proxied = this.includes(peer.address);
    const own = peer.secure || (proxied && scheme === "https") ? "https" : "http";
    const direct: Caller = { address: peer.address, scheme: own, authority, proxied };
    if (!proxied) return direct;
    const standard = this.#walk(direct, forwardedHops(headers));
    const customary = this.#walk(direct, customaryHops(headers));
    if (standard === undefined || customary === undefined) return standard ?? customary ?? direct;
    if (isSameCaller(standard, customary)) return standard;
    throw new Failure(
      "malformed",
      "Forwarded and X-Forwarded-For, -Proto and -Host do not tell the same: " +
        "the proxy in front must remove those that it does not write itself.",
    );
  }

  /**
   * Follows `hops` from the nearest on, as long as they tell of trusted proxies; `undefined` if there
   * are none.
   */
  #walk(direct: Caller, hops: Iterable<Hop>): Caller | undefined {
    let caller: Caller | undefined;
    let count = 0;
    for (const hop of hops) {
      const { address, scheme, authority } = caller ?? direct;
      caller = {
        address: hop.address === undefined ? address : formatAddress(hop.address),
        // What the first proxy saw is what the client asked for.
        scheme: hop.scheme ?? scheme,
        authority: hop.authority ?? authority,
        proxied: true,
      };
      count += 1;
      if (hop.address === undefined || !this.#trusts(hop.address)) break;
      if (count === forwardedHopsMax) break;
    }
    return caller;
  }

  #trusts(address: IpAddress): boolean {
    return this.#networks.some((network) => isWithin(address, network));
  }
}

function isSameCaller(one: Caller, other: Caller): boolean {
  return one.address === other.address && one.scheme === other.scheme &&
    one.authority === other.authority;
}

function networksOf(name: string): readonly Network[] {
  if (name === "loopback") return loopbackNetworks;
  const network = parseNetwork(name);
  if (network === undefined) throw new RangeError(`Cannot trust ${name}: it is no network`);
  return [network];
}
