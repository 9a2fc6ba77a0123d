/**
 * IP addresses and networks of them: how they are read, written and compared.
 *
 * @module
 */

/**
 * The bytes of an address: four, or sixteen.
 *
 * An IPv6 address that stands for an IPv4 one (`::ffff:192.0.2.1`) is that one, so that nobody has
 * two addresses for having come by a socket that takes both.
 */
export type IpAddress = readonly number[];

/** All addresses that begin with the same bits. */
export interface Network {
  readonly first: IpAddress;
  readonly bits: number;
}

const mappedPrefix = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] as const;

/** Reads an address without a zone (RFC 3986 §3.2.2, RFC 4291 §2.2); `undefined` if it is none. */
export function parseAddress(text: string): IpAddress | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const bytes = parseIpv6(text);
  const isMapped = bytes !== undefined && mappedPrefix.every((byte, at) => byte === bytes[at]);
  return isMapped ? bytes.slice(mappedPrefix.length) : bytes;
}

// No zeros before a number: some would read them as octal, and so another address.
const ipv4 = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

function parseIpv4(text: string): number[] | undefined {
  const bytes = ipv4.exec(text)?.slice(1).map(Number);
  return bytes?.every((byte) => byte <= 255) ? bytes : undefined;
}

/** Reads `IPv6address` of RFC 3986 §3.2.2; `undefined` if it is none. */
export function parseIpv6(text: string): IpAddress | undefined {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  if (after === undefined) {
    const bytes = parseGroups(before, { mayEndInIpv4: true });
    return bytes?.length === 16 ? bytes : undefined;
  }
  const head = before === "" ? [] : parseGroups(before, { mayEndInIpv4: false });
  const tail = after === "" ? [] : parseGroups(after, { mayEndInIpv4: true });
  if (head === undefined || tail === undefined) return undefined;
  // The two colons stand for one group at least.
  const zeros = 16 - head.length - tail.length;
  return zeros < 2 ? undefined : [...head, ...Array.from({ length: zeros }, () => 0), ...tail];
}

function parseGroups(
  text: string,
  { mayEndInIpv4 }: { readonly mayEndInIpv4: boolean },
): number[] | undefined {
  const groups = text.split(":");
  const last = groups.at(-1) ?? "";
  const ending = mayEndInIpv4 && last.includes(".") ? parseIpv4(last) : [];
  if (ending === undefined) return undefined;
  if (ending.length > 0) groups.pop();
  if (!groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return [...groups.map((group) => parseInt(group, 16)).flatMap(bytesOf), ...ending];
}

function bytesOf(group: number): [number, number] {
  return [group >> 8, group & 0xff];
}

/** Writes an address in the one form that RFC 5952 §4 leaves. */
export function formatAddress(address: IpAddress): string {
  if (address.length === 4) return address.join(".");
  const groups = Array.from(
    { length: 8 },
    (_, at) => ((address[2 * at] ?? 0) << 8 | (address[2 * at + 1] ?? 0)).toString(16),
  );
  const zeros = longestZeros(groups);
  if (zeros.length < 2) return groups.join(":");
  const before = groups.slice(0, zeros.from).join(":");
  const after = groups.slice(zeros.from + zeros.length).join(":");
  return `${before}::${after}`;
}

/** The longest run of zeros; the first of equals. */
function longestZeros(groups: readonly string[]): { from: number; length: number } {
  let longest = { from: 0, length: 0 };
  let length = 0;
  for (const [at, group] of groups.entries()) {
    length = group === "0" ? length + 1 : 0;
    if (length > longest.length) longest = { from: at + 1 - length, length };
  }
  return longest;
}

/**
 * Reads a network, as `10.0.0.0/8`, or an address, which is a network of one; `undefined` if it is
 * neither.
 *
 * Bits behind the prefix must be zero: `10.1.2.3/8` is more likely a slip than a wish for all of it.
 */
export function parseNetwork(text: string): Network | undefined {
  const [, start = "", length] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const first = parseAddress(start);
  if (first === undefined) return undefined;
  const bitsMax = 8 * first.length;
  if (length === undefined) return { first, bits: bitsMax };
  // The prefix of `::ffff:10.0.0.0/104` counts the bits before the IPv4 address, too.
  const unwritten = start.includes(":") ? 128 - bitsMax : 0;
  const bits = Number(length) - unwritten;
  if (bits < 0 || bits > bitsMax) return undefined;
  const isFirst = first.every((byte, at) => byte === startOf(byte, at, bits));
  return isFirst ? { first, bits } : undefined;
}

/** The byte at `at` as far as it lies within the first `bits` of its address. */
function startOf(byte: number, at: number, bits: number): number {
  const within = Math.min(8, Math.max(0, bits - 8 * at));
  return byte & (0xff00 >> within);
}

/** Whether `address` is one of `network`; no IPv4 address is in an IPv6 network. */
export function isWithin(address: IpAddress, { first, bits }: Network): boolean {
  return address.length === first.length &&
    address.every((byte, at) => startOf(byte, at, bits) === first[at]);
}

/** The network of the first `bits` bits that `address` is in. */
export function networkAround(address: IpAddress, bits: number): Network {
  return { first: address.map((byte, at) => startOf(byte, at, bits)), bits };
}

/** The addresses by which a machine reaches itself (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3). */
export const loopbackNetworks: readonly Network[] = [
  { first: [127, 0, 0, 0], bits: 8 },
  { first: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], bits: 128 },
];

/** Whether `text` is an address by which a machine reaches itself. */
export function isLoopback(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && loopbackNetworks.some((network) => isWithin(address, network));
}
