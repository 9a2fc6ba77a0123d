import { assert, assertEquals } from "@std/assert";
import {
  ApiProblem,
  BadAnswer,
  ChangeUnsure,
  Unreachable,
} from "../../../../client/connection/failures.ts";
import { emptyModel, type Model, update } from "../../../../client/conversation/model.ts";
import {
  draftFault,
  eventWords,
  explain,
  isolated,
  whenText,
} from "../../../../client/web/page/words.ts";
import { problem, type ProblemCode, type ProblemExtras } from "../../../../lib/api/problems.ts";
import type { Event } from "../../../../lib/api/schemas.ts";
import { filesPerMessageMax } from "../../../../lib/domain/bounds.ts";
import { arrivalOf, messageOf } from "../../stub_server.ts";

const reading = { nowMs: Date.UTC(2026, 10, 20, 10), timeZone: "UTC" };

function refused(
  code: ProblemCode,
  detail: string,
  { retryAfterMs, ...extras }: ProblemExtras & { readonly retryAfterMs?: number } = {},
): ApiProblem {
  return new ApiProblem(problem(code, detail, extras), { retryAfterMs });
}

const origin = "http://chat.test";
const failures = [
  [refused("unauthorized", "The token is not valid."), "you are signed out"],
  [new Unreachable(origin, "Failed to fetch"), "the server cannot be reached"],
  [
    new ChangeUnsure(origin, "it did not answer in time"),
    "no answer came, so it may have been done; look before you try again",
  ],
  [
    new BadAnswer("Cannot read the answer"),
    "the server's answer cannot be understood; loading the page anew may help",
  ],
  [
    refused("rate_limited", "Used up.", { resets_at: "2026-11-20T10:40:00.000Z" }),
    "the limit is used up; it begins anew at 10:40",
  ],
  [
    refused("rate_limited", "You have asked too often."),
    "you have asked too often; try again later",
  ],
  [
    refused("banned", "You are banned.", { banned_until: "2026-11-21T14:00:00.000Z" }),
    "you are banned from sending until Sat 21 Nov 14:00",
  ],
  [
    refused("too_many_attempts", "Too many failed attempts.", { retryAfterMs: 1500 }),
    "too many failed attempts; try again in 2 s",
  ],
  [refused("forbidden", "Only the owner can do this."), "only the owner can do this"],
  [refused("busy", "The server is busy."), "the server is busy; try again soon"],
  [
    refused("invalid", "x.", { errors: [{ field: "name", message: "must not contain spaces" }] }),
    "the name must not contain spaces",
  ],
  [
    refused("invalid", "x.", {
      errors: [{ field: "text", message: "is missing" }, { field: "in", message: "is odd" }],
    }),
    "the message is missing, the time is odd",
  ],
  [
    refused("invalid", "x.", { errors: [{ field: "old_password", message: "is odd" }] }),
    "the old password is odd",
  ],
  [
    refused("invalid", "x.", { errors: [{ field: "toString", message: "x".repeat(500) }] }),
    `the toString ${"x".repeat(487)}…`,
  ],
] as const;

for (const [failure, words] of failures) {
  Deno.test(`explain() says: ${words}`, () => {
    assertEquals(explain(failure, reading), words);
  });
}

Deno.test("a time of today needs no date", () => {
  assertEquals(whenText("2026-11-20T18:30:00.000Z", reading), "18:30");
  assertEquals(whenText("2026-11-21T18:30:00.000Z", reading), "Sat 21 Nov 18:30");
  assert(whenText(reading.nowMs).length > 0);
});

Deno.test("a draft may have as many files as a message", () => {
  const files = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  for (const count of [filesPerMessageMax - 1, filesPerMessageMax]) {
    assertEquals(draftFault({ files: files(count) }), undefined);
  }
  assertEquals(
    draftFault({ files: files(filesPerMessageMax + 1) }),
    "it has 11 files, 10 may be sent",
  );
});

Deno.test("a draft of half a character is none", () => {
  assertEquals(draftFault({ text: "a\ud800" }), "it must be well-formed Unicode text");
});

Deno.test("a name from elsewhere can't turn the sentence around it", () => {
  assertEquals(isolated("שלום"), "\u2068שלום\u2069");
  assertEquals(isolated("a\u202eb\u2069c"), "\u2068abc\u2069");
});

const rooms = [
  { id: "common", kind: "common", name: "common", unread: 0, last_id: 0, read_id: 0 },
  { id: "12", kind: "room", name: "garden", owner: "bob", unread: 0, last_id: 0, read_id: 0 },
] as const;
const known: Model = update(emptyModel("alice"), {
  type: "connected",
  answer: arrivalOf({ rooms: [...rooms] }),
});

const events: readonly (readonly [Event, string | undefined])[] = [
  [
    { type: "invitation", room: "30", name: "cellar", by: "bob" },
    "bob invites you to cellar",
  ],
  [{ type: "join.requested", room: "12", user: "carol" }, "carol asks to enter garden"],
  [{ type: "join.requested", room: "30", user: "alice" }, undefined],
  [{ type: "join.approved", room: "30", name: "cellar" }, "You were let into cellar"],
  [{ type: "join.denied", room: "30", name: "cellar" }, "You were not let into cellar"],
  [{ type: "room.deleted", room: "12" }, "The room garden is gone, with all that was said in it"],
  [{ type: "room.deleted", room: "30" }, undefined],
  [{ type: "member.left", room: "12", user: "alice" }, "You are not in garden any more"],
  [{ type: "member.left", room: "12", user: "bob" }, undefined],
  [{ type: "room.updated", room: "12", name: "garden", owner: "alice" }, "You own garden now"],
  [{ type: "room.updated", room: "12", name: "park", owner: "bob" }, undefined],
  [{ type: "user.renamed", user: "alicia", before: "alice" }, "You are called alicia now"],
  [{ type: "user.renamed", user: "robert", before: "bob" }, undefined],
  [
    { type: "user.banned", banned_until: "2026-11-20T14:00:00.000Z" },
    "You are banned from sending until 14:00; you can still read",
  ],
  [
    { type: "scheduled.failed", scheduled: 4, code: "banned" },
    "A scheduled message could not be sent: you are banned from sending",
  ],
  [{ type: "presence", user: "bob", online: true }, undefined],
  [{ ...messageOf(3), type: "message" }, undefined],
];

for (const [event, words] of events) {
  const said = words ?? "nothing";
  Deno.test(`of ${event.type} is told: ${said}`, () => {
    const told = eventWords(event, known, reading);
    assertEquals(told?.replaceAll(/[\u2068\u2069]/g, ""), words);
  });
}

Deno.test("the owner of a room is no news where nothing changes", () => {
  const event = { type: "room.updated", room: "12", name: "park", owner: "alice" } as const;
  const owned = update(known, event);
  assertEquals(eventWords({ ...event, name: "yard" }, owned, reading), undefined);
});

Deno.test("who was let in just now is told that the room is theirs", () => {
  const joined = update(known, {
    type: "member.joined",
    room: "30",
    user: "alice",
    name: "cellar",
  });
  const handedOver = { type: "room.updated", room: "30", name: "cellar", owner: "alice" } as const;
  assertEquals(eventWords(handedOver, joined, reading), "You own \u2068cellar\u2069 now");
  assertEquals(eventWords(handedOver, known, reading), undefined);
});
