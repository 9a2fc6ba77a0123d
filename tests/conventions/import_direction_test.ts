/**
 * Imports point one way.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import plugin, { importFault } from "./import_direction.ts";

for (
  const [file, source] of [
    ["main.ts", "./server/serve.ts"],
    ["main.ts", "./client/plain/send.ts"],
    ["main.ts", "./lib/version.ts"],
    ["server/serve.ts", "./store/sqlite/store.ts"],
    ["server/serve.ts", "../lib/clock.ts"],
    ["server/api/app.ts", "../http/mod.ts"],
    ["server/api/app.ts", "../chat/engine.ts"],
    ["server/api/app.ts", "../store/store.ts"],
    ["server/api/app.ts", "../../lib/api/schemas.ts"],
    ["server/api/app.ts", "node:crypto"],
    ["server/api/app.ts", "zod"],
    ["server/chat/engine.ts", "../store/store.ts"],
    ["server/chat/engine.ts", "../../lib/domain/decide.ts"],
    ["server/store/memory.ts", "./store.ts"],
    ["server/store/sqlite/store.ts", "../../../lib/domain/ids.ts"],
    ["server/store/sqlite/database.ts", "node:sqlite"],
    ["server/http/connection.ts", "./events.ts"],
    ["server/http/socket.ts", "../../lib/clock.ts"],
    ["client/session.ts", "../lib/api/schemas.ts"],
    ["client/terminal/screen.ts", "../model.ts"],
    ["client/plain/send.ts", "../api_client.ts"],
    ["lib/domain/message.ts", "./ids.ts"],
    ["lib/domain/message.ts", "../text/names.ts"],
    ["lib/api/schemas.ts", "../domain/bounds.ts"],
    ["lib/api/schemas.ts", "zod"],
    ["lib/log.ts", "@logtape/logtape"],
    ["lib/log.ts", "./text/terminal.ts"],
    ["lib/options.ts", "@std/cli"],
    ["lib/text/names.ts", "./terminal.ts"],
    ["tests/e2e/anything_test.ts", "../../server/serve.ts"],
    ["tests/e2e/anything_test.ts", "npm:anything"],
  ] as const
) {
  Deno.test(`importFault() lets ${file} import ${source}`, () => {
    assertEquals(importFault(file, source), undefined);
  });
}

for (
  const [file, source, fault] of [
    ["main.ts", "./server/api/app.ts", "main.ts does not import server/api/app.ts"],
    ["main.ts", "node:fs", "main.ts does not import the package node:fs"],
    ["server/serve.ts", "../client/session.ts", "server/ does not import client/session.ts"],
    ["client/session.ts", "../server/serve.ts", "client/ does not import server/serve.ts"],
    [
      "client/session.ts",
      "../tests/support/curl.ts",
      "client/ does not import tests/support/curl.ts",
    ],
    ["server/api/app.ts", "../http/socket.ts", "server/api/ does not import server/http/socket.ts"],
    [
      "server/api/app.ts",
      "../store/memory.ts",
      "server/api/ does not import server/store/memory.ts",
    ],
    [
      "server/chat/engine.ts",
      "../store/sqlite/store.ts",
      "server/chat/ does not import server/store/sqlite/store.ts",
    ],
    ["server/chat/hub.ts", "../http/mod.ts", "server/chat/ does not import server/http/mod.ts"],
    [
      "server/store/memory.ts",
      "../chat/hub.ts",
      "server/store/ does not import server/chat/hub.ts",
    ],
    [
      "server/store/memory.ts",
      "../../lib/api/schemas.ts",
      "server/store/ does not import lib/api/schemas.ts",
    ],
    [
      "server/store/memory.ts",
      "npm:postgres",
      "server/store/ does not import the package npm:postgres",
    ],
    ["server/http/socket.ts", "../api/app.ts", "server/http/ does not import server/api/app.ts"],
    ["server/http/socket.ts", "../../lib/log.ts", "server/http/ does not import lib/log.ts"],
    ["server/http/socket.ts", "node:http", "server/http/ does not import the package node:http"],
    ["server/http/socket.ts", "zod", "server/http/ does not import the package zod"],
    ["lib/domain/message.ts", "../clock.ts", "lib/domain/ does not import lib/clock.ts"],
    [
      "lib/domain/message.ts",
      "../api/schemas.ts",
      "lib/domain/ does not import lib/api/schemas.ts",
    ],
    ["lib/domain/message.ts", "zod", "lib/domain/ does not import the package zod"],
    [
      "lib/domain/message.ts",
      "../../server/serve.ts",
      "lib/domain/ does not import server/serve.ts",
    ],
    ["lib/api/form.ts", "../clock.ts", "lib/api/ does not import lib/clock.ts"],
    ["lib/text/names.ts", "../domain/ids.ts", "lib/text/ does not import lib/domain/ids.ts"],
    ["lib/clock.ts", "@logtape/logtape", "lib/ does not import the package @logtape/logtape"],
    ["lib/log.ts", "zod", "lib/log.ts does not import the package zod"],
    [
      "client/terminal/screen.ts",
      "../plain/send.ts",
      "client/terminal/ does not import client/plain/send.ts",
    ],
    ["client/plain/send.ts", "../web/page.ts", "client/plain/ does not import client/web/page.ts"],
    [
      "client/session.ts",
      "../library/x.ts",
      "client/ does not import library/x.ts",
    ],
    [
      "lib/domain/message.ts",
      "https://example.org/x.ts",
      "lib/domain/ does not import the package https://example.org/x.ts",
    ],
  ] as const
) {
  Deno.test(`importFault() does not let ${file} import ${source}`, () => {
    assertEquals(importFault(file, source), fault);
  });
}

/** What the plugin reports of `source`, as a file of lib/domain. */
function reported(source: string): string[] {
  const file = new URL("../../lib/domain/imagined.ts", import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, file, source).map(({ message }) => message);
}

for (
  const source of [
    `import { z } from "zod";`,
    `import type { z } from "zod";`,
    `import "zod";`,
    `export { z } from "zod";`,
    `export * from "zod";`,
    `const z = await import("zod");`,
  ]
) {
  Deno.test(`the plugin sees ${source}`, () => {
    assertEquals(reported(source), ["lib/domain/ does not import the package zod"]);
  });
}

Deno.test("the plugin reports nothing of what is allowed, nor of files elsewhere", () => {
  assertEquals(
    reported(`import { x } from "./ids.ts"; export const y = x; export { y as z };`),
    [],
  );
  assertEquals(
    Deno.lint.runPlugin(plugin, "/elsewhere/lib/domain/x.ts", `import "zod";`).length,
    0,
  );
});
