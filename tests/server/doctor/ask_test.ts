/**
 * Asking a server whatever it is.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import {
  answerBytesMax,
  answerMs,
  ask,
  dateOf,
  NoAnswer,
  type Place,
  problemOf,
} from "../../../server/doctor/ask.ts";
import { VirtualClock } from "../../support/virtual_clock.ts";

/** A server that says the same to everyone, and then holds its tongue. */
class Parrot implements AsyncDisposable {
  readonly place: Place;
  /** Resolves when all that there is to say has been said. */
  readonly said: Promise<void>;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #asked = "";

  constructor(text: string, { closes = false }: { readonly closes?: boolean } = {}) {
    const { hostname, port } = this.#listener.addr;
    this.place = { hostname, port, secure: false };
    this.said = this.#serve(text, closes);
  }

  get asked(): string {
    return this.#asked;
  }

  async #serve(text: string, closes: boolean): Promise<void> {
    const conn = await this.#listener.accept();
    const buffer = new Uint8Array(4096);
    const length = await conn.read(buffer) ?? 0;
    this.#asked = new TextDecoder().decode(buffer.subarray(0, length));
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
    if (closes) {
      conn.close();
      return;
    }
    // Until the one who has asked goes away.
    this.#gone = conn.read(buffer).catch(() => null).then(() => conn.close());
  }

  #gone: Promise<void> = Promise.resolve();

  async [Symbol.asyncDispose](): Promise<void> {
    await this.said;
    await this.#gone;
    this.#listener.close();
  }
}

const streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

Deno.test("ask() gives the whole answer, whatever host it asks for", async () => {
  const clock = new VirtualClock();
  const head = "HTTP/1.1 421 X\r\nDate: Fri, 20 Nov 2026 10:00:00 GMT\r\nContent-Length: 2\r\n\r\n";
  await using parrot = new Parrot(`${head}ok`);
  const answer = await ask(parrot.place, {
    method: "POST",
    target: "/disconnect",
    headers: { host: "chat.example", origin: "https://chat.example" },
  }, clock);
  assertEquals([answer.status, answer.text, answer.isWhole], [421, "ok", true]);
  assertEquals(dateOf(answer), Date.UTC(2026, 10, 20, 10));
  assertEquals(parrot.asked.split("\r\n")[0], "POST /disconnect HTTP/1.1");
  assertEquals(/^host: chat\.example\r$/im.test(parrot.asked), true);
  assertEquals(clock.waiting, 0);
});

Deno.test("ask() ends with what it waits for, on a stream that goes on", async () => {
  const clock = new VirtualClock();
  await using parrot = new Parrot(`${streamHead}retry: 2000\n\nevent: caught_up\n`);
  const question = { target: "/events", until: "event: caught_up\n" };
  assertEquals((await ask(parrot.place, question, clock)).isWhole, true);
});

Deno.test("ask() waits so long and no longer for what does not come", async () => {
  const clock = new VirtualClock();
  await using parrot = new Parrot(`${streamHead}retry: 2000\n\n`);
  let isDone = false;
  const asked = ask(parrot.place, { target: "/events", until: "caught_up" }, clock)
    .finally(() => isDone = true);
  await parrot.said;
  // The answer is on its way; what is waited for is that it has arrived.
  await new Promise<void>((resolve) => clock.afterOthers(resolve));
  clock.advance(answerMs - 1);
  await new Promise<void>((resolve) => clock.afterOthers(resolve));
  assertEquals(isDone, false);
  clock.advance(1);
  const outcome = await asked.catch((failure) => failure);
  // By then the head may or may not have been read.
  if (!(outcome instanceof NoAnswer)) assertEquals(outcome.isWhole, false);
});

Deno.test("ask() gives up on who says nothing at all", async () => {
  const clock = new VirtualClock();
  await using parrot = new Parrot("");
  const asked = ask(parrot.place, { target: "/" }, clock);
  await parrot.said;
  clock.advance(answerMs);
  assertEquals((await assertRejects(() => asked, NoAnswer)).code, "LATE");
});

Deno.test("ask() reads no more than so much", async () => {
  for (const [bytes, isWhole] of [[answerBytesMax, true], [answerBytesMax + 1, false]] as const) {
    const head = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`;
    await using parrot = new Parrot(head + "x".repeat(bytes), { closes: true });
    const answer = await ask(parrot.place, { target: "/" }, new VirtualClock());
    assertEquals([answer.isWhole, answer.text.length <= bytes], [isWhole, true]);
  }
});

Deno.test("ask() tells apart who refuses, who speaks otherwise, and who breaks off", async () => {
  const clock = new VirtualClock();
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const place = { hostname: "127.0.0.1", port, secure: false };
  const refused = await assertRejects(() => ask(place, { target: "/" }, clock), NoAnswer);
  assertEquals(refused.code, "ECONNREFUSED");
  await using stranger = new Parrot("SSH-2.0-OpenSSH\r\n", { closes: true });
  const strange = await assertRejects(() => ask(stranger.place, { target: "/" }, clock), NoAnswer);
  assertEquals(strange.code.slice(0, 4), "HPE_");
  await using breaker = new Parrot("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", {
    closes: true,
  });
  assertEquals((await ask(breaker.place, { target: "/" }, clock)).isWhole, false);
});

Deno.test("problemOf() knows the problems of our servers, and no others", () => {
  const answer = (type: string, body: unknown) =>
    problemOf({
      status: 401,
      headers: { "content-type": type },
      text: JSON.stringify(body),
      isWhole: true,
      tookMs: 1,
    });
  const problem = {
    type: "/docs#unauthorized",
    title: "A valid token is needed",
    status: 401,
    detail: "Send it.",
    code: "unauthorized",
  };
  assertEquals(answer("application/problem+json", problem)?.code, "unauthorized");
  assertEquals(answer("application/json", problem), undefined);
  assertEquals(answer("application/problem+json", { ...problem, type: "about:blank" }), undefined);
  assertEquals(answer("application/problem+json", "unauthorized"), undefined);
});
