import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  configDirectory,
  TokenFile,
  tokenFileBytesMax,
  TokenFileFault,
} from "../../../client/account/token_file.ts";
import { SeededRandom } from "../../support/seeded_random.ts";

const here = "http://127.0.0.1:8000";
const modes = { ignore: Deno.build.os === "windows" };

async function inDirectory(test: (directory: string) => Promise<void>): Promise<void> {
  const parent = await Deno.makeTempDir();
  try {
    await test(`${parent}/chat`);
  } finally {
    await Deno.remove(parent, { recursive: true });
  }
}

function fileIn(directory: string, seed = 1): TokenFile {
  return new TokenFile({ directory, random: new SeededRandom(seed) });
}

async function modeOf(path: string): Promise<string> {
  return ((await Deno.stat(path)).mode ?? 0).toString(8).slice(-3);
}

Deno.test("TokenFile knows nothing before anything is saved", () =>
  inDirectory(async (directory) => {
    assertEquals(await fileIn(directory).find(here, "alice"), undefined);
    assertEquals(await fileIn(directory).users(here), []);
  }));

Deno.test("TokenFile finds a token by its server and user, however the name is written", () =>
  inDirectory(async (directory) => {
    const file = fileIn(directory);
    const saved = { name: "Оля", token: "secret" };
    await file.save(here, saved);
    assertEquals(await file.find(here, "ОЛЯ"), saved);
    assertEquals(await file.find(here, "bob"), undefined);
    assertEquals(await file.find(here, "__proto__"), undefined);
    for (const other of ["http://127.0.0.1:8001", "https://127.0.0.1:8000", "http://localhost"]) {
      assertEquals(await file.find(other, "Оля"), undefined);
    }
  }));

Deno.test("TokenFile replaces a user's token and keeps all others", () =>
  inDirectory(async (directory) => {
    const file = fileIn(directory);
    await file.save(here, { name: "alice", token: "one" });
    await file.save(here, { name: "bob", token: "two" });
    await file.save("https://chat.test", { name: "alice", token: "three" });
    await file.save(here, { name: "alice", token: "four" });
    assertEquals((await file.users(here)).map(({ token }) => token), ["four", "two"]);
    assertEquals((await file.find("https://chat.test", "alice"))?.token, "three");
  }));

Deno.test("TokenFile loses no token when many are saved at once", () =>
  inDirectory(async (directory) => {
    const names = Array.from({ length: 20 }, (_, at) => `user${at}`);
    await Promise.all(
      names.map((name, seed) => fileIn(directory, seed).save(here, { name, token: "t" })),
    );
    assertEquals((await fileIn(directory).users(here)).length, names.length);
  }));

Deno.test("TokenFile is for nobody else to read", modes, () =>
  inDirectory(async (directory) => {
    const file = fileIn(directory);
    await file.save(here, { name: "alice", token: "one" });
    assertEquals([await modeOf(file.path), await modeOf(directory)], ["600", "700"]);
    await Deno.chmod(file.path, 0o644);
    await Deno.chmod(directory, 0o755);
    await file.save(here, { name: "alice", token: "two" });
    assertEquals([await modeOf(file.path), await modeOf(directory)], ["600", "700"]);
  }));

Deno.test(
  "TokenFile closes what is open to others when it is only read, too",
  modes,
  () =>
    inDirectory(async (directory) => {
      const file = fileIn(directory);
      await file.save(here, { name: "alice", token: "one" });
      await Deno.chmod(file.path, 0o664);
      await Deno.chmod(directory, 0o777);
      assertEquals((await file.find(here, "alice"))?.token, "one");
      assertEquals([await modeOf(file.path), await modeOf(directory)], ["600", "700"]);
    }),
);

Deno.test(
  "TokenFile writes nothing through a link that stands in its place",
  modes,
  () =>
    inDirectory(async (directory) => {
      const file = fileIn(directory);
      const [tokens, lock] = [`${directory}-tokens`, `${directory}-lock`];
      const content = '{"version":1,"servers":{}}';
      await Deno.writeTextFile(tokens, content);
      await Deno.writeTextFile(lock, "precious");
      await Deno.mkdir(directory);
      await Deno.symlink(tokens, file.path);
      await Deno.symlink(lock, `${file.path}.lock`);
      await file.save(here, { name: "alice", token: "one" });
      assertEquals(await Deno.readTextFile(tokens), content);
      assertEquals(await Deno.readTextFile(lock), "precious");
      assertEquals((await Deno.lstat(file.path)).isSymlink, false);
      assertEquals((await file.find(here, "alice"))?.token, "one");
    }),
);

for (
  const [what, token] of [
    ["with a line end", "a\nb"],
    ["of nothing", ""],
    ["that would make the file too large", "x".repeat(tokenFileBytesMax)],
  ] as const
) {
  Deno.test(`TokenFile does not keep a token ${what}, and loses no other by it`, () =>
    inDirectory(async (directory) => {
      const file = fileIn(directory);
      await file.save(here, { name: "alice", token: "one" });
      await assertRejects(
        () => file.save("http://evil.test", { name: "alice", token }),
        TokenFileFault,
        "the server gave what is no token",
      );
      assertEquals((await file.find(here, "alice"))?.token, "one");
    }));
}

Deno.test("TokenFile leaves no temporary file behind", () =>
  inDirectory(async (directory) => {
    await fileIn(directory).save(here, { name: "alice", token: "one" });
    const names = (await Array.fromAsync(Deno.readDir(directory))).map(({ name }) => name).sort();
    assertEquals(names, ["tokens.json", "tokens.json.lock"]);
  }));

for (
  const [what, content] of [
    ["that is empty", ""],
    ["that is cut", '{"version":1,"servers":{"http'],
    ["of another version", '{"version":2,"servers":{}}'],
    [
      "with a token that would break a header",
      '{"version":1,"servers":{"x":{"a":{"name":"a","token":"a\\nb"}}}}',
    ],
    ["that is too large", " ".repeat(tokenFileBytesMax + 1)],
  ] as const
) {
  Deno.test(`TokenFile refuses a file ${what}, and leaves it as it is`, () =>
    inDirectory(async (directory) => {
      const file = fileIn(directory);
      await Deno.mkdir(directory);
      await Deno.writeTextFile(file.path, content);
      await assertRejects(
        () => file.find(here, "alice"),
        TokenFileFault,
        `Cannot read ${file.path}`,
      );
      await assertRejects(() => file.save(here, { name: "alice", token: "t" }), TokenFileFault);
      assertEquals(await Deno.readTextFile(file.path), content);
    }));
}

Deno.test("TokenFile says so when it can't be written, before a token is asked for", () =>
  inDirectory(async (directory) => {
    await Deno.writeTextFile(directory, "a file in its place");
    await assertRejects(
      () => fileIn(directory).keyFor(here, "alice", "k"),
      TokenFileFault,
      "Cannot write",
    );
  }));

Deno.test("configDirectory() is where each system keeps such files", () => {
  const home = { HOME: "/home/a" };
  assertEquals(configDirectory({ ...home, XDG_CONFIG_HOME: "/x" }, "linux"), "/x/chat");
  assertEquals(configDirectory({ ...home, XDG_CONFIG_HOME: "x" }, "linux"), "/home/a/.config/chat");
  assertEquals(configDirectory(home, "linux"), "/home/a/.config/chat");
  assertEquals(configDirectory(home, "darwin"), "/home/a/Library/Application Support/chat");
  assertEquals(configDirectory({ APPDATA: "C:\\R" }, "windows"), "C:\\R\\chat");
  assertThrows(() => configDirectory({}, "linux"), TokenFileFault);
});
