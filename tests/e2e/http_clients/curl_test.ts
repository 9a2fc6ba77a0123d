/**
 * The protocol as `curl` speaks it: connections kept, uploads that wait to be asked, versions, ranges.
 *
 * @module
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { bearer } from "../../support/curl.ts";
import { Guest } from "../../support/guest.ts";
import { runTool, testWith } from "../../support/tools.ts";
import { Wiretap } from "../../support/wiretap.ts";

const mebibyte = 1024 ** 2;

/** One transfer as `curl` tells of it. */
interface Transfer {
  readonly status: number;
  /** New connections that it took. */
  readonly connects: number;
  readonly sentBytes: number;
  readonly version: string;
}

const told = "%{stderr}%{http_code} %{num_connects} %{size_upload} %{http_version}\\n";

/** Does what `groups` say, one after another, in one run; each group is one or more transfers. */
async function visit(
  ...groups: readonly (readonly string[])[]
): Promise<{ readonly transfers: readonly Transfer[]; readonly out: string }> {
  const args = groups.flatMap((group, at) => [
    ...at === 0 ? [] : ["--next"],
    ...["-sS", "--max-time", "30", "-w", told],
    ...group,
  ]);
  const { code, out, err } = await runTool("curl", args);
  if (code !== 0) throw new Error(`curl ended with ${code}:\n${err}`);
  const transfers = err.trim().split("\n").map((line) => {
    const [status, connects, sentBytes, version = ""] = line.split(" ");
    return {
      status: Number(status),
      connects: Number(connects),
      sentBytes: Number(sentBytes),
      version,
    };
  });
  return { transfers, out };
}

testWith(["curl"], "curl keeps one connection over many requests of all kinds", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { token } = await Guest.arrive(url, "alice");
  await using tap = new Wiretap(url);
  const { transfers } = await visit(
    [`${tap.url}/healthz`, `${tap.url}/docs`, `${tap.url}/openapi.json`],
    [...bearer(token), "-d", "text=hello", `${tap.url}/send`],
    [...bearer(token), "-d", "text=", `${tap.url}/send`],
    [...bearer(token), `${tap.url}/messages`],
    ["-I", `${tap.url}/docs`],
    [...bearer(token), "-X", "DELETE", `${tap.url}/messages/999999`],
    ["-X", "OPTIONS", "--request-target", "*", tap.url],
    [`${tap.url}/nowhere`],
    [...bearer(token), "-d", "", `${tap.url}/disconnect`],
    [`${tap.url}/healthz`],
  );
  assertEquals(
    transfers.map(({ status }) => status),
    [200, 200, 200, 201, 422, 200, 200, 404, 204, 404, 204, 200],
  );
  assertEquals(transfers.map(({ connects }) => connects), [1, ...Array(11).fill(0)]);
  assertEquals(tap.overheard.length, 1);
});

testWith(["curl"], "curl speaks HTTP/1.0 and is answered and let go", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { out, transfers } = await visit(["-0", "-i", `${url}/healthz`, `${url}/healthz`]);
  assertEquals(transfers.map(({ status, connects }) => [status, connects]), [[200, 1], [200, 1]]);
  assertEquals(out.match(/^Connection: close\r$/gm)?.length, 2);
  assertEquals(out.match(/^Transfer-Encoding/gm), null);

  const { token } = await Guest.arrive(url, "alice");
  const sent = await visit(["-0", ...bearer(token), "-d", "text=by 1.0", `${url}/send`]);
  assertEquals(sent.transfers[0]?.status, 201);
});

testWith(
  ["curl"],
  "an HTTP/1.0 stream comes without chunks, and ends with the server",
  async () => {
    await using workspace = new Workspace();
    const { url, process } = await workspace.serve();
    const { token } = await Guest.arrive(url, "alice");
    await using tap = new Wiretap(url);
    const stream = runTool("curl", ["-sSN0", "-i", ...bearer(token), `${tap.url}/events`]);
    const guest = await Guest.arrive(url, "bob");
    await tap.until(([stream]) => stream?.answered.includes("event: caught_up") === true);
    await guest.say("for all");
    await process.kill("SIGTERM");
    const { code, out } = await stream;
    assertEquals(code, 0);
    assert(!/^transfer-encoding/im.test(out), out);
    assertMatch(out, /"text":"for all"[^]*\nevent: bye\ndata: \{\}\n\n$/);
  },
);

testWith(["curl"], "an upload that asks first is asked for, and then taken", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { token } = await Guest.arrive(url, "alice");
  const path = workspace.path("upload");
  await Deno.writeFile(path, new Uint8Array(mebibyte).fill(120));
  await using tap = new Wiretap(url);
  const { transfers } = await visit([
    ...bearer(token),
    ...["-H", "Expect: 100-continue", "--expect100-timeout", "20"],
    ...["--data-binary", `@${path}`, `${tap.url}/files?name=a.bin`],
  ]);
  assertEquals(transfers, [{ status: 201, connects: 1, sentBytes: mebibyte, version: "1.1" }]);
  assertMatch(tap.overheard[0]?.answered ?? "", /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 /);
});

testWith(["curl"], "an upload that asks first is refused before it sends anything", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--max-file", "1MB"] });
  const { token } = await Guest.arrive(url, "alice");
  const path = workspace.path("upload");
  await Deno.writeFile(path, new Uint8Array(mebibyte + 1));
  await using tap = new Wiretap(url);
  const upload = [
    ...["-H", "Expect: 100-continue", "--expect100-timeout", "20"],
    ...["--data-binary", `@${path}`, `${tap.url}/files?name=a.bin`],
  ];
  const { transfers, out } = await visit([...bearer(token), ...upload]);
  assertEquals(transfers, [{ status: 413, connects: 1, sentBytes: 0, version: "1.1" }]);
  assertEquals(JSON.parse(out).limit, mebibyte);
  const unknown = await visit(upload);
  assertEquals(unknown.transfers, [{ status: 401, connects: 1, sentBytes: 0, version: "1.1" }]);
  // It was not asked for what is not wanted.
  const firsts = tap.overheard.map(({ answered }) => answered.slice(0, "HTTP/1.1 413".length));
  assertEquals(firsts, ["HTTP/1.1 413", "HTTP/1.1 401"]);
});

testWith(["curl"], "a chunked upload is taken, at and over the bound", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve({ args: ["--max-file", "1MB"] });
  const { token } = await Guest.arrive(url, "alice");
  const path = workspace.path("upload");
  const upload = [
    ...bearer(token),
    ...["-H", "Transfer-Encoding: chunked", "--data-binary", `@${path}`],
    `${url}/files?name=a.bin`,
  ];
  await Deno.writeFile(path, new Uint8Array(mebibyte));
  const taken = await visit(upload, [`${url}/healthz`]);
  assertEquals(taken.transfers.map(({ status, connects }) => [status, connects]), [
    [201, 1],
    [200, 0],
  ]);
  assertStringIncludes(taken.out, `"size":${mebibyte},`);

  await Deno.writeFile(path, new Uint8Array(mebibyte + 1));
  assertEquals((await visit(upload)).transfers[0]?.status, 413);
  await Deno.writeFile(path, new Uint8Array(16 * mebibyte));
  assertEquals((await visit(upload)).transfers[0]?.status, 413);
});

testWith(["curl"], "HTTP/2 without TLS is refused, by prior knowledge and by upgrade", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  await using tap = new Wiretap(url);
  const args = ["-sS", "--max-time", "30", "--http2-prior-knowledge", `${tap.url}/healthz`];
  const refused = await runTool("curl", args);
  // What it makes of an answer in HTTP/1.1 differs between its versions; none takes it for one.
  assert(refused.code !== 0, refused.out);
  assertEquals(refused.out, "");
  assertMatch(tap.overheard[0]?.answered ?? "", /^HTTP\/1\.1 505 [^]*"code":"version_not_suppor/);

  const { transfers } = await visit(["--http2", `${url}/healthz`]);
  assertEquals(transfers, [{ status: 200, connects: 1, sentBytes: 0, version: "1.1" }]);
});

testWith(["curl"], "HEAD tells what GET would, without the body", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  for (const path of ["/healthz", "/docs", "/openapi.json", "/nowhere", "/messages"]) {
    const head = await visit(["-I", `${url}${path}`, `${url}/healthz`]);
    assertEquals(head.transfers.map(({ connects }) => connects), [1, 0], path);
    const [fields] = head.out.split("\r\n\r\n");
    const get = await visit(["-i", `${url}${path}`]);
    const undated = (text = "") => text.replace(/^Date: .*$/m, "");
    assertEquals(undated(fields), undated(get.out.split("\r\n\r\n")[0]), path);
  }
});

testWith(["curl"], "targets in absolute form and in asterisk form are understood", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const absolute = await visit(["--request-target", `${url}/healthz`, url]);
  assertEquals([absolute.transfers[0]?.status, absolute.out], [200, '{"status":"ok"}']);
  const options = await visit(["-i", "-X", "OPTIONS", "--request-target", "*", url]);
  assertEquals(options.transfers[0]?.status, 204);
  assertMatch(options.out, /^Allow: .*\bGET\b.*\bPOST\b.*\r$/m);
  const proxied = await visit(["--proxy", url, `${url}/healthz`]);
  assertEquals([proxied.transfers[0]?.status, proxied.out], [200, '{"status":"ok"}']);
  const tunnel = await runTool("curl", ["-sS", "-p", "--proxy", url, "http://127.0.0.1:1/"]);
  assertEquals(tunnel.code, 56);
  assertMatch(tunnel.err, /\b(405|501)\b/);
});

testWith(["curl"], "a stream by curl -N shows each event while it is open", async () => {
  await using workspace = new Workspace();
  const { url, process } = await workspace.serve();
  const alice = await Guest.arrive(url, "alice");
  await using tap = new Wiretap(url);
  const faces = ["text/event-stream", "application/x-ndjson", "text/plain"];
  const streams = faces.map((face) =>
    runTool("curl", ["-sSN", ...bearer(alice.token), "-H", `Accept: ${face}`, `${tap.url}/events`])
  );
  const allAnswered = (part: string) =>
    tap.until((all) =>
      all.length === faces.length && all.every(({ answered }) => answered.includes(part))
    );
  await allAnswered("HTTP/1.1 200 OK\r\n");
  for (const text of ["first", "второе 🍵"]) {
    await alice.say(text);
    await allAnswered(String.fromCharCode(...new TextEncoder().encode(text)));
  }
  await process.kill("SIGTERM");
  for (const { code, out } of await Promise.all(streams)) {
    assertEquals(code, 0);
    assertMatch(out, /first[^]*второе 🍵/);
  }
});

testWith(["curl"], "a download goes on where it was broken off, and gives any range", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const { token } = await Guest.arrive(url, "alice");
  const [whole, part] = [workspace.path("whole"), workspace.path("part")];
  const bytes = Uint8Array.from({ length: 300_000 }, (_, at) => at % 251);
  await Deno.writeFile(whole, bytes);
  const upload = await visit([
    ...bearer(token),
    ...["--data-binary", `@${whole}`, `${url}/files?name=a.bin`],
  ]);
  const file = `${url}/files/${JSON.parse(upload.out).id}`;
  await Deno.writeFile(part, bytes.subarray(0, 100_001));
  const rest = await visit([...bearer(token), "-C", "-", "-o", part, file]);
  assertEquals(rest.transfers[0]?.status, 206);
  assertEquals(await Deno.readFile(part), bytes);

  const ranges = [
    ["2-5", 206, bytes.subarray(2, 6)],
    ["-3", 206, bytes.subarray(-3)],
    ["299999-", 206, bytes.subarray(-1)],
  ] as const;
  for (const [range, status, expected] of ranges) {
    const { transfers } = await visit([...bearer(token), "-r", range, "-o", part, file]);
    assertEquals([transfers[0]?.status, await Deno.readFile(part)], [status, expected], range);
  }
  const beyond = await visit([...bearer(token), "-i", "-r", "300000-", file]);
  assertEquals(beyond.transfers[0]?.status, 416);
  assertMatch(beyond.out, /^Content-Range: bytes \*\/300000\r$/m);
});

testWith(["curl"], "names in any script go through paths, queries, fields and files", async () => {
  await using workspace = new Workspace();
  const { url } = await workspace.serve();
  const name = "Борис🍵";
  const boris = await Guest.arrive(url, name);
  const alice = await Guest.arrive(url, "alice");
  await alice.say("привет", { to: name });
  const query = ["-G", "--data-urlencode", `to=${name}`, `${url}/messages`];
  const page = await visit([...bearer(alice.token), ...query]);
  assertStringIncludes(page.out, '"text":"привет"');

  const path = workspace.path("ф 🍵.txt");
  await Deno.writeTextFile(path, "чай");
  const upload = await visit([
    ...bearer(boris.token),
    ...["--data-binary", `@${path}`, `${url}/files?name=${encodeURIComponent("ф 🍵.txt")}`],
  ]);
  const { id, name: kept } = JSON.parse(upload.out);
  assertEquals(kept, "ф 🍵.txt");
  const back = await visit([...bearer(boris.token), "-i", `${url}/files/${id}`]);
  assertMatch(back.out, /^Content-Disposition: .*filename\*=UTF-8''%D1%84%20%F0%9F%8D%B5\.txt\r$/m);
  assertMatch(back.out, /\r\n\r\nчай$/);

  const { id: room } = await boris.ask("POST /rooms", { name: "Чайная 🍵" });
  await boris.ask(`POST /rooms/${room}/invitations`, { user: "alice" });
  await alice.ask(`POST /invitations/${room}`, { accept: true });
  const member = `${url}/rooms/${room}/members/${encodeURIComponent(name)}`;
  const put = await visit([...bearer(alice.token), "-X", "DELETE", member]);
  assertEquals(put.transfers[0]?.status, 403);

  // As typed, without the escapes that a target must have: curl sends it so.
  const raw = await visit([`${url}/files?name=ф.txt`]);
  assertEquals(raw.transfers[0]?.status, 400);
  assertStringIncludes(raw.out, "percent-encoded");
});
