/**
 * Conditional requests, codings and ranges by `curl`, as scripts and browsers use them, with the real
 * program.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Workspace } from "../support/chat_process.ts";
import { bearer, curl, curlJson, hasCurl } from "../support/curl.ts";

/** A test that needs curl. */
function test(title: string, run: () => Promise<void>): void {
  const name = hasCurl ? title : `${title} (skipped: there is no curl)`;
  Deno.test({ name, ignore: !hasCurl }, run);
}

/** An answer, as curl wrote it down. */
interface Fetched {
  readonly status: number;
  /** By their names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

class Curl {
  readonly #workspace: Workspace;
  readonly #url: string;

  constructor(workspace: Workspace, url: string) {
    this.#workspace = workspace;
    this.#url = url;
  }

  /** Asks for `path`; the body as it came, or decoded if `args` say `--compressed`. */
  async get(path: string, ...args: readonly string[]): Promise<Fetched> {
    const [head, body] = [this.#workspace.path("head"), this.#workspace.path("body")];
    // curl makes no file for a body that has no bytes.
    await Deno.writeFile(body, new Uint8Array());
    await curl("-D", head, "-o", body, ...args, `${this.#url}${path}`);
    return { ...readHead(await Deno.readTextFile(head)), body: await Deno.readFile(body) };
  }

  /** Asks for `path` by HEAD. */
  async head(path: string, ...args: readonly string[]): Promise<Omit<Fetched, "body">> {
    return readHead(await curl("-I", ...args, `${this.#url}${path}`));
  }
}

function readHead(text: string): Omit<Fetched, "body"> {
  const [statusLine = "", ...lines] = text.trimEnd().split("\r\n");
  const fields = lines.map((line) => {
    const [name = "", value = ""] = line.split(/: (.*)/);
    return [name.toLowerCase(), value] as const;
  });
  return { status: Number(statusLine.split(" ")[1]), fields: new Map(fields) };
}

function header(name: string, value: string): readonly [string, string] {
  return ["-H", `${name}: ${value}`];
}

async function connect(url: string, user: string): Promise<string> {
  return (await curl("-H", "Accept: text/plain", "-d", `user=${user}`, `${url}/connect`)).trim();
}

async function upload(url: string, token: string, text: string): Promise<string> {
  const args = ["-H", "Content-Type: text/plain", "--data-binary", text];
  return String((await curlJson(...bearer(token), ...args, `${url}/files?name=a.txt`))["id"]);
}

/** Fields of an answer but those that are of the moment. */
function lasting({ fields }: Pick<Fetched, "fields">): readonly (readonly [string, string])[] {
  return [...fields].filter(([name]) => name !== "date");
}

for (const path of ["/docs", "/openapi.json"]) {
  test(`${path} comes in the coding that is asked for`, async () => {
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const asking = new Curl(workspace, url);
    const plain = await asking.get(path);
    assertEquals([plain.status, plain.fields.get("content-encoding")], [200, undefined]);
    assertEquals(plain.fields.get("vary"), "Accept-Encoding");
    assertEquals(plain.fields.get("cache-control"), "no-cache");

    // By curl's own decoder, of whatever codings it knows.
    const decoded = await asking.get(path, "--compressed");
    assertEquals(decoded.body, plain.body);
    assert(["br", "gzip"].includes(decoded.fields.get("content-encoding") ?? ""));

    for (const [coding, decode] of [["gzip", gunzipSync], ["br", brotliDecompressSync]] as const) {
      const accept = header("Accept-Encoding", coding);
      const coded = await asking.get(path, ...accept);
      assertEquals(coded.fields.get("content-encoding"), coding);
      assertEquals(coded.fields.get("content-length"), String(coded.body.length));
      assertEquals(new Uint8Array(decode(coded.body)), plain.body);
      assert(coded.body.length < plain.body.length / 5);

      const head = await asking.head(path, ...accept);
      assertEquals([head.status, lasting(head)], [200, lasting(coded)]);
    }
    const refused = await asking.get(path, ...header("Accept-Encoding", "identity;q=0"));
    assertEquals([refused.status, refused.body], [200, plain.body]);
  });

  test(`${path} is not sent again to those who have it`, async () => {
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const asking = new Curl(workspace, url);
    for (const coding of ["", "gzip", "br"]) {
      const accept = header("Accept-Encoding", coding);
      const { fields } = await asking.get(path, ...accept);
      const tag = fields.get("etag") ?? "";
      const again = await asking.get(path, ...accept, ...header("If-None-Match", tag));
      assertEquals([again.status, again.body.length], [304, 0]);
      assertEquals(lasting(again), [
        ["etag", tag],
        ["cache-control", "no-cache"],
        ["vary", "Accept-Encoding"],
      ]);
      const other = await asking.get(path, ...accept, ...header("If-None-Match", '"a"'));
      assertEquals(other.status, 200);
    }
    // A 304 ends with its head: what follows on the connection is the next answer.
    const [statuses, connections] = [[304, 200, 304], [1, 0, 0]];
    const any = header("If-None-Match", "*");
    const write = ["-s", "-o", workspace.path("body"), "-w", "%{http_code} %{num_connects}\n"];
    const told = await curl(
      ...[...write, ...any, `${url}${path}`],
      ...["--next", "--max-time", "60", ...write, `${url}${path}`],
      ...["--next", "--max-time", "60", ...write, ...any, `${url}${path}`],
    );
    assertEquals(
      told.trim().split("\n"),
      statuses.map((status, at) => `${status} ${connections[at]}`),
    );
  });

  test(`${path} has no ranges, and is the one that If-Match names`, async () => {
    await using workspace = new Workspace();
    const { url } = await workspace.serve();
    const asking = new Curl(workspace, url);
    const plain = await asking.get(path);
    const part = await asking.get(path, "-r", "0-4");
    assertEquals([part.status, part.body], [200, plain.body]);
    assertEquals(part.fields.has("content-range"), false);
    const tag = plain.fields.get("etag") ?? "";
    assertEquals((await asking.get(path, ...header("If-Match", tag))).status, 200);
    const failed = await asking.get(path, ...header("If-Match", '"a"'));
    assertEquals(failed.status, 412);
    assertMatch(new TextDecoder().decode(failed.body), /"code":"precondition_failed"/);
    assertEquals((await asking.head(path, ...header("If-Match", `W/${tag}`))).status, 412);
  });
}

test("the tags are the same after a restart", async () => {
  await using workspace = new Workspace();
  const tags = [];
  for (let starts = 0; starts < 2; starts++) {
    const { url, process } = await workspace.serve();
    const asking = new Curl(workspace, url);
    const accept = header("Accept-Encoding", "br");
    tags.push((await asking.get("/openapi.json", ...accept)).fields.get("etag"));
    await process.kill("SIGTERM");
  }
  assertEquals(tags[0], tags[1]);
});

test("a file is fetched again, in part, or not, as curl does it", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const asking = new Curl(workspace, url);
  const token = await connect(url, "alice");
  const text = "what is in the file";
  const path = `/files/${await upload(url, token, text)}`;
  const own = bearer(token);

  const saved = workspace.path("tag");
  const whole = await asking.get(path, ...own, "--compressed", "--etag-save", saved);
  assertEquals(whole.body, new TextEncoder().encode(text));
  assertEquals(whole.fields.get("cache-control"), "no-store");
  assertEquals(whole.fields.has("content-encoding"), false);
  const again = await asking.get(path, ...own, "--etag-compare", saved);
  assertEquals([again.status, again.body.length], [304, 0]);
  const head = await asking.head(path, ...own);
  assertEquals([head.status, lasting(head)], [200, lasting(whole)]);
  const known = await asking.head(path, ...own, "--etag-compare", saved);
  assertEquals([known.status, lasting(known)], [304, lasting(again)]);

  const tag = whole.fields.get("etag") ?? "";
  for (
    const [name, value, status, bytes] of [
      ["If-Range", tag, 206, "what "],
      ["If-Range", '"a"', 200, text],
      ["If-Range", `W/${tag}`, 200, text],
      ["If-Range", "Fri, 20 Nov 2026 10:00:00 GMT", 200, text],
      ["If-Match", tag, 206, "what "],
      ["If-Match", '"a"', 412, undefined],
      ["If-None-Match", tag, 304, ""],
    ] as const
  ) {
    const part = await asking.get(path, ...own, "-r", "0-4", ...header(name, value));
    assertEquals(part.status, status, `${name}: ${value}`);
    if (bytes !== undefined) assertEquals(new TextDecoder().decode(part.body), bytes);
  }
  // As `curl -C -` does after an interruption, with the beginning at hand.
  await Deno.writeTextFile(workspace.path("part"), text.slice(0, 8));
  await curl(...own, "-C", "-", "-o", workspace.path("part"), `${url}${path}`);
  assertEquals(await Deno.readTextFile(workspace.path("part")), text);
});

test("nothing is done on a condition that does not hold", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const asking = new Curl(workspace, url);
  const token = await connect(url, "alice");
  const own = bearer(token);
  const { id } = await curlJson(...own, "-d", "text=hello", `${url}/send`);
  const path = `/messages/${id}`;
  const refused = await asking.get(path, ...own, "-X", "DELETE", ...header("If-Match", '"a"'));
  assertEquals(refused.status, 412);
  assertEquals((await asking.get(path, ...own)).status, 200);
  const done = await asking.get(path, ...own, "-X", "DELETE", ...header("If-Match", "*"));
  assertEquals(done.status, 204);
  assertEquals((await asking.get(path, ...own)).status, 404);
});

test("a token and a stream are never compressed", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const asking = new Curl(workspace, url);
  const accept = header("Accept-Encoding", "gzip, br, *;q=1, identity;q=0");
  const arrival = await asking.get("/connect", ...accept, "-d", "user=alice");
  assertEquals([arrival.status, arrival.fields.has("content-encoding")], [201, false]);
  const { token, cursor } = JSON.parse(new TextDecoder().decode(arrival.body));
  const own = bearer(token);
  await curl(...own, "-d", "text=hello", `${url}/send`);

  const poll = await asking.get(`/events?after=${cursor}&wait=60`, ...own, ...accept);
  assertEquals(poll.fields.has("content-encoding"), false);
  assertMatch(new TextDecoder().decode(poll.body), /"text":"hello"/);

  for (const type of ["text/event-stream", "application/x-ndjson", "text/plain"]) {
    const args = [...own, ...accept, "-H", `Accept: ${type}`, `${url}/events?after=${cursor}`];
    const stream = new Deno.Command("curl", {
      args: ["-sSiN", "--max-time", "60", ...args],
      stdout: "piped",
    }).spawn();
    let text = "";
    for await (const chunk of stream.stdout.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      if (/\r\n\r\n[^]*hello/.test(text)) break;
    }
    stream.kill("SIGKILL");
    await stream.status;
    assert(text.startsWith("HTTP/1.1 200"), text);
    assert(!/^content-encoding:/im.test(text), text);
  }
});
