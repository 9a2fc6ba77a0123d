import { assertEquals } from "@std/assert";
import type { Message } from "../../../../../lib/api/schemas.ts";
import { firstNew, goesOn, goingOnMs } from "../../../../../client/web/page/views/new_line.ts";

const startMs = Date.parse("2026-11-20T18:30:00.000Z");

function said(id: number, author: string, more: Partial<Message> = {}): Message {
  return {
    id,
    room: "common",
    room_kind: "common",
    author,
    text: "hi",
    at: new Date(startMs).toISOString(),
    expires_at: "2026-11-20T19:30:00.000Z",
    comments: 0,
    files: [],
    ...more,
  };
}

const talk = [said(3, "bob"), said(5, "alice"), said(8, "carol"), said(9, "bob")];
const newTo = (afterId: number, user = "alice") => firstNew(talk, { afterId, user })?.id;

Deno.test("the line of what is new stands before the first unread message of someone else", () => {
  assertEquals(newTo(0), 3);
  assertEquals(newTo(3), 8);
  assertEquals(newTo(8), 9);
  assertEquals(newTo(8, "bob"), undefined);
});

Deno.test("there is no line where all was read, and none without messages", () => {
  assertEquals(newTo(9), undefined);
  assertEquals(newTo(100), undefined);
  assertEquals(firstNew([], { afterId: 0, user: "alice" }), undefined);
});

const at = (ms: number) => ({ at: new Date(startMs + ms).toISOString() });
const above = said(1, "bob");

Deno.test("a message goes on from one of the same author, until some time has passed", () => {
  assertEquals(goesOn(said(2, "bob", at(goingOnMs - 1)), above), true);
  assertEquals(goesOn(said(2, "bob", at(goingOnMs)), above), false);
  assertEquals(goesOn(said(2, "bob", at(-goingOnMs)), above), false);
});

Deno.test("no message goes on from another author, a private one for another, or nothing", () => {
  assertEquals(goesOn(said(2, "carol"), above), false);
  assertEquals(goesOn(said(2, "bob", { to: "alice" }), above), false);
  assertEquals(goesOn(said(2, "bob"), undefined), false);
});

Deno.test("an answer, and a message of no known time, name their author anew", () => {
  assertEquals(goesOn(said(2, "bob", { comment_on: 1 }), above), false);
  assertEquals(goesOn(said(2, "bob", { at: "some day" }), above), false);
});
