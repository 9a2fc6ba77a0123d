import { assertEquals } from "@std/assert";
import { emptyModel, update } from "../../../../../../client/conversation/model.ts";
import type { Place } from "../../../../../../client/conversation/model/place.ts";
import { State } from "../../../../../../client/web/page/state.ts";
import type { TabState } from "../../../../../../client/web/page/tab.ts";
import { enter, toldWithinMs } from "../../../../../../client/web/page/views/dialogs/entering.ts";
import { VirtualClock } from "../../../../../support/virtual_clock.ts";

/** A tab that knows of no room yet, and where it went. */
function newTab() {
  const state = new State({ model: emptyModel("alice") } as TabState);
  const went: Place[] = [];
  const tell = (room: string) => {
    const event = { type: "member.joined", room, name: "Garden", user: "alice" } as const;
    state.set({ ...state.value, model: update(state.value.model, event) });
  };
  return { tab: { state, go: (place: Place) => void went.push(place) }, went, tell };
}

const garden: Place = { kind: "room", room: "7" };

Deno.test("enter() goes at once to a room that the tab knows of", async () => {
  const { tab, went, tell } = newTab();
  tell("7");
  await enter(tab, "7", new VirtualClock());
  assertEquals(went, [garden]);
});

Deno.test("enter() waits until the tab is told of the room, and leaves nothing behind", async () => {
  const { tab, went, tell } = newTab();
  const clock = new VirtualClock();
  const entered = enter(tab, "7", clock);
  tell("8");
  await Promise.resolve();
  assertEquals(went, []);
  tell("7");
  await entered;
  assertEquals(went, [garden]);
  assertEquals(clock.waiting, 0);
});

Deno.test("enter() goes to a room of which nothing is told in time", async () => {
  const { tab, went } = newTab();
  const clock = new VirtualClock();
  const entered = enter(tab, "7", clock);
  clock.advance(toldWithinMs - 1);
  await Promise.resolve();
  assertEquals(went, []);
  clock.advance(1);
  await entered;
  assertEquals(went, [garden]);
});
