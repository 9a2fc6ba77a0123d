/**
 * The page for browsers with the real program: built by it, served by it, and shown by a browser.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { openPage, testInBrowser } from "../support/browser.ts";
import { Workspace } from "../support/chat_process.ts";
import { curl, hasCurl } from "../support/curl.ts";
import { builtPage } from "../support/page.ts";
import { SourceTree, type Task } from "../support/source_tree.ts";

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

/** Where each asset of the page is. */
async function assetsOf(url: string): Promise<string[]> {
  const html = await (await fetch(`${url}/`)).text();
  return [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path = ""]) => path);
}

Deno.test("all that the page names is there, by its right type, for ever", async () => {
  await builtPage();
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const found: string[] = [];
  for (const path of await assetsOf(url)) {
    const response = await fetch(url + path);
    assertEquals(response.status, 200);
    assertEquals(response.headers.get("cache-control"), "public, max-age=31536000, immutable");
    found.push(`${path.split(".").at(-1)} ${response.headers.get("content-type")}`);
    assert((await response.bytes()).length > 0);
  }
  assertEquals(found.toSorted(), [
    "css text/css; charset=utf-8",
    "js text/javascript; charset=utf-8",
    "js text/javascript; charset=utf-8",
    "svg image/svg+xml",
    "svg image/svg+xml",
  ]);
  assertEquals(await (await fetch(`${url}/join`)).text(), await (await fetch(`${url}/`)).text());
});

Deno.test({
  name: `the page comes as it was compressed by the build${hasCurl ? "" : " (skipped: no curl)"}`,
  ignore: !hasCurl,
  async fn() {
    await builtPage();
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const file = workspace.path("body");
    for (const path of ["/", ...await assetsOf(url)]) {
      await curl("-o", file, url + path);
      const plain = await Deno.readFile(file);
      for (
        const [coding, decode] of [["gzip", gunzipSync], ["br", brotliDecompressSync]] as const
      ) {
        await curl("-o", file, "-H", `Accept-Encoding: ${coding}`, url + path);
        const coded = await Deno.readFile(file);
        assert(coded.length < plain.length, path);
        assertEquals(new Uint8Array(decode(coded)), plain);
      }
    }
  },
});

Deno.test({
  name: `no path leads out of the page${hasCurl ? "" : " (skipped: no curl)"}`,
  ignore: !hasCurl,
  async fn() {
    await builtPage();
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    for (
      const path of [
        "/assets/stamp",
        "/assets/index.html",
        "/assets/../../../main.ts",
        "/assets/%2e%2e/%2e%2e/main.ts",
        "/assets/..%2f..%2f..%2fmain.ts",
        "/assets//etc/passwd",
        "//assets/stamp",
      ]
    ) {
      const status = await curl(
        ...["--path-as-is", "-o", workspace.path("body"), "-w", "%{http_code}", url + path],
      );
      assertEquals(status, "404", path);
      assertMatch(await Deno.readTextFile(workspace.path("body")), /"code":"not_found"/);
    }
  },
});

testInBrowser("a browser shows the page and finds nothing wrong with it", async (browser) => {
  await builtPage();
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const { page, faults } = await openPage(browser);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const response = await page.goto(`${url}/join#a-secret-code`, { waitUntil: "networkidle0" });
  assertEquals(response?.status(), 200);
  // The script has run: it has put something in the place of the first words.
  await page.waitForSelector("#page button");
  assertEquals(await page.title(), "chat");
  assertEquals(faults, []);
  assertEquals(
    asked.filter((address) => !address.startsWith(url)),
    [],
    "nothing is loaded from afar",
  );
  const icons = await page.$eval("#icon", (icon) => [
    icon.getAttribute("href"),
    icon.getAttribute("data-unread"),
  ]);
  for (const icon of icons) assertEquals(await statusOf(url + icon), 200);
  assert(!process.err.text.includes("a-secret-code"), "the log does not tell the code");
});

testInBrowser("a browser without scripts shows what to do", async (browser) => {
  await builtPage();
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { page, faults } = await openPage(browser);
  await page.setJavaScriptEnabled(false);
  await page.goto(url);
  assertMatch(await page.$eval("noscript", (words) => words.textContent) ?? "", /needs JavaScript/);
  assertEquals(faults, []);
});

// Where nothing was built before.

/** Waits until the server that a task has started says where it is. */
async function urlOf(task: Task): Promise<string> {
  return (await task.err.find(/"url":"([^"]+)"/))[1] ?? "";
}

function start(tree: SourceTree, task: string, ...args: readonly string[]): Task {
  const words = ["--port", "0", "--db", ":memory:", "--log-format", "json"];
  return tree.task(task, ...args, ...words);
}

Deno.test("deno task start builds the page first, and the next time it does not", async () => {
  await using tree = new SourceTree();
  const first = start(tree, "start");
  const url = await urlOf(first);
  assertMatch(first.err.text, /The page is built/);
  assertEquals(await statusOf(url), 200);
  await first.end();
  const second = start(tree, "start");
  assertEquals(await statusOf(await urlOf(second)), 200);
  assert(!second.err.text.includes("The page is built"));
});

Deno.test("without a page the server runs, and says what to do", async () => {
  await using tree = new SourceTree();
  const server = start(tree, "chat", "serve");
  const url = await urlOf(server);
  const [line = ""] = server.err.text.split("\n");
  const { level, message, build } = JSON.parse(line);
  assertEquals([level, message, build], [
    "warning",
    "There is no page for browsers",
    "deno task page",
  ]);
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  assertEquals(response.status, 503);
  assertMatch(await response.text(), /deno task page/);
  assertEquals(await statusOf(`${url}/healthz`), 200);
});

Deno.test("where the page can't be built, deno task start says so and serves all else", async () => {
  await using tree = new SourceTree();
  // Nothing can be written below it.
  await Deno.writeTextFile(tree.path("build"), "");
  const server = start(tree, "start");
  const url = await urlOf(server);
  assertMatch(server.err.text, /^chat: Cannot build the page: /);
  assertMatch(server.err.text, /"message":"The page for browsers can't be read"/);
  assertEquals(await statusOf(url), 503);
  assertEquals(await statusOf(`${url}/healthz`), 200);
});
