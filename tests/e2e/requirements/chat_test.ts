/**
 * The rows of the requirements on sending, reading and the life of messages, through the real program.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { Guest, type HeardEvent } from "../../support/guest.ts";

/** Lets so much time pass as the server keeps it, by a message that is due then. */
async function pass(url: string, seconds: number): Promise<void> {
  const timekeeper = await Guest.arrive(url, `timekeeper-${crypto.randomUUID().slice(0, 8)}`);
  const other = await Guest.arrive(url, `other-${crypto.randomUUID().slice(0, 8)}`);
  await using stream = await timekeeper.listen();
  await timekeeper.ask("POST /send", { text: "time", to: other.name, in: `${seconds}s` });
  await stream.next("scheduled.sent");
}

const textOf = ({ text }: HeardEvent) => text;

Deno.test("C1 what is sent to the common chat reaches everyone", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const boris = await Guest.arrive(url, "Борис");
  await using stream = await boris.listen();
  await alice.say("привет, hello 👋");
  assertEquals(textOf(await stream.next("message")), "привет, hello 👋");
  assertEquals(await boris.texts(), ["привет, hello 👋"]);
});

Deno.test("C2 a private message is for one, who gets it later if they are away", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob", "secret");
  const mallory = await Guest.arrive(url, "mallory");
  await using overheard = await mallory.listen();
  await alice.say("psst", { to: "bob" });
  await alice.refused("invalid", "POST /send", { text: "me", to: "alice" });
  await alice.refused("not_found", "POST /send", { text: "who", to: "nobody" });
  const arrival = await bob.ask("POST /connect");
  assertEquals(arrival.unread.map(textOf), ["psst"]);
  await alice.say("for all");
  assertEquals(textOf(await overheard.next("message")), "for all");
  assert(!JSON.stringify(overheard.heard).includes("psst"));
  await mallory.refused("not_found", `GET /messages/${arrival.unread[0].id}`);
});

Deno.test("C3 anyone who sees a message can comment on it, wherever it stands", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  const mallory = await Guest.arrive(url, "mallory");
  const room = (await alice.ask("POST /rooms", { name: "garden" })).id;
  await alice.ask(`POST /rooms/${room}/invitations`, { user: "bob" });
  await bob.ask(`POST /invitations/${room}`, { accept: true });
  const places = [await alice.say("all"), await alice.say("two", { to: "bob" })];
  places.push(await alice.say("some", { room }));
  for (const message of places) {
    const comment = await bob.ask("POST /comment", { message, text: "yes" });
    assertEquals(comment.comment_on, message);
    assertEquals((await alice.ask(`GET /messages/${message}`)).comments, 1);
    const { items } = await alice.ask(`GET /messages/${message}/comments`);
    assertEquals(items.map(textOf), ["yes"]);
  }
  for (const message of places.slice(1)) {
    await mallory.refused("not_found", "POST /comment", { message, text: "me too" });
  }
});

Deno.test("C4 the 21st message of an hour is refused, on whichever device", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice", "secret");
  const phone = await Guest.arrive(url, "alice", "secret");
  const bob = await Guest.arrive(url, "bob");
  const first = await bob.say("about this");
  for (let count = 0; count < 19; count++) {
    await (count % 2 === 0 ? alice : phone).say(`message ${count}`);
  }
  const headers = { "idempotency-key": "the-twentieth" };
  const fields = { message: first, text: "a comment counts" };
  const twentieth = await phone.try("POST /comment", { fields, headers });
  assertEquals(twentieth.status, 201);
  assertEquals(twentieth.headers.get("ratelimit-policy"), '"common";q=20;w=3600');
  assertMatch(twentieth.headers.get("ratelimit") ?? "", /^"common";r=0;t=3\d{3}$/);

  const refused = await alice.try("POST /send", { fields: { text: "too much" } });
  assertEquals([refused.status, refused.json.code], [429, "rate_limited"]);
  assert(Number(refused.headers.get("retry-after")) > 3500);
  assertEquals(refused.json.resets_at, (await alice.ask("GET /status")).limit.resets_at);
  await phone.refused("rate_limited", "POST /send", { text: "too much" });

  const again = await phone.try("POST /comment", { fields, headers });
  assertEquals([again.status, again.json.id], [201, twentieth.json.id]);
  assertEquals(again.headers.get("idempotency-replayed"), "true");
  await alice.say("private ones are free", { to: "bob" });
  assertEquals((await bob.ask("GET /status")).limit.remaining, 19);
});

Deno.test("C4 there is no limit where the operator wants none, and a new period begins at zero", async () => {
  await using workspace = new Workspace();
  const free = await workspace.serve({ args: ["--limit", "0"] });
  const alice = await Guest.arrive(free.url, "alice");
  for (let count = 0; count < 25; count++) await alice.say(`message ${count}`);
  assertEquals((await alice.ask("GET /status")).limit, undefined);
  await free.process.kill("SIGTERM");

  const args = ["--limit", "1", "--limit-period", "1s"];
  const { url } = await workspace.serve({ args });
  const back = alice.at(url);
  await back.say("one");
  await back.refused("rate_limited", "POST /send", { text: "two" });
  await pass(url, 1);
  await back.say("two");
});

Deno.test("C5 a message is gone for who has read it, and waits for who has not", async () => {
  await using workspace = new Workspace();
  const args = ["--message-ttl", "1s", "--unread-ttl", "4s"];
  const { url } = await workspace.serve({ args });
  const alice = await Guest.arrive(url, "alice");
  const reader = await Guest.arrive(url, "reader");
  const sleeper = await Guest.arrive(url, "sleeper");
  const id = await alice.say("soon gone");
  const comment = (await alice.ask("POST /comment", { message: id, text: "this too" })).id;
  await reader.ask("POST /read", { upto: comment });
  await pass(url, 1);
  for (const who of [alice, reader]) {
    assertEquals(await who.texts(), [], who.name);
    await who.refused("not_found", `GET /messages/${id}`);
    await who.refused("not_found", `GET /messages/${id}/comments`);
  }
  assertEquals((await sleeper.ask("POST /connect")).unread.map(textOf), ["soon gone", "this too"]);
  assertEquals((await sleeper.ask(`GET /messages/${id}`)).comments, 1);
  await pass(url, 3);
  assertEquals((await sleeper.ask("POST /connect")).unread, []);
  await sleeper.refused("not_found", `GET /messages/${id}`);
});

Deno.test("C6 a message is sent at its time, once, over a restart and a kill -9", async () => {
  await using workspace = new Workspace();
  const first = await workspace.serve();
  const alice = await Guest.arrive(first.url, "alice");
  const bob = await Guest.arrive(first.url, "bob");
  const soon = await alice.ask("POST /send", { text: "later", to: "bob", in: "1s" });
  const changed = await alice.ask("POST /send", { text: "a draft", to: "bob", in: "1h" });
  const gone = await alice.ask("POST /send", { text: "never", to: "bob", in: "2s" });
  await alice.ask(`PATCH /scheduled/${changed.id}`, { text: "the last word", in: "2s" });
  await alice.ask(`DELETE /scheduled/${gone.id}`);
  const { items } = await alice.ask("GET /scheduled");
  assertEquals(items.map(textOf), ["later", "the last word"]);
  assertEquals((await bob.ask("GET /scheduled")).items, []);
  await bob.refused("not_found", `DELETE /scheduled/${soon.id}`);

  await first.process.kill("SIGKILL");
  // Another server keeps the time while this one is down: both fall due meanwhile.
  await using elsewhere = new Workspace();
  await pass((await elsewhere.serve()).url, 2);
  const second = await workspace.serve();
  assertEquals(await bob.at(second.url).texts("to=alice"), ["later", "the last word"]);
  await second.process.kill("SIGTERM");
  const third = await workspace.serve();
  assertEquals(await bob.at(third.url).texts("to=alice"), ["later", "the last word"]);
  const late = alice.at(third.url);
  await late.refused("already_sent", `DELETE /scheduled/${soon.id}`);
  await late.refused("already_sent", `PATCH /scheduled/${soon.id}`, { text: "too late" });
  assertEquals((await late.ask("GET /scheduled")).items, []);
});

Deno.test("C6 limit and ban are checked at sending time, and the author is told", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--limit", "1", "--ban-after", "1"] });
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  await using stream = await alice.listen();
  const over = await alice.ask("POST /send", { text: "over the limit", in: "1s" });
  const banned = await alice.ask("POST /send", { text: "banned by then", to: "bob", in: "2s" });
  await alice.say("this takes the place");
  const limited = await stream.next("scheduled.failed");
  assertEquals([limited["scheduled"], limited["code"]], [over.id, "rate_limited"]);
  await bob.ask("POST /report", { user: "alice" });
  const failed = await stream.next("scheduled.failed");
  assertEquals([failed["scheduled"], failed["code"]], [banned.id, "banned"]);
  const { items } = await alice.ask("GET /scheduled");
  assertEquals(items.map(({ failed }: HeardEvent) => failed), ["rate_limited", "banned"]);
  assertEquals(await bob.texts("to=alice"), []);
});

Deno.test("C6 at most 100 messages of one user wait, from a second to a year ahead", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  for (const wrong of ["0.9", "366d", "-1s"]) {
    await alice.refused("invalid", "POST /send", { text: "when?", in: wrong });
  }
  for (let count = 0; count < 100; count++) {
    await alice.ask("POST /send", { text: `${count}`, in: count % 2 === 0 ? "1h" : "365d" });
  }
  await alice.refused("invalid", "POST /send", { text: "one more", in: "1h" });
  assertEquals((await alice.ask("GET /status")).scheduled, 100);
});

Deno.test("C7 three reports ban a user from sending, by every way, until the clock says so", async () => {
  await using workspace = new Workspace();
  const args = ["--ban-for", "3s"];
  const first = await workspace.serve({ args });
  const { url } = first;
  const mallory = await Guest.arrive(url, "mallory", "secret");
  const [alice, bob, carol] = [
    await Guest.arrive(url, "alice"),
    await Guest.arrive(url, "bob"),
    await Guest.arrive(url, "carol"),
  ];
  const message = await alice.say("hello");
  await alice.refused("invalid", "POST /report", { user: "alice" });
  assertEquals((await alice.ask("POST /report", { user: "mallory", reason: "spam" })).reports, 1);
  await alice.refused("already_reported", "POST /report", { user: "mallory" });
  assertEquals((await bob.ask("POST /report", { user: "mallory" })).reports, 2);
  await mallory.say("still here");
  await using stream = await mallory.listen();
  const third = await carol.ask("POST /report", { user: "mallory" });
  assertEquals(third.reports, 3);
  const told = await stream.next("user.banned");
  assertEquals(told["banned_until"], third.banned_until);
  // Who reported whom is nobody's business.
  assert(!/alice|bob|carol/.test(JSON.stringify(told)));

  const phone = await Guest.arrive(url, "mallory", "secret");
  for (const device of [mallory, phone]) {
    const attempts: [string, Record<string, string | number>?][] = [
      ["POST /send", { text: "no" }],
      ["POST /send", { text: "no", to: "alice" }],
      ["POST /send", { text: "no", in: "1h" }],
      ["POST /comment", { message, text: "no" }],
      ["POST /files?name=no.txt"],
    ];
    for (const [what, fields] of attempts) {
      const problem = await device.refused("banned", what, fields);
      assertEquals(problem.banned_until, third.banned_until);
    }
    assertEquals(await device.texts(), ["hello", "still here"]);
  }
  await first.process.kill("SIGTERM");
  const second = await workspace.serve({ args });
  const back = mallory.at(second.url);
  await back.refused("banned", "POST /send", { text: "no" });
  await pass(second.url, 3);
  await back.say("free again");
  const { user } = await back.ask("GET /status");
  assertEquals([user.reports, user.banned_until], [0, undefined]);
  assertEquals((await alice.at(second.url).ask("POST /report", { user: "mallory" })).reports, 1);
});

Deno.test("C12 an author deletes a message, and nobody can read it any more", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  const bob = await Guest.arrive(url, "bob");
  const { cursor } = await bob.ask("POST /connect");
  const id = await alice.say("a slip");
  await using stream = await bob.listen();
  await bob.refused("forbidden", `DELETE /messages/${id}`);
  await alice.ask(`DELETE /messages/${id}`);
  assertEquals((await stream.next("message.deleted"))["id"], id);
  await bob.refused("not_found", `GET /messages/${id}`);
  await alice.refused("not_found", `DELETE /messages/${id}`);
  assertEquals(await bob.texts(), []);
  assertEquals((await bob.ask("POST /connect")).unread, []);
  await using replay = await bob.listen(cursor);
  assertEquals(replay.types, ["message.deleted"]);
});
