/**
 * IP addresses and networks of them.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  formatAddress,
  type IpAddress,
  isLoopback,
  isWithin,
  networkAround,
  parseAddress,
  parseIpv6,
  parseNetwork,
} from "../../../lib/text/addresses.ts";

for (
  const [text, written] of [
    ["0.0.0.0", "0.0.0.0"],
    ["192.0.2.1", "192.0.2.1"],
    ["255.255.255.255", "255.255.255.255"],
    ["::", "::"],
    ["::1", "::1"],
    ["1::", "1::"],
    ["2001:db8::1", "2001:db8::1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["2001:0db8:0000:0001:0002:0003:0004:0005", "2001:db8:0:1:2:3:4:5"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:3:0:0:4", "1::2:3:0:0:4"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:c000:201"],
    ["64:ff9b::192.0.2.1", "64:ff9b::c000:201"],
    ["::192.0.2.1", "::c000:201"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:C000:0201", "192.0.2.1"],
    ["0000:0000:0000:0000:0000:ffff:255.255.255.255", "255.255.255.255"],
    ["::fffe:192.0.2.1", "::fffe:c000:201"],
  ] as const
) {
  Deno.test(`parseAddress() reads ${text} as ${written}`, () => {
    const address = parseAddress(text);
    assert(address !== undefined);
    assertEquals(formatAddress(address), written);
  });
}

const noAddresses = [
  "",
  "1",
  "1.2.3",
  "1.2.3.4.5",
  "1.2.3.256",
  "1.2.3.04",
  "01.2.3.4",
  "1.2.3.-4",
  "1.2.3.4 ",
  "0x7f.0.0.1",
  "2130706433",
  ":",
  ":::",
  "1:",
  ":1",
  "1:2:3:4:5:6:7",
  "1:2:3:4:5:6:7:8:9",
  "1:2:3:4:5:6:7::8",
  "::1::",
  "1::2::3",
  "12345::",
  "g::",
  "::1%eth0",
  "[::1]",
  "::1/64",
  "1.2.3.4::",
  "::1.2.3.4:5",
  "1:2:3:4:5:6:7:1.2.3.4",
  "::ffff:1.2.3.256",
  "::ffff:1.2.3",
  "unknown",
  "_hidden",
  "localhost",
  `::${"0".repeat(50)}`,
];

for (const text of noAddresses) {
  Deno.test(`parseAddress() takes ${JSON.stringify(text)} for no address`, () => {
    assertEquals(parseAddress(text), undefined);
  });
}

const bytes = (count: number) =>
  fc.array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 255)), {
    minLength: count,
    maxLength: count,
  });
const addresses: fc.Arbitrary<IpAddress> = fc.oneof(
  bytes(4),
  // Those that stand for an IPv4 address are read as one.
  bytes(16).filter((address) => parseAddress(formatAddress(address))?.length === 16),
);

Deno.test("parseAddress() reads what formatAddress() has written, and nothing shorter is written", () => {
  fc.assert(fc.property(addresses, (address) => {
    const written = formatAddress(address);
    assertEquals(parseAddress(written), address);
    if (address.length === 4) return;
    const groups = Array.from({ length: 8 }, (_, at) => [address[2 * at], address[2 * at + 1]]);
    const plain = groups.map(([high = 0, low = 0]) => (256 * high + low).toString(16)).join(":");
    assertEquals(parseAddress(plain), address);
    // The standard's own reader of URLs is of one mind with us.
    assertEquals(new URL(`http://[${plain}]/`).hostname, `[${written}]`);
  }));
});

for (
  const [text, first, bits] of [
    ["10.0.0.0/8", "10.0.0.0", 8],
    ["0.0.0.0/0", "0.0.0.0", 0],
    ["192.0.2.1", "192.0.2.1", 32],
    ["192.0.2.1/32", "192.0.2.1", 32],
    ["192.0.2.128/25", "192.0.2.128", 25],
    ["::/0", "::", 0],
    ["::1", "::1", 128],
    ["2001:db8::/33", "2001:db8::", 33],
    ["::ffff:10.0.0.0/104", "10.0.0.0", 8],
    ["::ffff:0.0.0.0/96", "0.0.0.0", 0],
    ["::ffff:10.0.0.1", "10.0.0.1", 32],
  ] as const
) {
  Deno.test(`parseNetwork() reads ${text}`, () => {
    const network = parseNetwork(text);
    assert(network !== undefined);
    assertEquals([formatAddress(network.first), network.bits], [first, bits]);
  });
}

const noNetworks = [
  "",
  "/8",
  "10.0.0.0/",
  "10.0.0.0/33",
  "10.0.0.0/-1",
  "10.0.0.0/08",
  "10.0.0.0/8/8",
  "10.0.0.0/255.0.0.0",
  "10.0.0.0/8 ",
  "10.0.0.0/1e1",
  "10/8",
  "10.0.0.1/8",
  "192.0.2.1/31",
  "::/129",
  "2001:db8::1/64",
  "::ffff:10.0.0.0/95",
  "::ffff:10.0.0.1/104",
  "localhost",
  "unix",
  "*",
];

for (const text of noNetworks) {
  Deno.test(`parseNetwork() takes ${JSON.stringify(text)} for no network`, () => {
    assertEquals(parseNetwork(text), undefined);
  });
}

for (
  const [address, network, expected] of [
    ["10.255.255.255", "10.0.0.0/8", true],
    ["11.0.0.0", "10.0.0.0/8", false],
    ["9.255.255.255", "10.0.0.0/8", false],
    ["::ffff:10.1.2.3", "10.0.0.0/8", true],
    ["192.0.2.127", "192.0.2.128/25", false],
    ["192.0.2.128", "192.0.2.128/25", true],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.2", "192.0.2.1", false],
    ["1.2.3.4", "0.0.0.0/0", true],
    ["::1", "0.0.0.0/0", false],
    ["1.2.3.4", "::/0", false],
    ["::", "::/0", true],
    ["2001:db8:7fff::", "2001:db8::/33", true],
    ["2001:db8:8000::", "2001:db8::/33", false],
  ] as const
) {
  Deno.test(`${address} is ${expected ? "" : "not "}in ${network}`, () => {
    const [one, all] = [parseAddress(address), parseNetwork(network)];
    assert(one !== undefined && all !== undefined);
    assertEquals(isWithin(one, all), expected);
  });
}

Deno.test("an address is in the network around another if they begin with the same bits", () => {
  const bitsOf = (address: IpAddress) =>
    address.map((byte) => byte.toString(2).padStart(8, "0")).join("");
  fc.assert(
    fc.property(addresses, addresses, fc.nat(128), fc.boolean(), (one, far, wanted, near) => {
      const bits = Math.min(wanted, 8 * one.length);
      // Two drawn addresses have little in common; so one is made from the other.
      const other = near
        ? one.map((byte, at) => 8 * at < bits ? byte : far[at % far.length] ?? 0)
        : far;
      const network = networkAround(one, bits);
      const expected = other.length === one.length &&
        bitsOf(other).slice(0, bits) === bitsOf(one).slice(0, bits);
      assertEquals(isWithin(other, network), expected);
      assert(isWithin(one, network));
      assertEquals(parseNetwork(`${formatAddress(network.first)}/${bits}`)?.bits, bits);
    }),
  );
});

for (
  const [text, expected] of [
    ["127.0.0.1", true],
    ["127.255.255.254", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["128.0.0.1", false],
    ["0.0.0.0", false],
    ["::", false],
    ["::2", false],
    ["localhost", false],
  ] as const
) {
  Deno.test(`isLoopback() ${expected ? "knows" : "does not take"} ${text}`, () => {
    assertEquals(isLoopback(text), expected);
  });
}

Deno.test("parseIpv6() takes every way to write an address, and nothing else", () => {
  const right = ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8"];
  right.push("1::8", "aBcD::", "::1.2.3.4", "1:2:3:4:5:6:255.0.10.1", "1::3:4:5:6:7:8");
  assertEquals(right.filter((text) => parseIpv6(text) === undefined), []);
  const wrong = ["", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "::12345"];
  wrong.push(
    "1:2:3:4:5:6:7:8::",
    "::g",
    "1.2.3.4",
    "::1.2.3",
    "::1.2.3.4.5",
    "::1.2.3.256",
    "::1.2.3.4:5",
  );
  wrong.push(":1::", "1::2:", "1.2.3.4::", "::01.2.3.4", "1:2:3:4:5:6:7:1.2.3.4");
  assertEquals(wrong.filter((text) => parseIpv6(text) !== undefined), []);
});
