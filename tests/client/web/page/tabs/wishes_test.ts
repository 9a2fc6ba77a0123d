import { assert, assertEquals } from "@std/assert";
import { memoryDrawer } from "../../../../../client/web/page/account/drawer.ts";
import { BrowserShelf } from "../../../../../client/web/page/account/shelf.ts";
import { marksMax, Wishes } from "../../../../../client/web/page/tabs/wishes.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { arrivalOf, messageOf } from "../../../stub_server.ts";

class Scene {
  readonly clock = new VirtualClock();
  readonly shelf = new BrowserShelf({ drawer: memoryDrawer(), clock: this.clock, account: "a" });
  readonly wishes = new Wishes(this);

  /** Writes a message. */
  write(key: string): { readonly key: string; readonly draft: { readonly text: string } } {
    const sending = { key, draft: { text: key } };
    this.shelf.keep(sending);
    this.wishes.send(sending);
    return sending;
  }

  get untaken(): string[] {
    return this.wishes.untaken.map(({ key, triedMs }) =>
      triedMs === undefined ? key : `${key} since ${triedMs - this.clock.now()}`
    );
  }
}

Deno.test("Wishes hands over what no leader has taken, and again to the next one", () => {
  const scene = new Scene();
  const [a, b] = ["a", "b"].map((key) => scene.write(key));
  assert(a !== undefined && b !== undefined);
  assertEquals(scene.untaken, ["a", "b"]);
  scene.wishes.settle({ type: "queued", sending: a });
  assertEquals(scene.untaken, ["b"]);
  scene.clock.advance(1000);
  scene.wishes.review([b]);
  // The leader before may have tried it.
  assertEquals(scene.untaken, ["a since -1000"]);
});

Deno.test("Wishes forgets what has come to its end, whoever has told it", () => {
  const scene = new Scene();
  const [a, b, c] = ["a", "b", "c"].map((key) => scene.write(key));
  assert(a !== undefined && b !== undefined && c !== undefined);
  scene.wishes.settle({ type: "sent", sending: a, message: messageOf(1) });
  scene.shelf.forget(b);
  scene.wishes.review([]);
  assertEquals([scene.untaken, scene.shelf.left.map(({ key }) => key)], [["c"], ["c"]]);
});

Deno.test("Wishes keeps a mark until the server has said so", () => {
  const { wishes } = new Scene();
  assert(wishes.see({ room: "common", id: 5 }));
  assert(!wishes.see({ room: "common", id: 5 }));
  assert(!wishes.see({ room: "common", id: 4 }));
  assert(wishes.see({ room: "common", id: 6 }));
  const read = (read_id: number) => ({ type: "read" as const, room: "common", read_id });
  wishes.settle({ type: "event", event: read(5), cursor: "k-1" });
  assertEquals(wishes.marks, [{ room: "common", id: 6 }]);
  wishes.settle({ type: "event", event: read(6), cursor: "k-2" });
  assertEquals(wishes.marks, []);
});

Deno.test("Wishes keeps the marks of the chats that were seen last", () => {
  const { wishes } = new Scene();
  for (let room = 0; room < marksMax; room++) wishes.see({ room: `${room}`, id: 1 });
  wishes.see({ room: "0", id: 2 });
  assertEquals(wishes.marks.length, marksMax);
  wishes.see({ room: "more", id: 1 });
  assertEquals(wishes.marks.length, marksMax);
  assertEquals([wishes.marks[0]?.room, wishes.marks.at(-2)?.room], ["2", "0"]);
});

Deno.test("Wishes drops marks when there is another log, whose ids are others", () => {
  const { wishes } = new Scene();
  const connected = { type: "connected", answer: arrivalOf() } as const;
  wishes.see({ room: "common", id: 5 });
  wishes.settle(connected);
  wishes.settle({ ...connected, resetBy: "forgotten" });
  assertEquals(wishes.marks, [{ room: "common", id: 5 }]);
  wishes.settle({ ...connected, resetBy: "beyond_head" });
  assertEquals(wishes.marks, []);
  assert(wishes.see({ room: "common", id: 1 }));
});
