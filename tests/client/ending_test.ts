import { assertEquals } from "@std/assert";
import { certificateFault, noListener } from "../../client/connection/network_faults.ts";
import {
  ApiProblem,
  BadAnswer,
  InviteNeeded,
  NameTaken,
  Unreachable,
} from "../../client/connection/failures.ts";
import { OutboxFull } from "../../client/connection/outbox.ts";
import { Misunderstood } from "../../client/conversation/command_parser.ts";
import { exitCodeOf, Interruption, Missing, remedyFor } from "../../client/ending.ts";
import { problem, type ProblemCode } from "../../lib/api/problems.ts";
import { UsageError } from "../../lib/options.ts";

function refused(code: ProblemCode): ApiProblem {
  return new ApiProblem(problem(code, "No."), { retryAfterMs: undefined });
}

const exits: readonly (readonly [failure: unknown, exitCode: number])[] = [
  [refused("malformed"), 2],
  [refused("bad_cursor"), 2],
  [refused("invalid"), 2],
  [refused("too_large"), 2],
  [refused("unauthorized"), 3],
  [refused("bad_password"), 3],
  [refused("name_taken"), 3],
  [new NameTaken("alice", "it is", { code: "name_taken" }), 3],
  [new InviteNeeded("alice", "it takes one"), 3],
  [refused("not_found"), 4],
  [refused("forbidden"), 5],
  [refused("rate_limited"), 6],
  [refused("too_many_attempts"), 6],
  [refused("busy"), 10],
  [refused("shutting_down"), 10],
  [refused("internal"), 1],
  [new Unreachable("http://a.test", "why"), 10],
  [new BadAnswer("why"), 11],
  [new UsageError("why"), 2],
  [new Misunderstood(), 2],
  [new Missing(), 4],
  [new Interruption({ exitCode: 130 }), 130],
  [new Interruption({ exitCode: 143 }), 143],
  [new OutboxFull(), 1],
  [new Error("defect"), 1],
];

for (const [failure, exitCode] of exits) {
  const name = failure instanceof ApiProblem ? failure.code : (failure as Error).name;
  Deno.test(`exitCodeOf() gives ${exitCode} for ${name}`, () => {
    assertEquals(exitCodeOf(failure), exitCode);
  });
}

const remedies: readonly (readonly [origin: string, why: string, remedy: string])[] = [
  ["http://127.0.0.1:8000", noListener, "start a server with: deno task chat serve"],
  ["http://localhost:8100", noListener, "start a server with: deno task chat serve --port 8100"],
  ["http://[::1]", noListener, "start a server with: deno task chat serve --port 80"],
  [
    "https://127.0.0.1:8000",
    noListener,
    "check the address, which --server gives, and the network",
  ],
  ["http://chat.test", noListener, "check the address, which --server gives, and the network"],
  [
    "http://localhost",
    "it fell silent",
    "check the address, which --server gives, and the network",
  ],
];

for (const [origin, why, remedy] of remedies) {
  Deno.test(`remedyFor() knows what helps where ${why} at ${origin}`, () => {
    assertEquals(remedyFor(new Unreachable(origin, why)), remedy);
  });
}

Deno.test("remedyFor() names what makes a certificate trusted, and doubts a strange address", () => {
  assertEquals(
    remedyFor(new Unreachable("https://chat.test", certificateFault)),
    "if you trust it, name a file with the certificate of its authority in DENO_CERT",
  );
  assertEquals(remedyFor(new BadAnswer("why")), "is this the address of a chat server?");
});
