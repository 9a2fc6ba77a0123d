/**
 * Networks of addresses.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { networkOf } from "../../../server/api/network.ts";

for (
  const [address, network] of [
    ["192.0.2.1", "192.0.2.1"],
    ["127.0.0.1", "127.0.0.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::1", "::/64"],
    ["2001:db8::1", "2001:db8::/64"],
    ["2001:db8:0:0:ffff::1", "2001:db8::/64"],
    ["2001:0db8:0000:0001:1:2:3:4", "2001:db8:0:1::/64"],
    ["2001:DB8:0:1::", "2001:db8:0:1::/64"],
    ["fe80::1", "fe80::/64"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["", ""],
    ["somewhere", "somewhere"],
  ] as const
) {
  Deno.test(`networkOf() has ${address} in ${network}`, () => {
    assertEquals(networkOf(address), network);
  });
}
