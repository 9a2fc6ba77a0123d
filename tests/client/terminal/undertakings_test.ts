import { assertEquals } from "@std/assert";
import { commands } from "../../../client/conversation/commands.ts";
import { Undertakings, undertakingsMax } from "../../../client/terminal/undertakings.ts";
import { settle } from "../stub_server.ts";

/** What is entered, done when the test says so; a text at once. */
function undertaken() {
  const begun: string[] = [];
  const defects: unknown[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const undertakings = new Undertakings({
    commands,
    enter(typed) {
      begun.push(typed);
      if (!typed.startsWith("/")) return Promise.resolve();
      const end = Promise.withResolvers<void>();
      ends.set(typed, end);
      return end.promise;
    },
    done: (defect) => defect !== undefined && defects.push(defect),
  });
  const finish = async (typed: string) => {
    ends.get(typed)?.resolve();
    await settle();
  };
  const fail = async (typed: string, defect: unknown) => {
    ends.get(typed)?.reject(defect);
    await settle();
  };
  return { undertakings, begun, defects, finish, fail };
}

function enter(undertakings: Undertakings, ...typed: string[]): void {
  for (const each of typed) undertakings.add(each);
}

const words = (undertakings: Undertakings) => undertakings.undone.map(({ plain }) => plain);

Deno.test("Undertakings does at once what is entered behind a command without an answer", () => {
  const { undertakings, begun } = undertaken();
  const typed = ["/who", "behind it", "/private bob hi", "/comment 3 so", "/status", "/nonsense"];
  enter(undertakings, ...typed);
  assertEquals(begun, typed);
});

for (const mover of ["/room garden", "/query bob", "/create Tea house", "/accept 3", "/leave"]) {
  Deno.test(`Undertakings holds back what is entered behind ${mover}`, async () => {
    const { undertakings, begun, finish } = undertaken();
    enter(undertakings, "/who", mover, "one", "/room", "two");
    assertEquals(begun, ["/who", mover]);
    assertEquals(undertakings.summary?.plain, "… /who +4");
    await finish(mover);
    assertEquals(begun, ["/who", mover, "one", "/room"]);
    assertEquals(words(undertakings), ["not done: /who", "not done: /room", "not sent: two"]);
    await finish("/room");
    assertEquals(begun.at(-1), "two");
    await finish("/who");
    assertEquals([undertakings.summary, words(undertakings)], [undefined, []]);
  });
}

Deno.test("Undertakings keeps uses of one command in order where that matters", async () => {
  const { undertakings, begun, finish } = undertaken();
  enter(undertakings, "/file a.png", "/delay 10 tea", "/file b.png", "text");
  assertEquals(begun, ["/file a.png", "/delay 10 tea", "text"]);
  await finish("/file a.png");
  assertEquals(begun.at(-1), "/file b.png");
});

for (const typed of ["/exit", "/quit", "quit"]) {
  Deno.test(`Undertakings does ${typed} at once, whatever waits`, () => {
    const { undertakings, begun } = undertaken();
    enter(undertakings, "/room garden", "text", typed);
    assertEquals(begun, ["/room garden", typed]);
  });
}

Deno.test("Undertakings knows whether a command may still ask, be it one that waits", async () => {
  const { undertakings, finish } = undertaken();
  enter(undertakings, "/room garden");
  assertEquals(undertakings.mayAsk, false);
  enter(undertakings, "/password");
  await finish("/room garden");
  assertEquals(undertakings.mayAsk, true);
  await finish("/password");
  assertEquals(undertakings.mayAsk, false);
});

Deno.test("Undertakings tells of a defect, goes on, and says when all is done", async () => {
  const { undertakings, begun, defects, fail } = undertaken();
  await undertakings.settled();
  enter(undertakings, "/room garden", "text");
  let isSettled = false;
  undertakings.settled().then(() => isSettled = true);
  await settle();
  assertEquals(isSettled, false);
  const defect = new TypeError("broken");
  await fail("/room garden", defect);
  assertEquals([defects, begun, isSettled], [[defect], ["/room garden", "text"], true]);
});

Deno.test("Undertakings takes so many and no more, but leaving always", () => {
  const { undertakings } = undertaken();
  const taken = ["/room garden"].concat(Array(undertakingsMax).fill("text"))
    .map((typed) => undertakings.add(typed));
  assertEquals(taken.lastIndexOf(true), undertakingsMax - 1);
  assertEquals(taken.at(-1), false);
  assertEquals(undertakings.add("/exit"), true);
});

Deno.test("Undertakings tells with each line where it was begun", async () => {
  const entered: unknown[] = [];
  const undertakings = new Undertakings({
    commands,
    enter: (...line) => Promise.resolve(void entered.push(line)),
    done() {},
  });
  undertakings.add("one", 0);
  undertakings.add("two", 3);
  await undertakings.settled();
  assertEquals(entered, [["one", 0], ["two", 3]]);
});
