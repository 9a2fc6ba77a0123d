/**
 * Which network an address belongs to, as far as one peer can choose its addresses.
 *
 * @module
 */
import { formatAddress, networkAround, parseAddress } from "../../lib/text/addresses.ts";

/** The bits of an IPv6 address that its holder does not choose: a network of theirs has the rest. */
const networkBits = 64;

/**
 * The address itself for IPv4, its first 64 bits for IPv6.
 *
 * What is no address, as the empty one of who came by a Unix socket, is a network of its own.
 */
export function networkOf(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) return text;
  if (address.length === 4) return formatAddress(address);
  const { first, bits } = networkAround(address, networkBits);
  return `${formatAddress(first)}/${bits}`;
}
