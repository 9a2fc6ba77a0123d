/**
 * Tests of what is said of a peer that is not installed.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { type Candidate, hindrance } from "./candidate.ts";

function needing(needs: Candidate["needs"]): Candidate {
  return { name: "a peer", needs, start: () => Promise.reject(new Error("nobody starts it")) };
}

Deno.test("hindrance() says what is missing, and which package has it", () => {
  const why = "there is no no-such-server (Debian: apt-get install server)";
  assertEquals(hindrance(needing({ file: "no-such-server", debian: "server" })), why);
  assertEquals(
    hindrance(needing({ file: "/usr/lib/none.so", debian: "a b" })),
    "there is no /usr/lib/none.so (Debian: apt-get install a b)",
  );
});

Deno.test("hindrance() finds programs on the path, files, and what needs nothing", () => {
  assertEquals(hindrance(needing({ file: "sh", debian: "dash" })), undefined);
  assertEquals(hindrance(needing({ file: Deno.execPath(), debian: "deno" })), undefined);
  assertEquals(hindrance(needing(undefined)), undefined);
});
