/**
 * Secrets in files: the first line, and nothing that is no text.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { CommandFailure } from "../../../server/operator/failure.ts";
import { readSecretFile, secretFileBytesMax } from "../../../server/operator/secret_file.ts";

function inFile<Result>(contents: string | Uint8Array, work: (path: string) => Result): Result {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeFileSync(
      path,
      typeof contents === "string" ? new TextEncoder().encode(contents) : contents,
    );
    return work(path);
  } finally {
    Deno.removeSync(path);
  }
}

function refusal(contents: string | Uint8Array): string {
  return inFile(contents, (path) => {
    const { message } = assertThrows(() => readSecretFile(path), CommandFailure);
    return message.replace(path, "FILE");
  });
}

Deno.test("readSecretFile() gives the first line, however it ends", () => {
  for (const text of ["two words", "two words\n", "two words\r\n", "two words\nmore\n"]) {
    assertEquals(inFile(text, readSecretFile), "two words");
  }
  assertEquals(inFile("пароль 🔑\n", readSecretFile), "пароль 🔑");
});

Deno.test("readSecretFile() takes files up to its bound, and none beyond", () => {
  for (const length of [secretFileBytesMax - 1, secretFileBytesMax]) {
    assertEquals(inFile("x".repeat(length), readSecretFile).length, length);
  }
  assertEquals(
    refusal(`secret\n${"x".repeat(secretFileBytesMax)}`),
    `Cannot take the first line of FILE: the file is longer than ${secretFileBytesMax} bytes`,
  );
});

Deno.test("readSecretFile() refuses what is empty, no text, or not there", () => {
  assertEquals(refusal("\nsecret\n"), "Cannot take the first line of FILE: it is empty");
  assertEquals(
    refusal(new Uint8Array([0x73, 0xff, 0x0a])),
    "Cannot take the first line of FILE: it is not UTF-8",
  );
  const gone = inFile("secret", (path) => path);
  const { message } = assertThrows(() => readSecretFile(gone), CommandFailure);
  assertEquals(message, `Cannot read ${gone}: No such file or directory`);
});
