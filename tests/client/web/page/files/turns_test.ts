import { assertEquals, assertRejects } from "@std/assert";
import { Turns } from "../../../../../client/web/page/files/turns.ts";
import { settle } from "../../../stub_server.ts";

Deno.test("run() does as much at once as it may, and the rest in order", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3].map((piece) =>
    turns.run(async () => {
      begun.push(piece);
      await new Promise<void>((resolve) => ends[piece] = resolve);
      return piece;
    })
  );
  await settle();
  assertEquals(begun, [0, 1]);
  ends[1]?.();
  await settle();
  assertEquals(begun, [0, 1, 2]);
  ends[0]?.();
  await settle();
  assertEquals(begun, [0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  assertEquals(await Promise.all(all), [0, 1, 2, 3]);
});

Deno.test("run() lets the next one have its turn when one fails", async () => {
  const turns = new Turns(1);
  const failing = turns.run(() => Promise.reject(new Error("broken")));
  const next = turns.run(() => Promise.resolve("done"));
  await assertRejects(() => failing, Error, "broken");
  assertEquals(await next, "done");
  assertEquals(await turns.run(() => Promise.resolve("free again")), "free again");
});
