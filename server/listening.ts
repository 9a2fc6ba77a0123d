/**
 * Where the server listens, as its options have it: read, chosen, told, and explained when it fails.
 *
 * @module
 */
import { type OptionSource, reader, UsageError } from "../lib/options.ts";
import { isLoopback } from "../lib/text/addresses.ts";
import { type Endpoint, EndpointError, endpointText } from "./http/mod.ts";

/** Reads `127.0.0.1:8000`, `[::1]:8000`, `localhost:8000` or `unix:/run/chat.sock`. */
export const endpoint = reader<Endpoint>(
  "an address with a port like 127.0.0.1:8000 or [::1]:8000, or unix:FILE",
  parseEndpoint,
);

const portMax = 65_535;

// An address must be there: `:8000` may be what an empty variable has left of `$HOST:8000`, and is
// no reason to open the server to everyone.
function parseEndpoint(text: string): Endpoint | undefined {
  const [, path] = /^unix:(.+)$/s.exec(text) ?? [];
  if (path !== undefined) return { path };
  const [, ipv6, name, digits = ""] =
    /^(?:\[([^[\]/\s]*:[^[\]/\s]*)\]|([^:[\]/\s]+)):(\d{1,5})$/.exec(text) ?? [];
  const hostname = ipv6 ?? name;
  const port = Number(digits);
  return hostname === undefined || port > portMax ? undefined : { hostname, port };
}

/** The options that say where to listen. */
export interface ListeningConfig {
  readonly host: string;
  readonly port: number;
  readonly listen: readonly Endpoint[];
}

/**
 * The places that were chosen: those of `--listen`, or else the one of `--host` and `--port`.
 *
 * @throws {UsageError} if both were chosen in the same way. A flag wins over a variable.
 */
export function endpointsOf(
  { host, port, listen }: ListeningConfig,
  sources: { readonly [Flag in keyof ListeningConfig]?: OptionSource },
): readonly Endpoint[] {
  const single = [{ hostname: host, port }];
  if (sources.listen === undefined) return single;
  const chosen = [sources.host, sources.port];
  if (sources.listen === "environment" && chosen.includes("arguments")) return single;
  if (chosen.includes(sources.listen)) {
    throw new UsageError(
      "Cannot use --listen with --host or --port: " +
        `write --listen ${endpointText({ hostname: host, port })} for the address that they name`,
    );
  }
  return listen;
}

/** Whether nobody on another machine can reach it. */
export function isLocal(place: Endpoint): boolean {
  return "path" in place || place.hostname === "localhost" || isLoopback(place.hostname);
}

/** Where clients find what listens at `places`: those of TCP first. */
export function urlsOf(
  places: readonly Endpoint[],
  { secure }: { readonly secure: boolean },
): readonly string[] {
  const scheme = secure ? "https" : "http";
  const isUnix = (place: Endpoint) => "path" in place;
  return [
    ...places.filter((place) => !isUnix(place)).map((place) =>
      `${scheme}://${endpointText(place)}`
    ),
    ...places.filter(isUnix).map(endpointText),
  ];
}

/** Why it can't be listened there, for the operator. */
export function listenFailure({ message, endpoint, cause }: EndpointError): string {
  if (cause instanceof Deno.errors.AddrInUse) {
    const flag = "path" in endpoint ? "--listen" : "--port or --listen";
    return `${message}: something else listens there; choose another with ${flag}`;
  }
  if (cause instanceof Deno.errors.PermissionDenied) return `${message}: it is not permitted`;
  if (cause instanceof Deno.errors.AddrNotAvailable) {
    return `${message}: this machine has no such address`;
  }
  if (cause instanceof Deno.errors.NotFound) return `${message}: there is no such folder`;
  return `${message}: ${cause instanceof Error ? cause.message : cause}`;
}
