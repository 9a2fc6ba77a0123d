import { assertEquals } from "@std/assert";
import { isDumb } from "../../client/dumb_terminal.ts";

Deno.test("isDumb() takes a terminal that is not named for one that moves no cursor", () => {
  for (const os of ["linux", "windows"]) {
    assertEquals(isDumb("dumb", { os }), true);
    assertEquals(isDumb("xterm-256color", { os }), false);
    assertEquals(isDumb(undefined, { os }), os !== "windows");
    assertEquals(isDumb("", { os }), os !== "windows");
  }
});
