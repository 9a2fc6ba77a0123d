/**
 * `GET /files/{id}`: who gets which bytes of a file, and as what.
 *
 * @module
 */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { hourMs } from "../../../lib/domain/bounds.ts";
import { downloadPieceBytes } from "../../../server/api/downloads.ts";
import { StoreFailure } from "../../../server/store/store.ts";
import { type Answered, type Api, type Ask, runScenarios, withApi } from "./driver.ts";
import { column, prepareGarden } from "./garden.ts";
import { content, png, prepareShelf, sha256, type Shelf, type Upload, upload } from "./shelf.ts";

const utf8 = new TextEncoder();
const notFound = { status: 404, code: "not_found", mustNotShow: ["notes", sha256] } as const;
const invalid = { status: 422, code: "invalid" } as const;

/** Bytes each of which says where it is, about. */
function manyBytes(count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, (_, at) => at * 31 + (at >> 8));
}

Deno.test("GET /files/{id} gives a file to those who see its message, and to nobody else", async (test) => {
  type Which = "common" | "secret" | "inside" | "loose";
  const get = (which: Which, who: "alice" | "bob" | "carol") => (shelf: Shelf) => ({
    ask: `GET /files/${shelf[which]}`,
    token: shelf[who],
  });
  const ok = { status: 200 };
  await runScenarios(test, prepareShelf, [
    { does: "to everyone: its author", ask: get("common", "alice"), ...ok },
    { does: "to everyone: anyone", ask: get("common", "carol"), ...ok },
    { does: "in private: its author", ask: get("secret", "alice"), ...ok },
    { does: "in private: whom it is for", ask: get("secret", "bob"), ...ok },
    { does: "in private: another", ask: get("secret", "carol"), ...notFound },
    { does: "in a room: a member", ask: get("inside", "bob"), ...ok },
    { does: "in a room: a stranger", ask: get("inside", "carol"), ...notFound },
    { does: "in no message: its owner", ask: get("loose", "alice"), ...ok },
    { does: "in no message: another", ask: get("loose", "bob"), ...notFound },
    {
      does: "none",
      ask: ({ alice }: Shelf) => ({ ask: "GET /files/999", token: alice }),
      ...notFound,
    },
    {
      does: "no number",
      ask: ({ alice }: Shelf) => ({ ask: "GET /files/notes.txt", token: alice }),
      status: 404,
      code: "not_found",
    },
  ]);
});

Deno.test("a file goes with its message, and with the reader's way to it", async () => {
  await withApi(async (api) => {
    const { alice, bob, carol, room, common, inside, message } = await prepareShelf(api);
    const statusOf = async (id: number, token: string) =>
      (await api.ask({ ask: `GET /files/${id}`, token })).status;
    await api.get({ ask: `DELETE /rooms/${room}/members/bob`, token: bob });
    assertEquals([await statusOf(inside, bob), await statusOf(inside, alice)], [404, 200]);
    await api.get({ ask: "POST /read", token: carol, json: { upto: message } });
    api.clock.advance(hourMs);
    assertEquals([await statusOf(common, carol), await statusOf(common, bob)], [404, 200]);
    await api.ask({ ask: `DELETE /messages/${message}`, token: bob });
    const deleted = await api.send(alice, "again", { files: [await upload(api, alice)] });
    const [{ id }] = (await api.get({ ask: `GET /messages/${deleted}`, token: bob })).json.files;
    await api.get({ ask: `DELETE /messages/${deleted}`, token: alice });
    assertEquals([await statusOf(id, bob), await statusOf(id, alice)], [404, 404]);
  });
});

Deno.test("files in messages: one's own, in one message, 10 at most, and shown to the reader", async (test) => {
  const send =
    (files: (shelf: Shelf) => unknown, who: "alice" | "bob" = "alice") => (shelf: Shelf) => ({
      ask: "POST /send",
      token: shelf[who],
      json: { text: "with files", files: files(shelf) },
    });
  const row = (does: string, files: (shelf: Shelf) => unknown, who?: "bob") => ({
    does,
    ask: send(files, who),
    ...invalid,
    mustNotShow: ["notes"],
  });
  await runScenarios(test, prepareShelf, [
    {
      does: "mine",
      ask: send(({ loose }) => [loose]),
      status: 201,
      shows: [`"files":[{"id":`, `"name":"notes.txt","type":"text/plain","size":19}]`],
      mustNotShow: [sha256],
    },
    {
      does: "mine, in a form and without a text",
      ask: ({ alice, loose }: Shelf) => ({
        ask: "POST /send",
        token: alice,
        form: `files=${loose}`,
      }),
      status: 201,
      shows: ['"text":""', '"name":"notes.txt"'],
    },
    row("of another", ({ loose }) => [loose], "bob"),
    row("in another message", ({ common }) => [common]),
    row("the same one twice", ({ loose }) => [loose, loose]),
    row("none", () => [999]),
    row("11", () => Array.from({ length: 11 }, (_, at) => at + 1)),
  ]);
});

Deno.test("a download says what it is, and that it must not be taken for anything else", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const headersOf = async (what: Upload) => {
      const id = await upload(api, alice, what);
      const answered = await api.get({ ask: `GET /files/${id}`, token: alice });
      const bytes = what.bytes ?? utf8.encode(content);
      assertEquals(await answered.download(), new Uint8Array(bytes));
      const head = await api.get({ ask: `HEAD /files/${id}`, token: alice });
      assertEquals([...head.headers], [...answered.headers]);
      return Object.fromEntries(answered.headers);
    };
    const common = {
      "Accept-Ranges": "bytes",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      "Content-Security-Policy": "default-src 'none'; sandbox",
    };
    assertEquals(await headersOf({ name: 'a "b" ж.html', type: "text/html" }), {
      ...common,
      "ETag": `"${sha256}"`,
      "Content-Type": "text/html",
      "Content-Disposition": `attachment; filename="a _b_ _.html"; ` +
        "filename*=UTF-8''a%20_b_%20%D0%B6.html",
      "Content-Length": "19",
    });
    const gif = utf8.encode("GIF89a....");
    const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0);
    const webp = utf8.encode("RIFF....WEBPVP8 ");
    for (
      const [type, bytes] of [
        ["image/png", Uint8Array.from(png)],
        ["image/gif", gif],
        ["image/jpeg", jpeg],
        ["image/webp", webp],
      ] as const
    ) {
      const headers = await headersOf({ name: "a", type: "text/html", bytes });
      assertEquals(headers["Content-Type"], type);
      assertEquals(headers["Content-Disposition"], `inline; filename="a"; filename*=UTF-8''a`);
      assertEquals({ ...headers, ...common }, headers);
    }
    for (const type of ["image/svg+xml", "image/bmp", "image/png", "application/pdf"]) {
      const headers = await headersOf({ type });
      assert(headers["Content-Disposition"]?.startsWith("attachment;"), type);
    }
    const empty = await headersOf({ bytes: new Uint8Array() });
    assertEquals(empty["Content-Length"], "0");
  });
});

Deno.test("a part of a file is what was asked for", async (test) => {
  const size = content.length;
  const cases: readonly (readonly [string, number, string, string?])[] = [
    ["bytes=0-4", 206, "what ", "0-4"],
    ["bytes=0-0", 206, "w", "0-0"],
    ["bytes=5-", 206, "is in the file", "5-18"],
    ["bytes=-4", 206, "file", "15-18"],
    ["bytes=-19", 206, content, "0-18"],
    ["bytes=-99", 206, content, "0-18"],
    ["bytes=18-18", 206, "e", "18-18"],
    ["bytes=18-99", 206, "e", "18-18"],
    ["bytes=19-", 416, ""],
    ["bytes=-0", 416, ""],
    ["bytes=5-4", 200, content],
    ["bytes=0-1,3-4", 200, content],
    ["items=0-4", 200, content],
    ["", 200, content],
  ];
  for (const [range, status, expected, shown] of cases) {
    await test.step(`Range: ${range}`, () =>
      withApi(async (api) => {
        const { alice } = await prepareGarden(api);
        const id = await upload(api, alice);
        const ask = { token: alice, headers: { Range: range } };
        const answered = await api.ask({ ...ask, ask: `GET /files/${id}` });
        assertEquals(answered.status, status);
        const told = answered.headers.get("content-range");
        if (status === 416) {
          assertEquals([answered.problem?.code, told], [
            "range_not_satisfiable",
            `bytes */${size}`,
          ]);
        } else {
          assertEquals(told, shown && `bytes ${shown}/${size}`);
          assertEquals(await answered.download(), utf8.encode(expected));
        }
        const head = await api.ask({ ...ask, ask: `HEAD /files/${id}` });
        assertEquals([head.status, head.headers.get("content-length")], [200, String(size)]);
      }));
  }
});

Deno.test("If-Match, If-None-Match and If-Range go by what the file is now", async (test) => {
  const tag = `"${sha256}"`;
  const get = (headers: Ask["headers"], method = "GET") => ({ alice, loose }: Shelf) => ({
    ask: `${method} /files/${loose}`,
    token: alice,
    headers: headers ?? {},
  });
  const not = { status: 304, headers: { ETag: tag, "Cache-Control": "no-store" } };
  const failed = { status: 412, code: "precondition_failed" } as const;
  const range = { Range: "bytes=0-4" };
  await runScenarios(test, prepareShelf, [
    { does: "the same", ask: get({ "If-None-Match": tag }), ...not },
    { does: "the same, by HEAD", ask: get({ "If-None-Match": tag }, "HEAD"), ...not },
    { does: "the same, weakly", ask: get({ "If-None-Match": `W/${tag}` }), ...not },
    { does: "one of several", ask: get({ "If-None-Match": `"a", ${tag}` }), ...not },
    { does: "any", ask: get({ "If-None-Match": "*" }), ...not },
    { does: "the same, and a range", ask: get({ "If-None-Match": tag, ...range }), ...not },
    { does: "another", ask: get({ "If-None-Match": '"a"' }), status: 200 },
    { does: "what is no tag", ask: get({ "If-None-Match": sha256 }), status: 200 },
    { does: "before and now", ask: get({ "If-None-Match": tag, "If-Match": tag }), ...not },
    { does: "must be it", ask: get({ "If-Match": `"a", ${tag}` }), status: 200 },
    { does: "must be it, by HEAD", ask: get({ "If-Match": tag }, "HEAD"), status: 200 },
    { does: "must be it, and a range", ask: get({ "If-Match": tag, ...range }), status: 206 },
    { does: "must be there", ask: get({ "If-Match": "*" }), status: 200 },
    { does: "must be another", ask: get({ "If-Match": '"a"' }), ...failed },
    { does: "must be another, by HEAD", ask: get({ "If-Match": '"a"' }, "HEAD"), ...failed },
    { does: "must be it, weakly", ask: get({ "If-Match": `W/${tag}` }), ...failed },
    {
      does: "must be another, which comes before what is there and before the range",
      ask: get({ "If-Match": '"a"', "If-None-Match": tag, Range: "bytes=99-" }),
      ...failed,
    },
    {
      does: "must be another, of what the reader may not know of",
      ask: ({ carol, secret }) => ({
        ask: `GET /files/${secret}`,
        token: carol,
        headers: { "If-Match": '"a"', "If-None-Match": "*" },
      }),
      ...notFound,
    },
    {
      does: "since a date",
      ask: get({ "If-Modified-Since": "Fri, 20 Nov 2099 10:00:00 GMT" }),
      status: 200,
    },
    { does: "a range of the same", ask: get({ "If-Range": tag, ...range }), status: 206 },
    { does: "a range of another", ask: get({ "If-Range": '"a"', ...range }), status: 200 },
    { does: "a range, weakly", ask: get({ "If-Range": `W/${tag}`, ...range }), status: 200 },
    {
      does: "a range since a date",
      ask: get({ "If-Range": "Fri, 20 Nov 2026 10:00:00 GMT", ...range }),
      status: 200,
    },
    {
      does: "no range of another that can't be had",
      ask: get({ "If-Range": '"a"', Range: "bytes=99-" }),
      status: 200,
    },
  ]);
});

Deno.test("that a file is what its reader has is told with its tag and how long it may be kept", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const id = await upload(api, alice);
    for (const method of ["GET", "HEAD"]) {
      const answered = await api.ask({
        ask: `${method} /files/${id}`,
        token: alice,
        headers: { "If-None-Match": "*" },
      });
      assertEquals(answered.status, 304);
      assertEquals([...answered.headers], [["ETag", `"${sha256}"`], ["Cache-Control", "no-store"]]);
      assertEquals(answered.text, "");
    }
  });
});

/** A large file of alice's, in pieces of which the last is a short one. */
async function prepareLarge(api: Api): Promise<{ alice: string; id: number; bytes: Uint8Array }> {
  const alice = await api.connect("alice");
  const bytes = manyBytes(3 * downloadPieceBytes + 5);
  return { alice, id: await upload(api, alice, { bytes }), bytes };
}

async function opened(
  api: Api,
  { alice, id }: { alice: string; id: number },
  headers: Ask["headers"] = {},
): Promise<Answered> {
  return await api.get({ ask: `GET /files/${id}`, token: alice, headers });
}

Deno.test("a large file comes whole and in order, and so does a part that begins in a piece", async () => {
  await withApi(async (api) => {
    const large = await prepareLarge(api);
    assertEquals(await (await opened(api, large)).download(), large.bytes);
    const from = downloadPieceBytes - 3;
    const to = 2 * downloadPieceBytes + 9;
    const part = await opened(api, large, { Range: `bytes=${from}-${to}` });
    assertEquals(await part.download(), large.bytes.slice(from, to + 1));
  });
});

Deno.test("a reader who is slow is given no more than they take", async () => {
  await withApi(async (api) => {
    const large = await prepareLarge(api);
    let reads = 0;
    api.store.before.fileBytes = () => void reads++;
    const stream = (await opened(api, large)).listen({ slow: true });
    for (let pieces = 1; pieces <= 4; pieces++) {
      for (let turns = 0; turns < 3; turns++) await api.turn();
      assertEquals([reads, stream.writes.length], [pieces, pieces]);
      assertEquals(stream.closed, false);
      stream.drain();
    }
    await stream.ended;
    assertEquals(stream.bytes, large.bytes);
  });
});

Deno.test("a reader who goes away is read for no longer", async () => {
  await withApi(async (api) => {
    const large = await prepareLarge(api);
    let reads = 0;
    api.store.before.fileBytes = () => void reads++;
    const stream = (await opened(api, large)).listen({ slow: true });
    await api.turn();
    stream.close();
    for (let turns = 0; turns < 3; turns++) await api.turn();
    assertEquals([reads, stream.writes.length], [1, 1]);
    assert(!api.lines.some((line) => line.includes("not sent whole")), "which is no failure");
  });
});

Deno.test("a file that goes while it is sent ends in a cut, and not well", async (test) => {
  const endings: Record<string, (api: Api) => () => void> = {
    "it is removed": (api) => () => {
      api.store.fileBytes = () => Promise.resolve(undefined);
    },
    "the store fails": () => () => {
      throw new StoreFailure("disk on fire");
    },
  };
  for (const [does, ending] of Object.entries(endings)) {
    await test.step(does, () =>
      withApi(async (api) => {
        const large = await prepareLarge(api);
        const stream = (await opened(api, large)).listen({ slow: true });
        await api.turn();
        api.store.before.fileBytes = ending(api);
        stream.drain();
        await api.turn();
        if (!stream.closed) stream.drain();
        await stream.ended;
        await api.turn();
        assertEquals(stream.cut, true);
        assert(stream.length < large.bytes.length);
        assert(api.lines.some((line) => line.includes("A file was not sent whole")));
      }));
  }
});

Deno.test("a file of a scheduled message is its author's alone until it is sent", async () => {
  await withApi(async (api) => {
    const { alice, bob, loose } = await prepareShelf(api);
    const { json } = await api.get({
      ask: "POST /send",
      token: alice,
      json: { text: "later", in: 30, files: [loose] },
    });
    assertEquals(json.files.length, 1);
    const statusOf = async (token: string) =>
      (await api.ask({ ask: `GET /files/${loose}`, token })).status;
    assertEquals([await statusOf(alice), await statusOf(bob)], [200, 404]);
    await api.pass(30_000);
    assertEquals([await statusOf(alice), await statusOf(bob)], [200, 200]);
    const page = await api.get({ ask: "GET /messages", token: bob });
    assertEquals(column(page, "files").at(-1), json.files);
    assertNotEquals(json.files, []);
  });
});
