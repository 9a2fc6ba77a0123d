import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ApiProblem, Unreachable } from "../../../../../client/connection/failures.ts";
import { problem } from "../../../../../lib/api/problems.ts";
import {
  connectionWords,
  secondsUntil,
} from "../../../../../client/web/page/views/connection_words.ts";

Deno.test("connectionWords() has nothing to say while all is well", () => {
  assertEquals(connectionWords({ kind: "live", by: "stream" }), undefined);
});

Deno.test("connectionWords() says that a proxy holds the stream back", () => {
  assertStringIncludes(connectionWords({ kind: "live", by: "poll" }) ?? "", "proxy");
});

Deno.test("connectionWords() says why there is no connection", () => {
  const why = new Unreachable("http://127.0.0.1:8000", "nothing listens there");
  assertEquals(
    connectionWords({ kind: "waiting", retryMs: 4000, why }),
    "No connection: the server cannot be reached.",
  );
  const goodbye = connectionWords({ kind: "waiting", retryMs: 4000, why: undefined });
  assertStringIncludes(goodbye ?? "", "goodbye");
});

Deno.test("connectionWords() says how to come back from where it does not go on", () => {
  const failure = new ApiProblem(problem("not_found", "Nothing is here."), {
    retryAfterMs: undefined,
  });
  for (const known of [failure, undefined]) {
    const words = connectionWords({ kind: "stopped", failure: known }) ?? "";
    assert(words.startsWith("Disconnected"), words);
    assertStringIncludes(words, "Load the page anew");
    assertEquals(words.includes("nothing is here"), known !== undefined);
  }
});

Deno.test("secondsUntil() counts begun seconds, and none below zero", () => {
  assertEquals([4000, 3999, 3001, 3000, 1, 0, -5000].map((ms) => secondsUntil(ms + 70, 70)), [
    4,
    4,
    4,
    3,
    1,
    0,
    0,
  ]);
});
