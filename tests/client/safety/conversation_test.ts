/**
 * Nothing that others send commands a terminal, or passes for what someone else has said: every
 * event and every command, on terminals of all widths and on a pipe.
 *
 * @module
 */
import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type * as z from "zod/mini";
import { ApiClient } from "../../../client/connection/api_client.ts";
import type { ArgumentKind } from "../../../client/conversation/command_parser.ts";
import { commands } from "../../../client/conversation/commands.ts";
import { Conversation } from "../../../client/conversation/conversation.ts";
import { progressBar } from "../../../client/lines/progress_bar.ts";
import type { Line } from "../../../client/lines/safe_line.ts";
import { stateLine } from "../../../client/lines/state_line.ts";
import { type OperationName, operations } from "../../../lib/api/operations.ts";
import { type Event, event, streamNotice } from "../../../lib/api/schemas.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { inPassingTime, settle } from "../stub_server.ts";
import { rooms } from "../conversation/scene.ts";
import { type Draw, HostileServer, type Refusals } from "./hostile_server.ts";
import { hostileText, hostileValue, type Naming } from "./hostile_values.ts";
import { assertNoForgery, assertSafeLine, widths } from "./looks.ts";

interface Setting {
  readonly draw: Draw;
  readonly columns: number | undefined;
  readonly naming: Naming;
  readonly refusals: Refusals;
}

/** A conversation of alice with a hostile server, all of whose lines are looked at. */
class HostileScene {
  readonly server: HostileServer;
  readonly conversation: Conversation;
  readonly clock = new VirtualClock();
  /** How many lines were shown. */
  shown = 0;
  /** What broke in the midst of news, which the conversation would end with. */
  #fault: unknown;

  constructor({ draw, columns, naming, refusals }: Setting) {
    const server = new HostileServer(draw, { naming, refusals });
    this.server = server;
    const look = (line: Line) => {
      this.shown += 1;
      try {
        assertSafeLine(line, columns);
        if (naming === "by the rules") assertNoForgery(line, columns);
      } catch (fault) {
        this.#fault ??= fault;
      }
    };
    const { clock } = this;
    const answer = server.connectAnswer();
    this.conversation = new Conversation({
      api: new ApiClient({
        forms: checkedForms,
        readFault,
        origin: "http://chat.test",
        token: "t",
        transport: server.transport,
        clock,
      }),
      // The stream is to be opened first of all.
      answer: { ...answer, unread_more: false, rooms: [...rooms, ...answer.rooms] },
      clock,
      random: new SeededRandom(1),
      screen: {
        print: (lines) => lines.forEach(look),
        talk: (lines) => lines.forEach(look),
        refresh: () => look(stateLine(this.conversation.connection)),
        progress: (transfer) => transfer !== undefined && look(progressBar(transfer)),
        askSecret: () => Promise.resolve("secret"),
        layout: { timeZone: "UTC", ...(columns !== undefined && { columns }) },
        interactive: columns !== undefined,
      },
      renamed: () => Promise.resolve(),
    });
    this.conversation.start();
  }

  /** Enters a line; pauses until the next attempt pass at once. */
  async enter(line: string): Promise<void> {
    await inPassingTime(this.clock, this.conversation.enter(line));
  }

  /** @throws if anything that was shown was not safe. */
  check(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.conversation.close();
  }
}

/** Does something in scenes of all kinds. */
async function inScenes(
  act: (scene: HostileScene, setting: Setting) => Promise<void>,
  { numRuns }: { readonly numRuns: number },
): Promise<void> {
  const setting = fc.record({
    draw: fc.gen().map((gen): Draw => (from) => gen(() => from)),
    columns: fc.constantFrom(...widths),
    naming: fc.constantFrom<Naming[]>("by the rules", "by a server that keeps no rules"),
    refusals: fc.constantFrom<Refusals[]>(0, 0, 5, 10),
  });
  await fc.assert(
    fc.asyncProperty(setting, async (given) => {
      await using scene = new HostileScene(given);
      await act(scene, given);
      scene.check();
    }),
    { numRuns, endOnFailure: true },
  );
}

/** The types of an option of the events: most have one. */
function typesOf(option: (typeof event.def.options)[number]): readonly string[] {
  const { type } = option.shape;
  return "options" in type ? type.options : [...type.def.values];
}

for (const option of event.def.options) {
  for (const type of typesOf(option)) {
    Deno.test(`an event ${type} shows nothing that was not meant`, () =>
      inScenes(async (scene, { draw, naming }) => {
        const stream = await scene.server.stream();
        const value = draw(hostileValue(option as z.ZodMiniType, naming)) as Event;
        stream.event("k-1", { ...value, type });
        await settle();
        const title = draw(hostileText);
        stream.event("k-2", { type: "room.updated", room: "12", name: title, owner: "bob" });
        stream.event("k-3", { ...value, type });
        await settle();
        assert(scene.shown > 0);
      }, { numRuns: 20 }));
  }
}

Deno.test("what a stream says of itself shows nothing that was not meant", () =>
  inScenes(async (scene, { draw, naming }) => {
    const stream = await scene.server.stream();
    const notice = draw(fc.constantFrom(...streamNotice.def.options));
    stream.event("k-1", draw(hostileValue(notice, naming)) as { readonly type: string });
    await settle();
    // After some of them the client connects anew.
    scene.clock.advance(60_000);
    await settle();
  }, { numRuns: 50 }));

Deno.test("an event of an unknown type, or form, shows nothing that was not meant", () =>
  inScenes(async (scene, { draw }) => {
    const stream = await scene.server.stream();
    // A name of an event has one line.
    const type = draw(hostileText).replaceAll(/[\r\n]/g, "");
    stream.event("k-1", { type, text: draw(hostileText) });
    stream.event("k-2", { type: "room.updated", name: 3 });
    await settle();
    assert(scene.shown > 1);
  }, { numRuns: 50 }));

/** Something for each kind of argument. */
function argumentOf(kind: ArgumentKind, command: string, path: string): string {
  switch (kind) {
    case "user":
      return "bob";
    case "number":
      return "12";
    case "command":
      return "room";
    case "text":
      return "hello";
    case "room":
      return "12";
    case "path":
      return path;
    case "word":
      return words[command] ?? "x";
    case "delay":
      return "10";
    case "life":
      return "2h";
    case "span":
      return "2h";
    case "action":
      return "x";
    case "time":
      return "18:30";
  }
}

/** What commands do not take any word for. */
const words: Readonly<Record<string, string>> = { "mod role": "moderator", "mod expel": "bob" };

for (const command of commands) {
  Deno.test(`/${command.name} shows nothing that was not meant`, async () => {
    const directory = await Deno.makeTempDir();
    try {
      await Deno.writeTextFile(`${directory}/sent.txt`, "hello");
      await inScenes(async (scene, { draw }) => {
        if (draw(fc.boolean())) await scene.enter("/room 12");
        // One is read, the other written.
        const path = command.name === "file" ? `${directory}/sent.txt` : `${directory}/`;
        const given = command.takes.map(({ kind }) => argumentOf(kind, command.name, path));
        await scene.enter([`/${command.name}`, ...given].join(" "));
        await scene.enter(`/${command.name}`);
        await settle();
      }, { numRuns: 20 });
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

/** What the client never calls, or not in a conversation. */
const uncalled: ReadonlySet<OperationName> = new Set<OperationName>([
  "disconnect",
  "comment",
  "getMessage",
  "listComments",
  "getScheduled",
  "health",
  "openapi",
  "docs",
]);

Deno.test("hostile answers are made for every operation that a conversation calls", () => {
  const draw: Draw = (from) => {
    const [value] = fc.sample(from, 1);
    if (value === undefined) throw new TypeError("nothing was drawn");
    return value;
  };
  const server = new HostileServer(draw, { naming: "by the rules", refusals: 0 });
  for (const [name, operation] of Object.entries(operations)) {
    if (uncalled.has(name as OperationName) || !("answer" in operation)) continue;
    for (let run = 0; run < 20; run++) {
      const parsed = operation.answer.safeParse(
        JSON.parse(JSON.stringify(server.answer(operation))),
      );
      assertEquals(parsed.error, undefined, name);
    }
  }
});
