import { assertEquals } from "@std/assert";
import { openBroadcastChannel } from "../../../../../client/web/page/tabs/channel.ts";

Deno.test("openBroadcastChannel() joins the tabs that open the same name, and no others", async () => {
  const heard: string[] = [];
  const done = Promise.withResolvers<void>();
  const one = openBroadcastChannel("a", (message) => heard.push(`one ${message}`));
  const other = openBroadcastChannel("a", (message) => {
    heard.push(`other ${message}`);
    if (message === "last") done.resolve();
  });
  const stranger = openBroadcastChannel("b", (message) => heard.push(`stranger ${message}`));
  stranger.post("x");
  for (const message of ["first", "last"]) one.post(message);
  await done.promise;
  assertEquals(heard, ["other first", "other last"]);
  for (const channel of [one, other, stranger]) channel.close();
});

Deno.test("openBroadcastChannel() leaves a tab alone where there is no such thing", () => {
  const { BroadcastChannel } = globalThis;
  try {
    Reflect.deleteProperty(globalThis, "BroadcastChannel");
    const channel = openBroadcastChannel("a", () => {});
    channel.post("x");
    channel.close();
  } finally {
    Object.assign(globalThis, { BroadcastChannel });
  }
});
