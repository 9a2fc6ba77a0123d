/**
 * Where passphrases come from.
 *
 * @module
 */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { CommandFailure, Left } from "../../../server/operator/failure.ts";
import {
  knownPassphrase,
  newPassphrase,
  passphraseBytesMax,
  repetitionsMax,
} from "../../../server/backup/passphrase.ts";

/** Someone who answers so, and then goes away. */
function person(...answers: string[]) {
  const asked: string[] = [];
  const ask = (question: string) => {
    asked.push(question);
    return Promise.resolve(answers.shift());
  };
  return { asked, ask };
}

async function refusal(asked: Promise<string>): Promise<string> {
  return (await assertRejects(() => asked, CommandFailure)).message;
}

Deno.test("a new passphrase is asked for twice, a known one once", async () => {
  const one = person("secret", "secret");
  assertEquals(await newPassphrase(undefined, one), "secret");
  assertEquals(one.asked, ["Passphrase for the backup: ", "The same again: "]);
  const other = person("secret");
  assertEquals(await knownPassphrase(undefined, other), "secret");
  assertEquals(other.asked, ["Passphrase of the backup: "]);
});

Deno.test("a new passphrase that is repeated wrongly is asked for again, but not for ever", async () => {
  assertEquals(await newPassphrase(undefined, person("a", "b", "c", "c")), "c");
  const wrong = Array.from({ length: repetitionsMax }, () => ["a", "b"]).flat();
  const one = person(...wrong, "c", "c");
  assertMatch(await refusal(newPassphrase(undefined, one)), /not the same twice/);
  assertEquals(one.asked.length, 2 * repetitionsMax);
});

Deno.test("who goes away gives no passphrase; without a terminal a file is asked for", async () => {
  await assertRejects(() => newPassphrase(undefined, person("a")), Left);
  await assertRejects(() => knownPassphrase(undefined, person()), Left);
  assertMatch(await refusal(newPassphrase(undefined, {})), /--passphrase-file/);
  assertMatch(await refusal(knownPassphrase(undefined, {})), /--passphrase-file/);
});

Deno.test("a new passphrase is not empty, nor beyond its bound", async () => {
  assertMatch(await refusal(newPassphrase(undefined, person("", ""))), /it is empty/);
  for (const length of [passphraseBytesMax - 1, passphraseBytesMax]) {
    const text = "x".repeat(length);
    assertEquals(await newPassphrase(undefined, person(text, text)), text);
  }
  const long = "x".repeat(passphraseBytesMax + 1);
  assertMatch(await refusal(newPassphrase(undefined, person(long, long))), /longer than 1024/);
});

Deno.test("the first line of a file is the passphrase, and nobody is asked", async () => {
  const path = await Deno.makeTempFile();
  try {
    for (const text of ["two words", "two words\n", "two words\r\n", "two words\nmore\n"]) {
      await Deno.writeTextFile(path, text);
      assertEquals(await newPassphrase(path, {}), "two words");
      assertEquals(await knownPassphrase(path, {}), "two words");
    }
    await Deno.writeTextFile(path, "\nsecret\n");
    assertEquals(
      await refusal(knownPassphrase(path, {})),
      `Cannot take the first line of ${path}: it is empty`,
    );
  } finally {
    await Deno.remove(path);
  }
  assertMatch(await refusal(knownPassphrase(path, {})), /^Cannot read .*: No such file/);
});
