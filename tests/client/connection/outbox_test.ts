import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ApiClient, callTimeoutMs } from "../../../client/connection/api_client.ts";
import { backoffMaxMs } from "../../../client/connection/backoff.ts";
import { ApiProblem, type Arrival, Unreachable } from "../../../client/connection/failures.ts";
import {
  attemptsMax,
  lookAgainMs,
  Outbox,
  OutboxFull,
  outboxMessagesMax,
  type Outcome,
  type Sending,
  type Shelf,
  ShelfFault,
} from "../../../client/connection/outbox.ts";
import { retryAgeMaxMs, retryMarginMs } from "../../../client/connection/retry_window.ts";
import { problem } from "../../../lib/api/problems.ts";
import { hourMs, receiptLifeMs } from "../../../lib/domain/bounds.ts";
import { SeededRandom } from "../../support/seeded_random.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";
import { json, messageOf, refusal, type SeenRequest, settle, StubServer } from "../stub_server.ts";

/** What is kept, as it is after each run. */
class Board {
  readonly kept = new Map<string, Sending>();
  /** What other runs leave while one is there. */
  readonly others: Sending[] = [];
  /** While set, nothing can be kept. */
  full = false;

  /** The shelf of one run; `alive` says whether that run is still there. */
  shelf(alive: () => boolean = () => true): Shelf {
    return {
      left: [...this.kept.values()],
      keep: (sending) => {
        if (this.full) throw new ShelfFault("Cannot keep message: the disk is full");
        if (alive()) this.kept.set(sending.key, sending);
      },
      forget: ({ key }) => {
        if (alive()) this.kept.delete(key);
      },
      more: () => {
        const more = this.others.splice(0);
        for (const sending of more) this.kept.set(sending.key, sending);
        return more;
      },
    };
  }
}

/** How the server meets a message. */
type Manner =
  /** It carries it out, and answers. */
  | "answers"
  /** It carries it out, and the answer is lost. */
  | "loses answers"
  /** It carries it out, and is silent. */
  | "is silent"
  /** It is cut off before anything has come to it, which nobody can know. */
  | "breaks"
  /** Nothing listens. */
  | "is away"
  | "is busy"
  | "says no";

/** A server that keeps receipts as long as the real one does, over as many runs as it takes. */
class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly random = new SeededRandom(1);
  readonly board = new Board();
  /** Keys and texts of what is in the chat. */
  readonly log: { readonly key: string; readonly text: string }[] = [];
  readonly outcomes: Outcome[] = [];
  /** Texts of what another run has left, as they were told of. */
  readonly found: (string | undefined)[] = [];
  readonly #receipts = new Map<string, { readonly id: number; readonly atMs: number }>();
  manner: Manner = "answers";
  #run = 0;
  #outbox: Outbox | undefined;

  constructor() {
    this.serve();
  }

  /** The server takes messages, in the manner of the moment. */
  serve(): void {
    this.server.on("POST /send", (request) => this.#heed(request));
  }

  get outbox(): Outbox {
    assert(this.#outbox !== undefined);
    return this.#outbox;
  }

  get requests(): string[] {
    return this.server.requests.map(({ body }) => (body as { text: string }).text);
  }

  /** What became of each text, in order. */
  get told(): string[] {
    return this.outcomes.map((outcome) =>
      `${outcome.type === "sent" ? "sent" : outcome.arrived} ${outcome.sending.draft.text}`
    );
  }

  /** The program is started. */
  start(log?: string): void {
    const run = ++this.#run;
    const api = new ApiClient({
      forms: checkedForms,
      readFault,
      origin: "http://chat.test",
      transport: this.server.transport,
      clock: this.clock,
    });
    const isAlive = () => run === this.#run;
    this.#outbox = new Outbox({
      api,
      clock: this.clock,
      random: this.random,
      shelf: this.board.shelf(isAlive),
      report: (outcome) => {
        if (isAlive()) this.outcomes.push(outcome);
      },
      found: ({ draft }) => this.found.push(draft.text),
    });
    this.#outbox.start(log);
  }

  /** The program is killed: nothing of it happens any more. */
  async kill(): Promise<void> {
    this.#run += 1;
    this.#outbox?.close();
    await settle();
  }

  /** Lets time pass, with each attempt that falls into it. */
  async pass(ms: number): Promise<void> {
    await settle();
    this.clock.advance(ms);
    await settle();
  }

  #heed({ body, headers }: SeenRequest): Response | Promise<Response> {
    const key = headers.get("idempotency-key") ?? "";
    const { text } = body as { text: string };
    switch (this.manner) {
      case "is away":
        throw new TypeError("tcp connect error: Connection refused (os error 111)");
      case "breaks":
        throw new TypeError("connection reset");
      case "is busy":
        return refusal("busy", "Later.");
      case "says no":
        // A receipt comes before any refusal.
        return this.#receipt(key) === undefined
          ? refusal("invalid", "No.")
          : this.#carryOut(key, text);
      case "answers":
        return this.#carryOut(key, text);
      case "loses answers":
        this.#carryOut(key, text);
        throw new TypeError("connection reset");
      case "is silent":
        this.#carryOut(key, text);
        return new Promise(() => {});
    }
  }

  #receipt(key: string): { readonly id: number } | undefined {
    const receipt = this.#receipts.get(key);
    const isFresh = receipt !== undefined && this.clock.monotonic() - receipt.atMs < receiptLifeMs;
    return isFresh ? receipt : undefined;
  }

  #carryOut(key: string, text: string): Response {
    let id = this.#receipt(key)?.id;
    if (id === undefined) {
      this.log.push({ key, text });
      id = this.log.length;
      this.#receipts.set(key, { id, atMs: this.clock.monotonic() });
    }
    return json(messageOf(id, { text, author: "alice", key }), 201);
  }
}

function outbox(title: string, test: (scene: Scene) => Promise<void>): void {
  Deno.test(`Outbox ${title}`, async () => {
    const scene = new Scene();
    try {
      await test(scene);
    } finally {
      await scene.kill();
    }
    assertEquals(scene.clock.waiting, 0);
  });
}

outbox("keeps a draft until it is answered", async (scene) => {
  scene.manner = "is away";
  scene.start();
  const one = scene.outbox.add({ text: "one" });
  assertEquals([...scene.board.kept.values()], [one]);
  scene.outbox.add({ text: "two", to: "bob" });
  await scene.pass(backoffMaxMs);
  assertEquals([...scene.board.kept.values()].map(({ draft }) => draft), [
    { text: "one" },
    { text: "two", to: "bob" },
  ]);
  scene.manner = "answers";
  await scene.pass(backoffMaxMs);
  await settle(20);
  assertEquals(scene.told, ["sent one", "sent two"]);
  assertEquals(scene.board.kept.size, 0);
});

outbox("forgets what is refused, and leaves on the shelf what is not answered", async (scene) => {
  scene.start();
  scene.manner = "says no";
  scene.outbox.add({ text: "bad" });
  await settle(20);
  assertEquals(scene.told, ["never bad"]);
  assertEquals(scene.board.kept.size, 0);
  scene.manner = "is away";
  const waiting = scene.outbox.add({ text: "patience" });
  await settle(20);
  assertEquals(scene.outbox.close(), [waiting]);
  assertEquals([...scene.board.kept.keys()], [waiting.key]);
});

outbox("begins with what is left, under the same keys and before anything new", async (scene) => {
  scene.manner = "is away";
  scene.start();
  const keys = ["one", "two"].map((text) => scene.outbox.add({ text }).key);
  await scene.kill();
  scene.manner = "answers";
  scene.start();
  assertEquals(scene.outbox.waiting.map(({ key }) => key), keys);
  const { key } = scene.outbox.add({ text: "three" });
  await settle(40);
  assertEquals(scene.log, [
    { key: keys[0] ?? "", text: "one" },
    { key: keys[1] ?? "", text: "two" },
    { key, text: "three" },
  ]);
  assertEquals(scene.told, ["sent one", "sent two", "sent three"]);
});

outbox("counts what is left among the most that wait", async (scene) => {
  scene.manner = "is away";
  for (let count = 1; count < outboxMessagesMax; count++) {
    const key = String(count);
    scene.board.kept.set(key, { key, draft: { text: key } });
  }
  scene.start();
  scene.outbox.add({ text: "the last" });
  assertThrows(() => scene.outbox.add({ text: "one too many" }), OutboxFull);
  assertEquals(scene.board.kept.size, outboxMessagesMax);
  await settle();
});

outbox("does not take what can't be kept", async (scene) => {
  scene.start();
  scene.board.full = true;
  assertThrows(() => scene.outbox.add({ text: "lost" }), ShelfFault, "the disk is full");
  await settle(20);
  assertEquals([scene.requests, scene.told], [[], []]);
  assertEquals(scene.outbox.waiting, []);
});

outbox("has kept that a draft is tried when it is", async (scene) => {
  const marks: (number | undefined)[] = [];
  scene.start();
  const { key } = scene.outbox.add({ text: "x" });
  scene.server.on("POST /send", () => {
    marks.push(scene.board.kept.get(key)?.triedMs);
    throw new TypeError("connection reset");
  });
  const firstMs = scene.clock.now();
  await scene.pass(backoffMaxMs);
  // Of several attempts, the first one counts.
  assertEquals(marks, [firstMs, firstMs]);
  assertEquals(scene.board.kept.get(key)?.triedMs, firstMs);
});

outbox("keeps no such mark of an attempt that did not arrive", async (scene) => {
  scene.manner = "is away";
  scene.start();
  const { key } = scene.outbox.add({ text: "x" });
  await scene.pass(backoffMaxMs);
  assertEquals(scene.requests.length, 2);
  assertEquals(scene.board.kept.get(key), { key, draft: { text: "x" } });
  // It has no age, however long nothing listens.
  await scene.pass(3 * receiptLifeMs);
  await scene.kill();
  scene.manner = "answers";
  scene.start();
  await settle(20);
  assertEquals(scene.told, ["sent x"]);
});

outbox("does not send without a mark, and goes on when one can be kept", async (scene) => {
  scene.start();
  scene.outbox.add({ text: "x" });
  scene.board.full = true;
  await scene.pass(backoffMaxMs);
  assertEquals([scene.requests, scene.told], [[], []]);
  scene.board.full = false;
  await scene.pass(backoffMaxMs);
  assertEquals(scene.told, ["sent x"]);
});

outbox("takes a draft for tried whose mark can't be taken back", async (scene) => {
  scene.start();
  const { key } = scene.outbox.add({ text: "x" });
  scene.server.on("POST /send", () => {
    scene.board.full = true;
    throw new TypeError("Connection refused");
  });
  await settle(20);
  scene.outbox.fail(new Unreachable("http://chat.test", "gone"));
  assertEquals(scene.told, ["perhaps x"]);
  assertEquals(scene.board.kept.has(key), false);
});

for (const [over, told] of [[0, "sent x"], [1, "perhaps x"]] as const) {
  const when = over === 0 ? "is old but safe" : "is too old to be safe";
  outbox(`in the same run: ${told} when it ${when}`, async (scene) => {
    scene.manner = "loses answers";
    scene.start();
    scene.outbox.add({ text: "x" });
    await settle(20);
    assertEquals(scene.log.length, 1);
    // It hangs between two attempts, as a laptop that is closed.
    scene.clock.setWall(scene.clock.now() + retryAgeMaxMs + over);
    scene.manner = "answers";
    scene.outbox.live = true;
    await settle(20);
    assertEquals(scene.told, [told]);
    assertEquals(scene.log.length, 1);
    assertEquals(scene.requests.length, over === 0 ? 2 : 1);
    assertEquals(scene.board.kept.size, 0);
  });

  outbox(`in a later run: ${told} when it ${when}`, async (scene) => {
    scene.manner = "is silent";
    scene.start();
    scene.outbox.add({ text: "x" });
    await settle(20);
    await scene.kill();
    scene.clock.advance(retryAgeMaxMs + over);
    scene.manner = "answers";
    scene.start();
    await settle(20);
    assertEquals(scene.told, [told]);
    assertEquals(scene.log.length, 1);
  });
}

outbox("is not deceived by a clock that is set back while it runs", async (scene) => {
  scene.manner = "loses answers";
  scene.start();
  scene.outbox.add({ text: "x" });
  await settle(20);
  scene.clock.setWall(scene.clock.now() - 10 * hourMs);
  scene.manner = "is away";
  await scene.pass(retryAgeMaxMs + 1);
  scene.manner = "answers";
  await scene.pass(backoffMaxMs);
  assertEquals(scene.told, ["perhaps x"]);
  assertEquals(scene.log.length, 1);
});

outbox("does not send what was tried at a time that is still to come", async (scene) => {
  scene.manner = "is silent";
  scene.start();
  scene.outbox.add({ text: "x" });
  await settle(20);
  await scene.kill();
  scene.clock.setWall(scene.clock.now() - 1);
  scene.manner = "answers";
  scene.start();
  await settle(20);
  assertEquals(scene.told, ["perhaps x"]);
});

Deno.test("Outbox leaves a receipt time enough for the last attempt", () => {
  assertEquals(retryAgeMaxMs + retryMarginMs, receiptLifeMs);
  assert(retryMarginMs > 10 * callTimeoutMs);
});

outbox("goes on after one that is too old", async (scene) => {
  scene.manner = "is silent";
  scene.start();
  scene.outbox.add({ text: "one" });
  scene.outbox.add({ text: "two" });
  await settle(20);
  await scene.kill();
  scene.clock.advance(2 * receiptLifeMs);
  scene.manner = "answers";
  scene.start();
  await settle(40);
  assertEquals(scene.told, ["perhaps one", "sent two"]);
  const [failed] = scene.outcomes;
  assert(failed?.type === "failed" && failed.failure instanceof Unreachable);
});

outbox("does not send to another log what names ids or users of this one", async (scene) => {
  scene.manner = "is away";
  scene.start("k3f9");
  const drafts = [
    { text: "for all" },
    { text: "for bob", to: "bob" },
    { text: "in a room", room: "12" },
    { text: "on one", commentOn: 7 },
    { text: "with a file", files: [4] },
  ];
  for (const draft of drafts) scene.outbox.add(draft);
  await scene.kill();
  scene.manner = "answers";
  scene.start("z0");
  await settle(60);
  assertEquals(scene.told, [
    "sent for all",
    "never for bob",
    "never in a room",
    "never on one",
    "never with a file",
  ]);
  assertEquals(scene.requests, ["for all"]);
});

outbox("says of what was tried that another log may hold it", async (scene) => {
  scene.manner = "loses answers";
  scene.start("k3f9");
  scene.outbox.add({ text: "in a room", room: "12" });
  await settle(10);
  await scene.kill();
  scene.manner = "answers";
  scene.start("z0");
  await settle(20);
  assertEquals(scene.told, ["perhaps in a room"]);
});

outbox("sends to the same log what names its ids", async (scene) => {
  scene.manner = "is away";
  scene.start("k3f9");
  scene.outbox.add({ text: "in a room", room: "12" });
  await scene.kill();
  scene.manner = "answers";
  scene.start("k3f9");
  await settle(20);
  assertEquals(scene.told, ["sent in a room"]);
});

outbox("fails all that waits, and says which may have arrived", async (scene) => {
  scene.manner = "loses answers";
  scene.start();
  scene.outbox.add({ text: "one" });
  scene.outbox.add({ text: "two" });
  await settle(20);
  scene.outbox.fail(new Unreachable("http://chat.test", "gone"));
  await settle(20);
  assertEquals(scene.told, ["perhaps one", "never two"]);
  assertEquals(scene.board.kept.size, 0);
});

const gone = () => refusal("unauthorized", "This token is not valid.");

outbox(
  "keeps all for the next sign-in when the user is signed out while it sends",
  async (scene) => {
    scene.start();
    scene.server.on("POST /send", gone);
    scene.outbox.add({ text: "one" });
    scene.outbox.add({ text: "two" });
    await settle(20);
    scene.outbox.add({ text: "three" });
    await scene.pass(backoffMaxMs);
    assertEquals([scene.told, scene.requests], [[], ["one"]]);
    assertEquals(scene.outbox.waiting.map(({ draft }) => draft.text), ["one", "two", "three"]);
    // Nothing of it was done, however long ago that was.
    assertEquals([...scene.board.kept.values()].map(({ triedMs }) => triedMs), [
      undefined,
      undefined,
      undefined,
    ]);
    await scene.kill();
    scene.clock.advance(2 * receiptLifeMs);
    scene.serve();
    scene.start();
    await settle(40);
    assertEquals(scene.told, ["sent one", "sent two", "sent three"]);
    assertEquals(scene.board.kept.size, 0);
  },
);

outbox(
  "keeps under its key what may have arrived before the user was signed out",
  async (scene) => {
    scene.manner = "loses answers";
    scene.start();
    scene.outbox.add({ text: "one" });
    await settle(20);
    scene.outbox.fail(
      new ApiProblem(problem("unauthorized", "Who is this?"), { retryAfterMs: undefined }),
    );
    await settle(20);
    assertEquals(scene.told, []);
    await scene.kill();
    scene.manner = "answers";
    scene.start();
    await settle(20);
    assertEquals(scene.told, ["sent one"]);
    assertEquals(scene.log.length, 1);
  },
);

const finals: readonly (readonly [string, Arrival, Arrival, () => Response])[] = [
  ["a refusal of the message", "never", "never", () => refusal("invalid", "No.")],
  ["a key that was used", "perhaps", "perhaps", () => refusal("idempotency_mismatch", "Used.")],
  ["a server that failed", "perhaps", "perhaps", () => refusal("internal", "Oh.")],
];
for (const [what, first, later, answer] of finals) {
  outbox(`knows what ${what} says about a message`, async (scene) => {
    scene.start();
    scene.server.on("POST /send", answer);
    scene.outbox.add({ text: "first" });
    await settle(20);
    scene.server.on("POST /send", () => {
      throw new TypeError("connection reset");
    });
    scene.outbox.add({ text: "later" });
    await settle(20);
    scene.server.on("POST /send", answer);
    scene.outbox.live = true;
    await settle(20);
    assertEquals(scene.told, [`${first} first`, `${later} later`]);
    const [{ type } = { type: "" }] = scene.outcomes;
    assertEquals(type, "failed");
  });
}

const strangers: readonly (readonly [string, Arrival, () => Response])[] = [
  ["a captive portal", "never", () => new Response(null, { status: 307 })],
  ["a gateway that failed", "perhaps", () => new Response("<html>", { status: 500 })],
  ["an answer of another form", "perhaps", () => json({ welcome: true })],
  ["a way that cuts requests off", "perhaps", () => refusal("malformed", "It broke off.")],
];
for (const [what, arrived, answer] of strangers) {
  outbox(`goes on through ${what} while the stream is not live`, async (scene) => {
    scene.start();
    scene.server.on("POST /send", answer);
    const { key } = scene.outbox.add({ text: "x" });
    for (let count = 0; count <= attemptsMax; count++) await scene.pass(backoffMaxMs);
    assert(scene.requests.length > attemptsMax);
    assertEquals(scene.told, []);
    const isTried = scene.board.kept.get(key)?.triedMs !== undefined;
    assertEquals(isTried, arrived === "perhaps");
    scene.serve();
    await scene.pass(backoffMaxMs);
    assertEquals([scene.told, scene.log.length], [["sent x"], 1]);
  });

  outbox(`gives up after ${attemptsMax} times ${what} while the stream is live`, async (scene) => {
    scene.start();
    scene.outbox.live = true;
    scene.server.on("POST /send", answer);
    scene.outbox.add({ text: "x" });
    await settle(20);
    for (let count = 2; count < attemptsMax; count++) await scene.pass(backoffMaxMs);
    assertEquals([scene.told, scene.requests.length], [[], attemptsMax - 1]);
    await scene.pass(backoffMaxMs);
    assertEquals([scene.told, scene.requests.length], [[`${arrived} x`], attemptsMax]);
    // The next one has as many.
    scene.outbox.add({ text: "y" });
    await settle(20);
    assertEquals(scene.told.length, 1);
  });
}

outbox("sends what another run leaves, at once when live, and later on", async (scene) => {
  const leave = (key: string) => scene.board.others.push({ key, draft: { text: key } });
  leave("one");
  scene.start();
  await scene.pass(lookAgainMs);
  assertEquals(scene.requests, []);
  scene.outbox.live = true;
  await settle(20);
  assertEquals([scene.found, scene.told], [["one"], ["sent one"]]);
  leave("two");
  await scene.pass(lookAgainMs - 1);
  assertEquals(scene.found, ["one"]);
  await scene.pass(1);
  assertEquals([scene.found, scene.told], [["one", "two"], ["sent one", "sent two"]]);
  assertEquals(scene.board.kept.size, 0);
  scene.outbox.live = false;
  assertEquals(scene.clock.waiting, 0);
});

outbox("leaves to others what it has no time for", async (scene) => {
  scene.manner = "is away";
  scene.start();
  scene.outbox.add({ text: "own" });
  scene.board.others.push({ key: "other", draft: { text: "other" } });
  scene.outbox.live = true;
  await scene.pass(lookAgainMs);
  assertEquals(scene.found, []);
  scene.manner = "answers";
  await scene.pass(backoffMaxMs);
  await scene.pass(lookAgainMs);
  assertEquals(scene.told, ["sent own", "sent other"]);
});

outbox("settles at once when nothing is left, and when all of it is answered", async (scene) => {
  scene.start();
  await scene.outbox.settled();
  scene.outbox.add({ text: "x" });
  await scene.outbox.settled();
  assertEquals(scene.told, ["sent x"]);
});

Deno.test("Outbox ApiProblem of another log tells why", async () => {
  const scene = new Scene();
  scene.board.kept.set("a", { key: "a", draft: { text: "x", room: "12" }, log: "k" });
  scene.start("z");
  await settle(20);
  const [failed] = scene.outcomes;
  assert(failed?.type === "failed" && failed.failure instanceof ApiProblem);
  assertEquals(failed.failure.detail, "The server has another history now.");
  await scene.kill();
});

type Step =
  | { readonly do: "write" | "restart" | "wake" }
  | { readonly do: "manner"; readonly manner: Manner }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "wall"; readonly ms: number };

const manners: readonly Manner[] = [
  "answers",
  "loses answers",
  "is silent",
  "breaks",
  "is away",
  "is busy",
  "says no",
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ do: "write" }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: "restart" }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "wake" }) },
  {
    weight: 4,
    arbitrary: fc.constantFrom(...manners).map((manner): Step => ({ do: "manner", manner })),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1000, backoffMaxMs, hourMs, 12 * hourMs, 23 * hourMs, 25 * hourMs)
      .map((ms): Step => ({ do: "pass", ms })),
  },
  // Forward as far as one likes; back by what the margin covers, all in all.
  {
    weight: 1,
    arbitrary: fc.constantFrom(-60_000, 60_000, 30 * hourMs).map((ms): Step => ({
      do: "wall",
      ms,
    })),
  },
);

Deno.test("Outbox ends each draft once, in order, whatever is lost, refused or killed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const scene = new Scene();
      const written: string[] = [];
      scene.start();
      for (const each of steps) {
        switch (each.do) {
          case "write":
            written.push(`text ${written.length}`);
            scene.outbox.add({ text: written.at(-1) ?? "" });
            break;
          case "restart":
            await scene.kill();
            scene.start();
            break;
          case "wake":
            scene.outbox.live = true;
            break;
          case "manner":
            scene.manner = each.manner;
            break;
          case "pass":
            scene.clock.advance(each.ms);
            break;
          case "wall":
            scene.clock.setWall(scene.clock.now() + each.ms);
            break;
        }
        await settle(4);
      }
      scene.manner = "answers";
      await scene.pass(Math.max(backoffMaxMs, callTimeoutMs));
      await scene.pass(backoffMaxMs);
      await settle(10 * written.length);
      const texts = scene.log.map(({ text }) => text);
      assertEquals(new Set(texts).size, texts.length, "nothing is sent twice");
      assertEquals(texts, written.filter((text) => texts.includes(text)), "in order");
      assertEquals(scene.outcomes.map(({ sending }) => sending.draft.text), written);
      for (const outcome of scene.outcomes) {
        const isThere = texts.includes(outcome.sending.draft.text ?? "");
        if (outcome.type === "sent") assert(isThere, "what is told as sent is there");
        else assert(!isThere || outcome.arrived === "perhaps", "what surely failed is not there");
      }
      assertEquals(scene.board.kept.size, 0);
      await scene.kill();
    }),
    { numRuns: 500 },
  );
});

outbox("takes no more than its bound of what others have put on the shelf", (scene) => {
  scene.manner = "is away";
  scene.start();
  for (let count = 1; count < outboxMessagesMax; count++) {
    assert(scene.outbox.take({ key: `${count}`, draft: {} }));
  }
  assert(scene.outbox.take({ key: "last", draft: {} }));
  assert(!scene.outbox.take({ key: "last", draft: {} }));
  assertThrows(() => scene.outbox.take({ key: "more", draft: {} }), OutboxFull);
  return Promise.resolve();
});

outbox("does not send what another has tried too long ago", async (scene) => {
  scene.start();
  scene.clock.advance(retryAgeMaxMs + 1);
  const triedMs = scene.clock.now() - retryAgeMaxMs - 1;
  scene.outbox.take({ key: "a", draft: { text: "late" }, triedMs });
  scene.outbox.take({ key: "b", draft: { text: "in time" }, triedMs: triedMs + 1 });
  await settle(20);
  assertEquals(scene.told, ["perhaps late", "sent in time"]);
});
