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
    ["main.ts", "./server/backup/backup.ts"],
    ["main.ts", "./client/plain/send.ts"],
    ["server/backup/backup.ts", "../store/sqlite/snapshot.ts"],
    ["server/backup/pack.ts", "node:crypto"],
    ["server/doctor/ask.ts", "node:https"],
    ["main.ts", "./server/doctor/doctor.ts"],
    ["main.ts", "./lib/version.ts"],
    ["server/serve.ts", "./store/sqlite/store.ts"],
    ["server/serve.ts", "../lib/clock.ts"],
    ["server/api/app.ts", "../http/mod.ts"],
    ["server/api/app.ts", "../chat/engine.ts"],
    ["server/api/app.ts", "../store/store.ts"],
    ["server/api/app.ts", "../../lib/api/schemas.ts"],
    ["server/api/app.ts", "node:crypto"],
    ["server/api/app.ts", "zod/mini"],
    ["server/api/app.ts", "../metrics/measures.ts"],
    ["server/chat/engine.ts", "../metrics/measures.ts"],
    ["server/metrics/metrics.ts", "./exposition.ts"],
    ["server/api/app.ts", "../tracing/request_spans.ts"],
    ["server/chat/engine.ts", "../tracing/batch_spans.ts"],
    ["server/serve.ts", "./tracing/runtime_tracer.ts"],
    ["server/chat/engine.ts", "../store/store.ts"],
    ["server/chat/engine.ts", "../../lib/domain/decide.ts"],
    ["server/store/memory.ts", "./store.ts"],
    ["server/store/sqlite/store.ts", "../../../lib/domain/ids.ts"],
    ["server/store/sqlite/database.ts", "node:sqlite"],
    ["server/http/protocol/connection.ts", "./events.ts"],
    ["server/http/socket.ts", "../../lib/clock.ts"],
    ["client/connection/session.ts", "../../lib/api/schemas.ts"],
    ["client/connection/session.ts", "./failures.ts"],
    ["client/connection/api_client.ts", "zod/mini"],
    ["client/conversation/model.ts", "../connection/outbox.ts"],
    ["client/conversation/model.ts", "../../lib/text/names.ts"],
    ["client/conversation/commands.ts", "../lines/safe_line.ts"],
    ["client/lines/message_lines.ts", "../conversation/model.ts"],
    ["client/account/account.ts", "../../lib/options.ts"],
    ["client/terminal/screen.ts", "../conversation/model.ts"],
    ["client/plain/send.ts", "../connection/api_client.ts"],
    ["client/web/page.ts", "../connection/session.ts"],
    ["client/client.ts", "./plain/pipe.ts"],
    ["lib/domain/message.ts", "./ids.ts"],
    ["lib/domain/message.ts", "../text/names.ts"],
    ["lib/api/schemas.ts", "../domain/bounds.ts"],
    ["lib/api/schemas.ts", "zod/mini"],
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
    [
      "server/chat/engine.ts",
      "../tracing/runtime_tracer.ts",
      "server/chat/ does not import server/tracing/runtime_tracer.ts",
    ],
    [
      "server/tracing/request_spans.ts",
      "../http/mod.ts",
      "server/tracing/ does not import server/http/mod.ts",
    ],
    [
      "server/api/status.ts",
      "../metrics/exposition.ts",
      "server/api/ does not import server/metrics/exposition.ts",
    ],
    [
      "server/metrics/families.ts",
      "prom-client",
      "server/ does not import the package prom-client",
    ],
    [
      "server/backup/restore.ts",
      "../../client/secret_question.ts",
      "server/backup/ does not import client/secret_question.ts",
    ],
    ["server/backup/restore.ts", "../serve.ts", "server/backup/ does not import server/serve.ts"],
    ["main.ts", "node:fs", "main.ts does not import the package node:fs"],
    ["server/serve.ts", "../client/client.ts", "server/ does not import client/client.ts"],
    ["client/client.ts", "../server/serve.ts", "client/ does not import server/serve.ts"],
    [
      "client/client.ts",
      "../tests/support/curl.ts",
      "client/ does not import tests/support/curl.ts",
    ],
    [
      "client/connection/session.ts",
      "../account/account.ts",
      "client/connection/ does not import client/account/account.ts",
    ],
    [
      "client/connection/session.ts",
      "../conversation/model.ts",
      "client/connection/ does not import client/conversation/model.ts",
    ],
    [
      "client/connection/failures.ts",
      "../../lib/options.ts",
      "client/connection/ does not import lib/options.ts",
    ],
    [
      "client/connection/failures.ts",
      "../../lib/command_line.ts",
      "client/connection/ does not import lib/command_line.ts",
    ],
    [
      "client/connection/session.ts",
      "node:fs",
      "client/connection/ does not import the package node:fs",
    ],
    ...["commands.ts", "conversation.ts"].map((sister) =>
      [
        "client/conversation/model.ts",
        `./${sister}`,
        `client/conversation/model.ts does not import client/conversation/${sister}`,
      ] as const
    ),
    ...["account/account.ts", "lines/safe_line.ts", "plain/send.ts", "terminal/screen.ts"].map(
      (file) =>
        [
          "client/conversation/model.ts",
          `../${file}`,
          `client/conversation/model.ts does not import client/${file}`,
        ] as const,
    ),
    [
      "client/conversation/commands.ts",
      "../terminal/screen.ts",
      "client/conversation/ does not import client/terminal/screen.ts",
    ],
    [
      "client/lines/state_line.ts",
      "../conversation/commands.ts",
      "client/lines/ does not import client/conversation/commands.ts",
    ],
    [
      "client/account/account.ts",
      "../plain/output.ts",
      "client/account/ does not import client/plain/output.ts",
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
    [
      "server/http/protocol/connection.ts",
      "../socket.ts",
      "server/http/protocol/ does not import server/http/socket.ts",
    ],
    ["server/http/socket.ts", "../../lib/log.ts", "server/http/ does not import lib/log.ts"],
    ["server/http/socket.ts", "node:http", "server/http/ does not import the package node:http"],
    ["server/http/socket.ts", "zod/mini", "server/http/ does not import the package zod/mini"],
    ["lib/domain/message.ts", "../clock.ts", "lib/domain/ does not import lib/clock.ts"],
    [
      "lib/domain/message.ts",
      "../api/schemas.ts",
      "lib/domain/ does not import lib/api/schemas.ts",
    ],
    ["lib/domain/message.ts", "zod/mini", "lib/domain/ does not import the package zod/mini"],
    [
      "lib/domain/message.ts",
      "../../server/serve.ts",
      "lib/domain/ does not import server/serve.ts",
    ],
    ["lib/api/form.ts", "../clock.ts", "lib/api/ does not import lib/clock.ts"],
    ["lib/text/names.ts", "../domain/ids.ts", "lib/text/ does not import lib/domain/ids.ts"],
    ["lib/clock.ts", "@logtape/logtape", "lib/ does not import the package @logtape/logtape"],
    // It is more than twice as large, and pages load what the API is made of.
    ["lib/api/schemas.ts", "zod", "lib/api/ does not import the package zod"],
    ["lib/log.ts", "zod/mini", "lib/log.ts does not import the package zod/mini"],
    [
      "client/terminal/screen.ts",
      "../plain/send.ts",
      "client/terminal/ does not import client/plain/send.ts",
    ],
    ["client/plain/send.ts", "../web/page.ts", "client/plain/ does not import client/web/page.ts"],
    [
      "client/client.ts",
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

/** What the plugin reports of `source`, as a file of `folder`. */
function reported(source: string, folder = "lib/domain"): string[] {
  const file = new URL(`../../${folder}/imagined.ts`, import.meta.url).pathname;
  return Deno.lint.runPlugin(plugin, file, source).map(({ message }) => message);
}

for (
  const source of [
    `import * as z from "zod/mini";`,
    `import type * as z from "zod/mini";`,
    `import "zod/mini";`,
    `export { z } from "zod/mini";`,
    `export * from "zod/mini";`,
    `const z = await import("zod/mini");`,
  ]
) {
  Deno.test(`the plugin sees ${source}`, () => {
    assertEquals(reported(source), ["lib/domain/ does not import the package zod/mini"]);
  });
}

for (const use of ["Deno.readTextFileSync(path)", "process.exit()", "let c: Deno.Conn"]) {
  Deno.test(`the plugin keeps ${use} out of what runs in a browser, and there alone`, () => {
    const [name = ""] = /Deno|process/.exec(use) ?? [];
    assertEquals(reported(use, "client/connection"), [`client/connection/ does without ${name}`]);
    assertEquals(reported(use, "client/account"), []);
  });
}

Deno.test("the plugin reports nothing of what is allowed, nor of files elsewhere", () => {
  assertEquals(
    reported(`import { x } from "./ids.ts"; export const y = x; export { y as z };`),
    [],
  );
  assertEquals(
    Deno.lint.runPlugin(plugin, "/elsewhere/lib/domain/x.ts", `import "zod/mini";`).length,
    0,
  );
});
