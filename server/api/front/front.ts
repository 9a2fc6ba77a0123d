/**
 * What stands in front of the operations: who asks, for which host, and for which page.
 *
 * @module
 */
import type { Request, Response } from "../../http/mod.ts";
import { Failure } from "../failure.ts";
import { parseAuthority } from "./authority.ts";
import { AllowedHosts } from "./hosts.ts";
import { Pages } from "./pages.ts";
import { type Caller, TrustedProxies } from "./proxies.ts";

export interface FrontSettings {
  /** What is believed what it says of others: networks, addresses, `loopback`, `unix`. */
  readonly trustedProxies: readonly string[];
  /** Hosts that the server answers for beside those by which its machine reaches itself. */
  readonly allowedHosts: readonly string[];
  /** Origins whose pages may use the API. */
  readonly corsOrigins: readonly string[];
}

/** The door that every request comes in by, and every answer goes out by. */
export class Front {
  readonly #proxies: TrustedProxies;
  readonly #hosts: AllowedHosts;
  readonly #pages: Pages;

  /** @throws {RangeError} if one of the settings cannot be read. */
  constructor(settings: FrontSettings) {
    this.#proxies = new TrustedProxies(settings.trustedProxies);
    this.#hosts = new AllowedHosts(settings.allowedHosts);
    this.#pages = new Pages(settings.corsOrigins);
  }

  /** Takes note that the server can be reached from other machines: until then, it cannot. */
  openToOthers(): void {
    this.#hosts.openToOthers();
  }

  /** Whether whoever comes from `address` may stand for many others. */
  isProxy(address: string): boolean {
    return this.#proxies.includes(address);
  }

  /**
   * Whom `request` comes from.
   *
   * @throws {Failure} `malformed` if that cannot be known from what a proxy says of it.
   */
  callerOf(request: Request): Caller {
    return this.#proxies.callerOf(request);
  }

  /**
   * Refuses what is not meant for this server, or comes from a page that may not ask for it.
   *
   * @throws {Failure} `misdirected`, `forbidden`
   */
  admit(request: Request, caller: Caller): void {
    const { authority, scheme, peer } = request;
    // RFC 9110 §7.4: what is asked of https must have come safely, at least to a proxy.
    if (scheme === "https" && !peer.secure && !caller.proxied) {
      throw new Failure("misdirected", "What is asked for by https must come by TLS.");
    }
    // No page can make a browser come by a Unix socket, and a program there may call us anything. But
    // where names are given, a proxy may be there that nobody has told us to trust.
    if (peer.address !== "" || caller.proxied || this.#hosts.areNamed) {
      this.#requireAllowed(authority);
      // A page that has been made to lead here can add any field but the host.
      if (caller.authority !== authority) this.#requireAllowed(caller.authority);
    }
    this.#pages.admit(request, caller);
  }

  /** What of `response` the one who has asked is to know about who may read it. */
  share(request: Request, response: Response): Response {
    return this.#pages.share(request, response);
  }

  /** Whoever names no host is no browser: none leaves it out. */
  #requireAllowed(authority: string | undefined): void {
    if (authority === undefined || this.#hosts.allows(authority)) return;
    const host = parseAuthority(authority)?.host;
    throw new Failure(
      "misdirected",
      host === undefined
        ? "This server does not answer for that host."
        : `This server does not answer for ${host}. If it should, it is to be started ` +
          `with --allowed-host ${host}.`,
    );
  }
}
