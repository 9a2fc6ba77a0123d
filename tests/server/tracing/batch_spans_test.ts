/**
 * The spans of commands and batches, as the engine has them told.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Command } from "../../../lib/domain/command.ts";
import { defaultPolicy } from "../../../lib/domain/policy.ts";
import { foldName } from "../../../lib/text/names.ts";
import { Engine } from "../../../server/chat/engine.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { batchLinksMax, beginBatch } from "../../../server/tracing/batch_spans.ts";
import { ScriptedStore } from "../../support/scripted_store.ts";
import { type RecordedSpan, SpanRecorder } from "../../support/span_recorder.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

function setUp(publish: () => void = () => {}) {
  const tracer = new SpanRecorder();
  const store = new ScriptedStore("epoch");
  const clock = new VirtualClock();
  const engine = new Engine({ store, clock, policy: defaultPolicy, publish, tracer });
  /** Submits a command as a part of a request. */
  const submit = (name: string, command: Command) => {
    const request = tracer.start(name);
    return tracer.within(request.context, () => engine.submit(command));
  };
  return { tracer, store, engine, submit };
}

function registering(name: string): Command & { type: "register" } {
  return { type: "register", name, grant: { hash: `hash of ${name}` } };
}

function ids(spans: readonly { readonly context: { readonly spanId: string } }[]): string[] {
  return spans.map(({ context }) => context.spanId);
}

/** All that has begun has ended, and once. */
function checkEnds(spans: readonly RecordedSpan[]): void {
  for (const { name, ends } of spans) {
    if (!name.startsWith("request")) assertEquals(ends.length, 1, name);
  }
}

Deno.test("a batch is a part of its first command's trace, and it and the others name each other", async () => {
  const { tracer, submit } = setUp();
  const names = ["alice", "bob", "carol"];
  await Promise.all(names.map((name) => submit(`request of ${name}`, registering(name))));
  const commands = tracer.named("engine.command");
  const [batch, ...more] = tracer.named("engine.batch");
  assert(batch !== undefined && more.length === 0);
  const [first, ...others] = commands;
  assertEquals(
    ids(commands.flatMap(({ start }) => start.parent ? [{ context: start.parent }] : [])),
    ids(names.flatMap((name) => tracer.named(`request of ${name}`))),
  );
  assertEquals(batch.start.parent, first?.context);
  assertEquals(batch.links, others.map(({ context }) => context));
  assertEquals(commands.map(({ links }) => links), [[], [batch.context], [batch.context]]);
  assertEquals(batch.start.attributes, { "chat.batch.commands": 3n });
  for (const name of ["commit", "publish"]) {
    assertEquals(tracer.named(name).map(({ start }) => start.parent), [batch.context]);
  }
  assertEquals(
    tracer.spans.filter(({ name }) => !name.includes("e.c") && !name.startsWith("request"))
      .map(({ name }) => name),
    ["engine.batch", "commit", "publish"],
  );
  checkEnds(tracer.spans);
});

Deno.test("a batch that nobody's request is in begins a trace of its own", async () => {
  const { tracer, engine } = setUp();
  await engine.submit(registering("alice"));
  assertEquals(tracer.spans.map(({ name }) => name), ["engine.batch", "commit", "publish"]);
  assertEquals(tracer.named("engine.batch")[0]?.start.parent, undefined);
  checkEnds(tracer.spans);
});

Deno.test("what a batch sets going is no part of the request that came first", async () => {
  const { tracer, submit } = setUp(() => active.push(tracer.active()));
  const active: unknown[] = [];
  await submit("request", registering("alice"));
  assertEquals(active, [undefined]);
});

Deno.test("a store that fails is told by the class of its failure, and not by what it says", async () => {
  const { tracer, store, submit } = setUp();
  store.before.transact = () => {
    throw new StoreFailure("the marked disk is full");
  };
  await assertRejects(() => submit("request", registering("alice")), StoreFailure);
  for (const name of ["engine.command", "engine.batch", "commit"]) {
    assertEquals(tracer.named(name).map(({ ends }) => ends[0]?.error), ["StoreFailure"], name);
  }
  const told = tracer.spans.map(({ name, start, ends }) => ({ name, start, ends }));
  assert(!Deno.inspect(told, { depth: 9 }).includes("marked"));
  checkEnds(tracer.spans);
});

Deno.test("a batch with a rule that fails is followed by one for each of its commands", async () => {
  const { tracer, store, submit } = setUp();
  store.meddle = (state) => {
    const look = state.userNamed.bind(state);
    state.userNamed = (folded) => {
      if (folded === foldName("bob")) throw new TypeError("odd");
      return look(folded);
    };
  };
  await Promise.allSettled(
    ["alice", "bob"].map((name) => submit(`request of ${name}`, registering(name))),
  );
  assertEquals(
    tracer.named("engine.batch").map(({ ends }) => ends[0]?.error),
    ["TypeError", undefined, "TypeError"],
  );
  assertEquals(
    tracer.named("engine.command").map(({ ends }) => ends[0]?.error),
    [undefined, "TypeError"],
  );
  checkEnds(tracer.spans);
});

Deno.test("events that cannot be published fail their span, and their senders are answered", async () => {
  const { tracer, submit } = setUp(() => {
    throw new RangeError("odd");
  });
  assert((await submit("request", registering("alice"))).ok);
  assertEquals(tracer.named("publish").map(({ ends }) => ends[0]?.error), ["RangeError"]);
  checkEnds(tracer.spans);
});

for (
  const [commands, named] of [
    [batchLinksMax, batchLinksMax - 1],
    [batchLinksMax + 1, batchLinksMax],
    [batchLinksMax + 2, batchLinksMax],
  ] as const
) {
  Deno.test(`a batch of ${commands} commands names ${named} beside the first`, () => {
    const tracer = new SpanRecorder();
    const asked = Array.from({ length: commands }, () => ({ span: tracer.start("command") }));
    beginBatch(tracer, asked).end();
    const [batch] = tracer.named("engine.batch");
    assertEquals(batch?.links.length, named);
    assertEquals(batch?.start.attributes, { "chat.batch.commands": BigInt(commands) });
    const linked = tracer.named("command").filter(({ links }) => links.length > 0);
    assertEquals(linked.length, commands - 1);
  });
}
