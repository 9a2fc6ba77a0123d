import { assertEquals } from "@std/assert";
import { KeyReader } from "../../../client/terminal/keyboard/keys.ts";
import { heldKeysMax, SecretQuestions } from "../../../client/terminal/secret_questions.ts";

function type(questions: SecretQuestions, text: string): void {
  for (const key of new KeyReader().read(new TextEncoder().encode(text))) questions.press(key);
}

Deno.test("SecretQuestions gives each question its part of what was typed at once", async () => {
  const questions = new SecretQuestions();
  const first = questions.ask("Old: ");
  assertEquals(questions.open, "Old: ");
  type(questions, "x\rhunter22\rhun");
  assertEquals([await first, questions.open], ["x", undefined]);
  assertEquals(await questions.ask("New: "), "hunter22");
  const third = questions.ask("Again: ");
  type(questions, "ter22\r");
  assertEquals(await third, "hunter22");
});

Deno.test("SecretQuestions holds what is typed before the first question", async () => {
  const questions = new SecretQuestions();
  type(questions, "secret\r");
  assertEquals(await questions.ask("Old: "), "secret");
});

Deno.test("SecretQuestions drops what no question has come for", async () => {
  const questions = new SecretQuestions();
  type(questions, "secret\r");
  questions.drop();
  const answer = questions.ask("Old: ");
  type(questions, "other\r");
  assertEquals(await answer, "other");
});

Deno.test("SecretQuestions leaves open questions without an answer at its end", async () => {
  const questions = new SecretQuestions();
  const open = questions.ask("Old: ");
  questions.close();
  assertEquals([await open, await questions.ask("New: "), questions.open], [
    undefined,
    undefined,
    undefined,
  ]);
});

for (const [typed, answered] of [[-1, true], [0, true], [1, false]] as const) {
  Deno.test(`SecretQuestions holds ${heldKeysMax + typed} keys: ${answered}`, () => {
    const questions = new SecretQuestions();
    for (let key = 1; key < heldKeysMax + typed; key++) {
      questions.press({ kind: "named", name: "left" });
    }
    questions.press({ kind: "named", name: "enter" });
    void questions.ask("Old: ");
    assertEquals(questions.open, answered ? undefined : "Old: ");
  });
}
