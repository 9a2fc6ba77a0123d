import { assertEquals } from "@std/assert";
import { answerMaxMs, CursorQuestion } from "../../../../client/terminal/screen/cursor_question.ts";
import { VirtualClock } from "../../../support/virtual_clock.ts";

function asked() {
  const clock = new VirtualClock();
  const seen = { givenUp: 0, settled: 0 };
  const question = new CursorQuestion(clock, () => seen.givenUp++);
  question.ask();
  return { clock, question, seen };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

Deno.test("CursorQuestion relies on no answer before the first has come", () => {
  const { question, seen } = asked();
  assertEquals([question.isMute, question.isOpen], [true, false]);
  assertEquals(question.hear(), false);
  assertEquals([question.isMute, question.isOpen], [false, false]);
  question.ask();
  assertEquals(question.isOpen, true);
  assertEquals(question.hear(), true);
  assertEquals([question.isOpen, seen.givenUp], [false, 0]);
});

for (const [ms, isOpen] of [[answerMaxMs - 1, true], [answerMaxMs, false]] as const) {
  Deno.test(`CursorQuestion ${isOpen ? "waits" : "waits no longer"} after ${ms} ms`, () => {
    const { clock, question, seen } = asked();
    question.hear();
    question.ask();
    clock.advance(ms);
    assertEquals([question.isOpen, question.isMute], [isOpen, !isOpen]);
    assertEquals(seen.givenUp, isOpen ? 0 : 1);
    // One that comes late shows that the terminal does answer.
    assertEquals(question.hear(), isOpen);
    assertEquals([question.isMute, clock.waiting], [false, 0]);
  });
}

Deno.test("CursorQuestion has nobody told of a first answer that does not come", () => {
  const { clock, question, seen } = asked();
  clock.advance(answerMaxMs);
  assertEquals([question.isMute, seen.givenUp, clock.waiting], [true, 0, 0]);
});

Deno.test("CursorQuestion.settled() waits while an answer is on its way, the first one too", async () => {
  const { clock, question, seen } = asked();
  question.settled().then(() => seen.settled++);
  await turn();
  assertEquals(seen.settled, 0);
  question.hear();
  // Asked again before who waits has noticed.
  question.ask();
  await turn();
  assertEquals(seen.settled, 0);
  clock.advance(answerMaxMs);
  await turn();
  assertEquals(seen.settled, 1);
  await question.settled();
});
