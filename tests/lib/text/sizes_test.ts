/**
 * Amounts of bytes as people write them.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { formatSize, parseSize, roughSize } from "../../../lib/text/sizes.ts";

Deno.test("parseSize() reads every unit in any case, and bare bytes", () => {
  for (
    const [text, bytes] of [
      ["0", 0],
      ["512", 512],
      ["0KB", 0],
      ["1KB", 1024],
      ["64KB", 65_536],
      ["5MB", 5_242_880],
      ["1GB", 1_073_741_824],
      ["5mb", 5_242_880],
      ["5Mb", 5_242_880],
      ["007KB", 7168],
      ["999999999999", 999_999_999_999],
      ["999999999999GB", 1_073_741_823_998_926_258_176],
    ] as const
  ) assertEquals(parseSize(text), bytes, text);
});

Deno.test("parseSize() takes nothing else", () => {
  for (
    const text of [
      ...["", " ", "KB", "1 KB", " 1KB", "1KB ", "1KB\n", "1.5MB", "-1KB", "+1KB", "1e3", "1KB1"],
      ...["1K", "1M", "1B", "1TB", "1KiB", "1KBB", "٣KB", "0x10", "1000000000000", "Infinity"],
      ...["NaN", "1\u212aB"],
    ]
  ) assertEquals(parseSize(text), undefined, JSON.stringify(text));
});

Deno.test("formatSize() takes the largest unit that leaves a whole number", () => {
  for (
    const [bytes, text] of [
      [0, "0"],
      [1, "1"],
      [1023, "1023"],
      [1024, "1KB"],
      [1025, "1025"],
      [1536, "1536"],
      [65_536, "64KB"],
      [1_048_576, "1MB"],
      [1_049_600, "1025KB"],
      [5_242_880, "5MB"],
      [1_073_741_824, "1GB"],
      [1_610_612_736, "1536MB"],
    ] as const
  ) assertEquals(formatSize(bytes), text);
});

Deno.test("parseSize() reads back what formatSize() wrote", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 999_999 }),
      fc.constantFrom(1, 1024, 1024 ** 2, 1024 ** 3),
      (count, unitBytes) => {
        assertEquals(parseSize(formatSize(count * unitBytes)), count * unitBytes);
      },
    ),
  );
});

Deno.test("roughSize() takes the unit that fits, and no more figures than one reads", () => {
  const sizes: readonly (readonly [number, string])[] = [
    [0, "0 bytes"],
    [1, "1 byte"],
    [1023, "1023 bytes"],
    [1024, "1 KB"],
    [1536, "1.5 KB"],
    [10_752, "11 KB"],
    [1_048_575, "1 MB"],
    [5_242_880, "5 MB"],
    [3_221_225_472, "3 GB"],
    [2 * 1024 ** 4, "2 TB"],
    [5000 * 1024 ** 4, "5000 TB"],
  ];
  for (const [bytes, text] of sizes) assertEquals(roughSize(bytes), text);
});
