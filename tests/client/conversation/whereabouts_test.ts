import { assertEquals } from "@std/assert";
import { commonPlace, type Place } from "../../../client/conversation/model/place.ts";
import { emptyModel, type Model, update } from "../../../client/conversation/model.ts";
import { Whereabouts } from "../../../client/conversation/whereabouts.ts";
import type { Event } from "../../../lib/api/schemas.ts";
import { arrivalOf } from "../stub_server.ts";
import { rooms } from "./scene.ts";

const before: Model = update(emptyModel("alice"), {
  type: "connected",
  answer: arrivalOf({ rooms: [...rooms] }),
});
const garden: Place = { kind: "room", room: "12" };
const left: Event = { type: "member.left", room: "12", user: "alice" };
const without = { before, now: update(before, left) };

/** Someone in the garden. */
function inGarden(): Whereabouts {
  const whereabouts = new Whereabouts();
  whereabouts.go(garden);
  return whereabouts;
}

Deno.test("Whereabouts knows what was lost, for what was begun before", () => {
  const whereabouts = inGarden();
  const begun = whereabouts.displacements;
  assertEquals(whereabouts.lostSince(begun), undefined);
  assertEquals(whereabouts.follow(without, { event: left, isOwn: false }), true);
  assertEquals([whereabouts.place, whereabouts.lostSince(begun)], [commonPlace, "garden"]);
  assertEquals(whereabouts.lostSince(whereabouts.displacements), undefined);
});

Deno.test("Whereabouts takes no notice of another room", () => {
  const whereabouts = inGarden();
  const other: Event = { type: "member.left", room: "15", user: "alice" };
  const models = { before, now: update(before, other) };
  assertEquals(whereabouts.follow(models, { event: other, isOwn: false }), false);
  assertEquals([whereabouts.place, whereabouts.lostSince(0)], [garden, undefined]);
});

Deno.test("Whereabouts forgets what was lost when its user goes somewhere", () => {
  const whereabouts = inGarden();
  whereabouts.follow(without, { event: left, isOwn: false });
  whereabouts.go({ kind: "room", room: "15" });
  assertEquals(whereabouts.lostSince(0), undefined);
});

Deno.test("Whereabouts takes a room that its user has left for none that was lost", () => {
  const told = inGarden();
  told.follow(without, { event: left, isOwn: true });
  assertEquals([told.place, told.lostSince(0)], [commonPlace, undefined]);
  // The stream may be faster than the answer.
  const heard = inGarden();
  heard.follow(without, { event: left, isOwn: false });
  assertEquals(heard.lostSince(0), "garden");
  heard.follow({ before: without.now, now: without.now }, { event: left, isOwn: true });
  assertEquals(heard.lostSince(0), undefined);
});
