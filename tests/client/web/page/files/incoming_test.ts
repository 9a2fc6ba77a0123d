import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiProblem, Unreachable } from "../../../../../client/connection/failures.ts";
import { fetchFile, isPicture } from "../../../../../client/web/page/files/incoming.ts";
import { problem } from "../../../../../lib/api/problems.ts";
import type { Attachment } from "../../../../../lib/api/schemas.ts";

const { signal: wanted } = new AbortController();

function abortedController(): AbortController {
  const controller = new AbortController();
  controller.abort();
  return controller;
}

function attachment(type: string, size = 6): Attachment {
  return { id: 4, name: "a", type, size };
}

/** An API whose only file comes in these pieces; `left` tells when it is not wanted any more. */
function apiWith(pieces: readonly string[]) {
  const seen = { left: false };
  async function* pour(): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (const piece of pieces) yield await Promise.resolve(new TextEncoder().encode(piece));
    } finally {
      seen.left = true;
    }
  }
  const download = () => Promise.resolve({ disposition: "", size: undefined, bytes: pour() });
  return { api: { download }, seen };
}

Deno.test("only images that can do nothing are pictures", () => {
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    assertEquals(isPicture({ type }), true, type);
  }
  const others = ["image/svg+xml", "image/SVG+xml", "text/html", "image/png; x=1", "image/bmp", ""];
  for (const type of others) assertEquals(isPicture({ type }), false, type);
});

Deno.test("fetchFile() brings the bytes of a file, and tells how many have come", async () => {
  const got: number[] = [];
  const { api } = apiWith(["abc", "def"]);
  const progress = (bytes: number) => got.push(bytes);
  const blob = await fetchFile(api, attachment("text/plain"), {
    use: "save",
    signal: wanted,
    progress,
  });
  assertEquals(blob instanceof Blob && await blob.text(), "abcdef");
  assertEquals(got, [3, 6]);
});

Deno.test("fetchFile() gives only pictures that are to be drawn a type that browsers open", async () => {
  const typeOf = async (type: string, use: "draw" | "save") => {
    const { api } = apiWith(["abcdef"]);
    const blob = await fetchFile(api, attachment(type), { use, signal: wanted });
    assert(blob instanceof Blob);
    return blob.type;
  };
  const bytes = "application/octet-stream";
  assertEquals(await typeOf("image/png", "draw"), "image/png");
  assertEquals(await typeOf("image/png", "save"), bytes);
  for (const use of ["draw", "save"] as const) {
    assertEquals(await typeOf("text/html", use), bytes);
    assertEquals(await typeOf("image/svg+xml", use), bytes);
  }
});

Deno.test("fetchFile() leaves a file that is longer than its message says", async () => {
  const { api, seen } = apiWith(["abc", "def", "g", "h"]);
  const came = await fetchFile(api, attachment("image/png", 6), { use: "draw", signal: wanted });
  assertEquals(came, "the server's answer cannot be understood; loading the page anew may help");
  assertEquals(seen.left, true);
});

Deno.test("fetchFile() says in words why a file did not come, and nothing to who has left", async () => {
  const { signal: left } = abortedController();
  const fetched = (failure: unknown, signal: AbortSignal = wanted) =>
    fetchFile({ download: () => Promise.reject(failure) }, attachment("text/plain"), {
      use: "save",
      signal,
    });
  const gone = new ApiProblem(problem("not_found", "There is no such file."), {
    retryAfterMs: undefined,
  });
  assertEquals(await fetched(gone), "it is not there any more");
  assertEquals(
    await fetched(new Unreachable("http://x", "it is away")),
    "the server cannot be reached",
  );
  assertEquals(await fetched(left.reason, left), undefined);
  await assertRejects(() => fetched(new RangeError("a defect")), RangeError);
  const { api } = apiWith(["abcdef"]);
  const late = await fetchFile(api, attachment("text/plain"), { use: "save", signal: left });
  assertEquals(late, undefined);
});
