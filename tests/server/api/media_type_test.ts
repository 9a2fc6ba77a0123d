/**
 * What a client accepts, and what a body is.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { essence, preferred } from "../../../server/api/media_type.ts";

Deno.test("essence() is the type without its parameters, in lower case", () => {
  const cases: Record<string, string> = {
    "application/json": "application/json",
    "Application/JSON; charset=utf-8": "application/json",
    " text/plain ;q=1": "text/plain",
    "": "",
    ";": "",
  };
  for (const [given, expected] of Object.entries(cases)) assertEquals(essence(given), expected);
});

Deno.test("preferred() picks what the client likes best", () => {
  const offered = [
    { mediaType: "text/event-stream" },
    { mediaType: "application/x-ndjson" },
    { mediaType: "text/plain; charset=utf-8" },
  ];
  const cases: readonly (readonly [string | undefined, string | undefined])[] = [
    [undefined, "text/event-stream"],
    ["*/*", "text/event-stream"],
    ["text/plain", "text/plain; charset=utf-8"],
    ["TEXT/PLAIN", "text/plain; charset=utf-8"],
    ["text/plain;charset=utf-8", "text/plain; charset=utf-8"],
    ["application/*", "application/x-ndjson"],
    ["text/*", "text/event-stream"],
    ["text/plain, application/x-ndjson", "application/x-ndjson"],
    ["text/plain;q=0.9, application/x-ndjson;q=0.8", "text/plain; charset=utf-8"],
    ["text/plain; q=0.5, */*; q=0.1", "text/plain; charset=utf-8"],
    ["*/*, text/event-stream;q=0", "application/x-ndjson"],
    ["text/*;q=0.2, text/plain;q=0.1, application/x-ndjson;q=0.15", "text/event-stream"],
    ["text/event-stream;q=0", undefined],
    ["image/png", undefined],
    ["text/html, image/*", undefined],
    ["", undefined],
    ["text", undefined],
  ];
  for (const [accept, expected] of cases) {
    assertEquals(preferred(accept, offered)?.mediaType, expected, `Accept: ${accept}`);
  }
});
