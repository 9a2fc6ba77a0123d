/**
 * Addresses of the page that hold a code.
 *
 * @module
 */
import { parseAuthority } from "./front/authority.ts";
import type { Caller } from "./front/proxies.ts";

/**
 * The address of the page that asks to enter a room by `code`, as its owner has reached this server;
 * without the server if they did not say how. What follows `#` is sent to no server, and so is in no
 * log.
 */
export function joinUrl(caller: Caller, code: string): string {
  return onServer(caller, `/join#${code}`);
}

/** The same of the page that registers someone by `code`. */
export function registrationUrl(caller: Caller, code: string): string {
  return onServer(caller, `/#invite=${code}`);
}

function onServer({ scheme, authority = "" }: Caller, page: string): string {
  return parseAuthority(authority) === undefined ? page : `${scheme}://${authority}${page}`;
}
