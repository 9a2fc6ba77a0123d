/**
 * Images, told by their first bytes.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { imageSignatureBytesMax, imageType } from "../../../lib/text/image_signatures.ts";

/** What files of each type begin with; `?` may be any byte. */
const signatures = [
  ["image/png", "\x89PNG\r\n\x1a\n"],
  ["image/jpeg", "\xff\xd8\xff"],
  ["image/gif", "GIF87a"],
  ["image/gif", "GIF89a"],
  ["image/webp", "RIFF????WEBP"],
] as const;

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

for (const [type, signature] of signatures) {
  Deno.test(`imageType() knows ${type} by ${JSON.stringify(signature)}, whatever follows`, () => {
    assert(signature.length <= imageSignatureBytesMax);
    assertEquals(imageType(bytes(signature)), type);
    assertEquals(imageType(bytes(`${signature}<script>`)), type);
  });

  Deno.test(`imageType() needs every byte of ${JSON.stringify(signature)}`, () => {
    for (let at = 0; at < signature.length; at++) {
      assertEquals(imageType(bytes(signature.slice(0, at))), undefined, `cut after ${at}`);
      const changed = bytes(signature);
      changed[at] = 0x20;
      assertEquals(imageType(changed), signature[at] === "?" ? type : undefined, `changed ${at}`);
    }
    assertEquals(imageType(bytes(` ${signature}`)), undefined, "one byte late");
  });
}

Deno.test("imageType() knows nothing else", () => {
  for (
    const text of ["", "<svg xmlns=", "BM", "%PDF-1.7", "GIF88a", "gif89a", "RIFF????WAVE", "PNG"]
  ) assertEquals(imageType(bytes(text)), undefined, text);
});

Deno.test("imageType() looks at no more bytes than it says it needs", () => {
  const start = fc.constantFrom(...signatures.map(([, signature]) => signature), "");
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 20 }), (text, rest) => {
      const all = Uint8Array.from([...bytes(text), ...rest]);
      assertEquals(imageType(all.subarray(0, imageSignatureBytesMax)), imageType(all));
    }),
  );
});
