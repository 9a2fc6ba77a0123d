import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  clientOptions,
  readClientOptions,
  readPassword,
  sendOptions,
} from "../../../client/account/config.ts";
import { UsageError } from "../../../lib/options.ts";

function originOf(args: string[], environment: Record<string, string> = {}): string {
  return readClientOptions(clientOptions, args, environment).origin;
}

Deno.test("readClientOptions() finds the server by URL, by host and port, or by default", () => {
  assertEquals(originOf([]), "http://127.0.0.1:8000");
  assertEquals(originOf(["-p", "8100"]), "http://127.0.0.1:8100");
  assertEquals(originOf(["--host", "chat.test"]), "http://chat.test:8000");
  assertEquals(originOf(["--host", "::1"]), "http://[::1]:8000");
  assertEquals(originOf(["--server", "https://chat.test/"]), "https://chat.test");
  assertEquals(originOf(["--server", "chat.test:81"]), "http://chat.test:81");
});

Deno.test("readClientOptions() lets what was typed win over the environment", () => {
  const environment = { CHAT_SERVER: "https://chat.test", CHAT_PORT: "8100" };
  assertEquals(originOf([], environment), "https://chat.test");
  assertEquals(originOf(["--port", "8200"], environment), "http://127.0.0.1:8200");
  assertEquals(originOf(["--host", "a.test"], environment), "http://a.test:8100");
  assertEquals(originOf(["--server", "http://b.test"], environment), "http://b.test");
});

for (
  const args of [
    ["--server", "http://a.test", "--port", "1"],
    ["--server", "http://user:pw@a.test"],
    ["--server", "http://a.test/path"],
    ["--server", "ftp://a.test"],
    ["--host", "a b"],
    ["--port", "0"],
    ["--user", "a b"],
    ["--password", "secret"],
  ]
) {
  Deno.test(`readClientOptions() refuses ${args.join(" ")}`, () => {
    assertThrows(() => originOf(args), UsageError);
  });
}

Deno.test("readClientOptions() leaves the words and reads the command's own options", () => {
  const { values, rest } = readClientOptions(sendOptions, ["--to", "bob", "007", "--", "-x"], {});
  assertEquals([values.to, values.json], ["bob", false]);
  assertEquals(rest, ["007", "-x"]);
});

Deno.test("readPassword() prefers a file to the environment and takes its first line", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, "open sesame\r\nmore\n");
    const environment = { CHAT_PASSWORD: "other" };
    assertEquals(await readPassword(path, environment), "open sesame");
    assertEquals(await readPassword(undefined, environment), "other");
    assertEquals(await readPassword(undefined, {}), undefined);
    await Deno.writeTextFile(path, "\n");
    await assertRejects(() => readPassword(path, {}), UsageError, "its first line is empty");
  } finally {
    await Deno.remove(path);
  }
  await assertRejects(() => readPassword(path, {}), UsageError, "Cannot read --password-file");
});
