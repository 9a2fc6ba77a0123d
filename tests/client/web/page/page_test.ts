import { assert, assertEquals, assertRejects } from "@std/assert";
import { ApiProblem, BadAnswer, Unreachable } from "../../../../client/connection/failures.ts";
import { type Drawer, memoryDrawer } from "../../../../client/web/page/account/drawer.ts";
import { electionWaitMs } from "../../../../client/web/page/tabs/election.ts";
import { SeededRandom } from "../../../support/seeded_random.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";
import { arrivalOf, json, refusal, settle, statusOf, StubServer } from "../../stub_server.ts";
import { FakeBrowser, type FakeTab, type TabSetup } from "./fake_browser.ts";

class Scene {
  readonly server = new StubServer();
  readonly clock = new VirtualClock();
  readonly browser: FakeBrowser;
  /** Who begins in a tab, and who ends. */
  readonly told: string[] = [];

  constructor() {
    const { server, clock, told } = this;
    server.on("POST /connect", () => json(arrivalOf({ token: "t1" })));
    server.on("POST /disconnect", () => new Response(null, { status: 204 }));
    server.on("GET /messages", () => json({ items: [], has_more: false }));
    server.on("GET /status", () => json(statusOf()));
    server.on("GET /invitations", () => json({ items: [] }));
    this.browser = new FakeBrowser({
      origin: "http://chat.test",
      transport: server.transport,
      clock,
      random: new SeededRandom(1),
      began: ({ model }) => {
        told.push(`began ${model.user}`);
        return () => told.push("ended");
      },
    });
  }

  open(setup: TabSetup = {}): FakeTab {
    return this.browser.open(setup);
  }

  /** The keys under which it was tried to sign in. */
  get keys(): string[] {
    return this.server.requests.filter(({ path }) => path === "/connect")
      .map(({ headers }) => headers.get("idempotency-key") ?? "");
  }

  /** Lets the waits between attempts pass. */
  async whileTimePasses(work: Promise<unknown>): Promise<void> {
    let done = false;
    const mark = () => void (done = true);
    work.then(mark, mark);
    while (!done) {
      await settle();
      this.clock.advance(1000);
    }
  }

  /** The tabs find out who leads, and that one connects. */
  async elect(): Promise<void> {
    await settle();
    this.clock.advance(2 * electionWaitMs);
    await settle();
  }
}

Deno.test("a page that nobody has signed in to asks who is there", () => {
  const scene = new Scene();
  assertEquals(scene.open().state, { stage: "signed_out" });
  assertEquals(scene.told, []);
});

Deno.test("signIn() begins with what the server has said, without a second connect", async () => {
  const scene = new Scene();
  const tab = scene.open();
  await tab.signIn("alice", "horse");
  assertEquals(scene.server.bodies("/connect"), [
    { user: "alice", password: "horse", client: "Chrome on Linux" },
  ]);
  await scene.elect();
  assertEquals(scene.keys.length, 1);
  const events = await scene.server.stream();
  assertEquals(events.request.headers.get("authorization"), "Bearer t1");
  assertEquals(scene.told, ["began alice"]);
  await tab.tab.signOut();
  assertEquals(scene.told, ["began alice", "ended"]);
  assertEquals(tab.state, { stage: "signed_out", why: { kind: "left" } });
  await settle();
  assertEquals(scene.clock.waiting, 0);
  assertEquals(scene.browser.defects, []);
});

Deno.test("who is signed in is so in each tab that is opened", async () => {
  const scene = new Scene();
  const first = scene.open();
  await first.signIn("alice");
  await scene.elect();
  const second = scene.open({ hash: "#/to/bob" });
  assertEquals(second.state.stage, "signed_in");
  await scene.elect();
  // One connection serves both.
  assertEquals(scene.server.requests.filter(({ path }) => path === "/events").length, 1);
  assertEquals(second.tab.state.value.place, { kind: "private", user: "bob" });
  await first.tab.signOut();
  await settle();
  assertEquals(second.state.stage, "signed_out");
});

Deno.test("all tabs know that their user has left, also where the stream tells it first", async () => {
  const scene = new Scene();
  const first = scene.open();
  await first.signIn("alice");
  await scene.elect();
  const second = scene.open();
  await scene.elect();
  const stream = await scene.server.stream();
  scene.server.on("GET /tokens", () => refusal("unauthorized", "The token is not valid."));
  scene.server.on("POST /disconnect", async () => {
    stream.event("k3f9-1", { type: "token.revoked", token: 1 });
    await settle();
    assertEquals([first.state.stage, second.state.stage], ["signed_out", "signed_out"]);
    return new Response(null, { status: 204 });
  });
  await second.tab.signOut();
  await settle();
  for (const { state } of [first, second]) {
    assertEquals(state, { stage: "signed_out", why: { kind: "left" } });
  }
});

Deno.test("nothing of who has left goes on", async () => {
  const scene = new Scene();
  const tab = scene.open();
  const watchers = scene.browser.watchers(tab);
  await tab.signIn("alice");
  await scene.elect();
  await tab.tab.signOut();
  await settle();
  assertEquals(scene.browser.watchers(tab), watchers);
  assertEquals(scene.clock.waiting, 0);
});

for (const code of ["name_taken", "bad_password", "too_many_attempts", "forbidden"] as const) {
  Deno.test(`signIn() gives back why the server would not: ${code}`, async () => {
    const scene = new Scene();
    scene.server.on("POST /connect", () => refusal(code, "No."));
    const tab = scene.open();
    const failure = await assertRejects(() => tab.signIn("alice"), ApiProblem);
    assertEquals(failure.code, code);
    assertEquals(tab.state, { stage: "signed_out" });
    // Another attempt is another request.
    await assertRejects(() => tab.signIn("alice"), ApiProblem);
    const [one, two] = scene.keys;
    assert(one !== two);
  });
}

Deno.test("of two who sign in at once in two tabs, the one who is late is signed out again, and told", async () => {
  const scene = new Scene();
  const answers = new Map<string, (answer: Response) => void>();
  scene.server.on("POST /connect", ({ body }) => {
    const { user = "" } = body as { user?: string };
    return new Promise((resolve) => answers.set(user, resolve));
  });
  const [one, other] = [scene.open(), scene.open()];
  const [first, late] = [one.signIn("alice"), other.signIn("bob")];
  await settle();
  const answer = (user: string, token: string) =>
    answers.get(user)?.(json(arrivalOf({ user, token })));
  answer("alice", "t1");
  await first;
  answer("bob", "t2");
  await late;
  await settle();
  const ended = scene.server.requests.filter(({ path }) => path === "/disconnect");
  assertEquals(ended.map(({ headers }) => headers.get("authorization")), ["Bearer t2"]);
  for (const { tab } of [one, other]) assertEquals(tab.state.value.model.user, "alice");
  const words = other.tab.state.value.notices.map(({ words }) =>
    words.replaceAll(/[\u2068\u2069]/g, "")
  );
  assertEquals(words, ["Another tab has signed in as alice, so not as bob"]);
  assertEquals(one.tab.state.value.notices, []);
});

Deno.test("an attempt whose answer was lost is the same one when it is made again", async () => {
  const scene = new Scene();
  let isLost = true;
  scene.server.on("POST /connect", () => {
    if (isLost) throw new TypeError("connection reset");
    return json(arrivalOf({ token: "t1" }));
  });
  const tab = scene.open();
  const lost = assertRejects(() => tab.signIn("alice"), Unreachable);
  await scene.whileTimePasses(lost);
  await lost;
  isLost = false;
  await tab.signIn("alice");
  assertEquals(tab.state.stage, "signed_in");
  assertEquals(new Set(scene.keys).size, 1);
  assert(scene.keys.length > 2);
});

Deno.test("an attempt with another name or password is another one", async () => {
  const scene = new Scene();
  scene.server.on("POST /connect", () => refusal("internal", "Failed."));
  const tab = scene.open();
  for (
    const [user, password] of [["alice"], ["alice"], ["alice", "a"], ["alice", "b"], ["bob", "b"]]
  ) {
    await assertRejects(() => tab.signIn(user ?? "", password), ApiProblem);
  }
  assertEquals(scene.keys[0], scene.keys[1]);
  assertEquals(new Set(scene.keys).size, 4);
});

Deno.test("an answer without a token signs nobody in", async () => {
  const scene = new Scene();
  scene.server.on("POST /connect", () => json(arrivalOf()));
  const tab = scene.open();
  await assertRejects(() => tab.signIn("alice"), BadAnswer);
  assertEquals(tab.state, { stage: "signed_out" });
});

Deno.test("the code of a link outlives signing in and a reload, until it is used", async () => {
  const scene = new Scene();
  const tabDrawer = memoryDrawer();
  const before = scene.open({ joinCode: "Kx_3-9", tabDrawer });
  assertEquals(before.state, { stage: "signed_out", joinCode: "Kx_3-9" });
  const tab = scene.open({ tabDrawer });
  assertEquals(tab.state.joinCode, "Kx_3-9");
  await tab.signIn("alice");
  assertEquals([tab.state.stage, tab.state.joinCode], ["signed_in", "Kx_3-9"]);
  tab.page?.clearJoinCode();
  assertEquals([tab.state.stage, "joinCode" in tab.state], ["signed_in", false]);
  assertEquals(scene.open({ tabDrawer }).state.joinCode, undefined);
  // It is that tab's alone.
  assertEquals(scene.open().state.joinCode, undefined);
});

Deno.test("an invitation is taken out of the address, and outlives a reload until it is used", async () => {
  const scene = new Scene();
  const tabDrawer = memoryDrawer();
  const before = scene.open({ hash: "#invite=chat_Kx3", tabDrawer });
  assertEquals(before.state, { stage: "signed_out", invite: "chat_Kx3" });
  assertEquals(before.address.entries, ["#/"]);
  const tab = scene.open({ tabDrawer });
  assertEquals(tab.state, { stage: "signed_out", invite: "chat_Kx3" });
  scene.server.on("POST /connect", () => refusal("invite_needed", "No."));
  await assertRejects(() => tab.signIn("alice"), ApiProblem);
  assertEquals(tab.state, { stage: "signed_out", invite: "chat_Kx3" });
  scene.server.on("POST /connect", () => json(arrivalOf({ token: "t1" })));
  await tab.page?.signIn({ user: "alice", invite: "chat_Kx3" });
  assertEquals(scene.server.bodies("/connect").at(-1), {
    user: "alice",
    invite: "chat_Kx3",
    client: "Chrome on Linux",
  });
  await tab.tab.signOut();
  assertEquals(tab.state, { stage: "signed_out", why: { kind: "left" } });
  assertEquals(scene.open({ tabDrawer }).state, { stage: "signed_out" });
  // It was that tab's alone.
  assertEquals(scene.open().state, { stage: "signed_out" });
});

Deno.test("an invitation that is opened where the page is open already is taken, too", async () => {
  const scene = new Scene();
  const tab = scene.open();
  tab.address.type("#invite=chat_Kx3");
  assertEquals(tab.state, { stage: "signed_out", invite: "chat_Kx3" });
  assertEquals(tab.address.entries, ["", "#/"]);
  tab.address.type("#invite=chat_newer");
  assertEquals(tab.state, { stage: "signed_out", invite: "chat_newer" });
  await tab.signIn("alice");
  // Who is in already stays where they are, and the code is in the address no more.
  tab.address.type("#invite=chat_another");
  assertEquals(tab.state.stage, "signed_in");
  assertEquals(tab.address.hash, "#/");
  assertEquals(tab.tab.state.value.place, { kind: "common" });
});

Deno.test("another invitation is another request, under another key", async () => {
  const scene = new Scene();
  scene.server.on("POST /connect", () => {
    throw new TypeError("connection reset");
  });
  const tab = scene.open();
  for (const invite of ["one", "one", "other"]) {
    const attempt = tab.page?.signIn({ user: "alice", invite }) ?? Promise.resolve();
    await scene.whileTimePasses(attempt);
    await assertRejects(() => attempt, Unreachable);
  }
  const [first, , , , same, , , , other] = scene.keys;
  assertEquals(scene.keys.length, 12);
  assertEquals(first, same);
  assert(first !== other);
});

Deno.test("a tab that keeps nothing has the code as long as it is not loaded anew", () => {
  const scene = new Scene();
  const full = {
    ...memoryDrawer(),
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  assertEquals(scene.open({ joinCode: "new", tabDrawer: full }).state.joinCode, "new");
});

Deno.test("who joins is told that the browser keeps nothing, unless a password opens the name", async () => {
  const full = {
    ...memoryDrawer(),
    isFleeting: false,
    setItem() {
      throw new DOMException("full", "QuotaExceededError");
    },
  };
  const words = "This browser keeps nothing. " +
    "Set a password, or the name is lost when the page is loaded anew.";
  const cases: readonly (readonly [Drawer | undefined, string | undefined, string[]])[] = [
    [full, undefined, [words]],
    [memoryDrawer(), undefined, [words]],
    [memoryDrawer(), "horse", []],
    [undefined, undefined, []],
  ];
  for (const [drawer, password, told] of cases) {
    const tab = new Scene().open(drawer === undefined ? {} : { drawer });
    await tab.signIn("alice", password);
    const { notices } = tab.tab.state.value;
    assertEquals(notices.map(({ words }) => words), told);
    assert(notices.every(({ kind }) => kind === "failure"));
  }
});

Deno.test("a token that the server does not take brings its user to the sign-in", async () => {
  const scene = new Scene();
  const first = scene.open();
  await first.signIn("alice");
  const second = scene.open();
  const refused = () => refusal("unauthorized", "The token is not valid.");
  scene.server.on("GET /events", refused);
  await scene.elect();
  for (const { state } of [first, second]) {
    assert(state.stage === "signed_out" && state.why?.kind === "refused");
    assert(state.why.failure instanceof ApiProblem);
    assertEquals(state.why.failure.code, "unauthorized");
    assertEquals(state.lastUser, "alice");
  }
  assertEquals(scene.told.toSorted(), ["began alice", "began alice", "ended", "ended"]);
});

Deno.test("who signs in next is another one", async () => {
  const scene = new Scene();
  const tab = scene.open({ hash: "#/to/bob" });
  await tab.signIn("alice");
  await tab.tab.signOut();
  assertEquals(tab.address.entries, ["#/"]);
  scene.server.on("POST /connect", () => json(arrivalOf({ user: "carol", token: "t2" })));
  await tab.signIn("carol");
  assertEquals(scene.told, ["began alice", "ended", "began carol"]);
  assertEquals(tab.tab.state.value.model.user, "carol");
});

Deno.test("a defect is told to whoever looks after the page, and to its user", async () => {
  const scene = new Scene();
  const tab = scene.open();
  await tab.signIn("alice");
  const broken = tab.tab.state.watch(() => {
    broken();
    throw new RangeError("a defect");
  });
  await scene.elect();
  assertEquals(scene.browser.defects.map(String), ["RangeError: a defect"]);
  const words = tab.tab.state.value.notices.map(({ words }) => words);
  assert(words.includes("Something in this page is broken; load it anew"));
});
