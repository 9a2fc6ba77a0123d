/**
 * `POST /files`: what may come in, how much of it, and what it is taken for.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { hourMs, unsentFilesPerUserMax } from "../../../lib/domain/bounds.ts";
import { clockworkEveryMs } from "../../../server/chat/clockwork.ts";
import {
  mediaTypeCharactersMax,
  uploadGraceMs,
  uploadsInFlightBytesMax,
  uploadsPerUserMax,
} from "../../../server/api/uploads.ts";
import { Gate } from "../../support/scripted_store.ts";
import { FakeBody } from "./bodies.ts";
import { runScenarios, withApi } from "./driver.ts";
import { ban, type Garden, prepareGarden } from "./garden.ts";
import { content, png, sha256, type Upload, upload, uploading } from "./shelf.ts";

const utf8 = new TextEncoder();
const invalid = { status: 422, code: "invalid" } as const;

Deno.test("POST /files keeps what comes, and says what it is", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const { status, json } = await api.ask(uploading(alice));
    assertEquals(status, 201);
    assertEquals(json, {
      id: json.id,
      name: "notes.txt",
      type: "text/plain",
      size: content.length,
      sha256,
    });
    const plain = await api.get({ ask: "POST /files", token: alice, bytes: new Uint8Array() });
    const { id: _, ...empty } = plain.json;
    assertEquals(empty, {
      name: "file",
      type: "application/octet-stream",
      size: 0,
      sha256: createHash("sha256").digest("hex"),
    });
  });
});

Deno.test("a file's type is what its bytes show, or else what its sender says", async (test) => {
  const row = (does: string, type: string, expected: string, bytes?: readonly number[]) => ({
    does,
    ask: ({ alice }: Garden) =>
      uploading(alice, { type, ...(bytes !== undefined && { bytes: Uint8Array.from(bytes) }) }),
    status: 201,
    shows: [`"type":"${expected}"`],
  });
  const unknown = "application/octet-stream";
  const longest = `text/${"x".repeat(mediaTypeCharactersMax - 5)}`;
  await runScenarios(test, prepareGarden, [
    row("an image that says so", "image/png", "image/png", png),
    row("an image that says something else", "text/html", "image/png", png),
    row("an image that says it is another one", "image/gif", "image/png", png),
    row("an image of which nothing is said", "", "image/png", png),
    row("what says to be an image and is none", "image/png", unknown),
    row("an image that can hold a script", "image/svg+xml", "image/svg+xml"),
    row("what begins like an image and ends", "text/plain", "text/plain", png.slice(0, 7)),
    row("a page", "text/html; charset=utf-8", "text/html"),
    row("in capitals", "Text/PLAIN", "text/plain"),
    row("with blanks", "  text/plain  ;a=b", "text/plain"),
    row("what curl says of anything", "application/x-www-form-urlencoded", unknown),
    row("nothing", "", unknown),
    row("no type", "text", unknown),
    row("a type of no kind", "text/", unknown),
    row("two types", "text/plain, text/html", unknown),
    row("what is no token", "text/pla in", unknown),
    row("letters of others", "text/привет", unknown),
    row("a quote", 'text/"', unknown),
    row("127 characters", longest, longest),
    row("128 characters", `${longest}x`, unknown),
  ]);
});

Deno.test("a file is taken as it is: not coded, and not without a length", async (test) => {
  const coded = (coding: string) => ({ alice }: Garden) =>
    uploading(alice, { headers: { "Content-Encoding": coding } });
  const nothing = new Uint8Array();
  await runScenarios(test, prepareGarden, [
    ...["gzip", "br", "x-gzip", "identity, gzip"].map((coding) => ({
      does: `coded by ${coding}`,
      ask: coded(coding),
      status: 415,
      code: "unsupported_media_type",
      headers: { "Accept-Encoding": "identity" },
    } as const)),
    { does: "not coded, and saying so", ask: coded("Identity"), status: 201 },
    { does: "coded by nothing", ask: coded(""), status: 201 },
    {
      does: "no body at all",
      ask: ({ alice }) => ({ ask: "POST /files", token: alice }),
      status: 411,
      code: "length_required",
    },
    {
      does: "no body at all, though coded",
      ask: ({ alice }) => ({
        ask: "POST /files",
        token: alice,
        headers: { "Content-Encoding": "gzip" },
      }),
      status: 411,
      code: "length_required",
    },
    {
      does: "an empty body that says so",
      ask: ({ alice }) => ({ ask: "POST /files", token: alice, body: new FakeBody(nothing) }),
      status: 201,
    },
    {
      does: "an empty body in chunks",
      ask: ({ alice }) => ({
        ask: "POST /files",
        token: alice,
        body: new FakeBody(nothing, { chunked: true }),
      }),
      status: 201,
    },
  ]);
});

Deno.test("a coded file is refused before it is read", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const body = new FakeBody(utf8.encode(content));
    const headers = { "Content-Encoding": "gzip" };
    const { status } = await api.ask({ ask: "POST /files", token: alice, body, headers });
    assertEquals([status, body.wasRead], [415, false]);
  });
});

Deno.test("a file's name is made safe", async (test) => {
  const row = (does: string, name: string, expected: string) => ({
    does,
    ask: ({ alice }: Garden) => uploading(alice, { name }),
    status: 201,
    shows: [`"name":${JSON.stringify(expected)}`],
  });
  await runScenarios(test, prepareGarden, [
    row("any script", "заметки 📎.txt", "заметки 📎.txt"),
    row("a path", "../../etc/passwd", "passwd"),
    row("a path of Windows", "C:\\temp\\a.txt", "a.txt"),
    row("a hidden one", ".bashrc", "bashrc"),
    row("what would begin a line", "a\r\nSet-Cookie: b", "a__Set-Cookie_ b"),
    row("what reorders", "a\u202etxt.exe", "a_txt.exe"),
    row("nothing", "", "file"),
    {
      does: "too long to be looked at",
      ask: ({ alice }: Garden) => uploading(alice, { name: "x".repeat(4 * 255 + 1) }),
      ...invalid,
      errors: { name: "must be at most 1020 characters long" },
    },
    {
      does: "a field that there is not",
      ask: ({ alice }: Garden) => ({
        ask: "POST /files?nome=a",
        token: alice,
        bytes: utf8.encode(content),
      }),
      ...invalid,
      errors: { nome: "is not a field of this request" },
    },
  ]);
});

Deno.test("a file has at most the bytes that the operator has set, declared or not", async (test) => {
  for (const chunked of [false, true]) {
    for (const [size, status] of [[999, 201], [1000, 201], [1001, 413]] as const) {
      await test.step(`${size} bytes${chunked ? ", chunked" : ""}`, () =>
        withApi(async (api) => {
          const { alice } = await prepareGarden(api);
          const body = new FakeBody(new Uint8Array(size), { chunked });
          const answered = await api.ask({ ask: "POST /files", token: alice, body });
          assertEquals(answered.status, status);
          if (status === 413) assertEquals(answered.problem?.limit, 1000);
          assertEquals(body.wasRead, status === 201 || chunked, "declared is refused at once");
        }, { settings: { fileBytesMax: 1000 } }));
    }
  }
});

Deno.test("what would be refused in the end is refused before the body is asked for", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    await ban(api, "alice");
    const ask = async (size: number, token?: string, query = "") => {
      const body = new FakeBody(new Uint8Array(size));
      const asked = { ask: `POST /files${query}`, body };
      const { status, problem } = await api.ask({ ...asked, ...(token && { token }) });
      assertEquals(body.wasRead, false);
      return [status, problem?.code];
    };
    assertEquals(await ask(1), [401, "unauthorized"]);
    assertEquals(await ask(1, bob, "?nome=a"), [422, "invalid"]);
    assertEquals(await ask(1001, bob), [413, "too_large"]);
    assertEquals(await ask(1, alice), [403, "banned"]);
    assertEquals(await ask(1001, alice), [413, "too_large"], "they could not otherwise do it");
    await api.pass(4 * hourMs);
    await upload(api, alice);
  }, { settings: { fileBytesMax: 1000 } });
});

Deno.test("uploads under way take 64 MiB together, and what is over is asked to wait", async () => {
  const quarter = uploadsInFlightBytesMax / 4;
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const zoe = await api.connect("zoe");
    const gate = new Gate();
    const whole = new Uint8Array(quarter);
    const under = [1, 2, 3].map(() => new FakeBody(whole, { after: gate.wait }));
    const asked = under.map((body) => api.ask({ ask: "POST /files", token: alice, body }));
    const last = new FakeBody(whole, { chunked: true, after: gate.wait });
    asked.push(api.ask({ ask: "POST /files", token: bob, body: last }));
    await api.turn();
    const one = new Uint8Array(1);
    for (
      const [body, status, read] of [
        [new FakeBody(one), 503, false],
        // One that does not say that it has bytes is refused when they come.
        [new FakeBody(one, { chunked: true }), 503, true],
        [new FakeBody(new Uint8Array()), 201, true],
      ] as const
    ) {
      const answered = await api.ask({ ask: "POST /files", token: zoe, body });
      assertEquals([answered.status, body.wasRead], [status, read]);
    }
    gate.open();
    assertEquals((await Promise.all(asked)).map(({ status }) => status), [201, 201, 201, 201]);
    await upload(api, zoe);
  }, { settings: { fileBytesMax: quarter } });
});

Deno.test("what is announced and does not come takes no place", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const gate = new Gate();
    const stalled = new FakeBody(new Uint8Array(uploadsInFlightBytesMax), { before: gate.wait });
    const asked = api.ask({ ask: "POST /files", token: alice, body: stalled });
    await api.turn();
    await upload(api, bob);
    gate.open();
    assertEquals((await asked).status, 201);
  }, { settings: { fileBytesMax: uploadsInFlightBytesMax } });
});

Deno.test("a file comes with 8 KiB a second at least, after the first 10 seconds", async () => {
  // Of three parts, the first one is looked at 2 seconds after that.
  for (const [size, status] of [[3 * 16_384, 201], [3 * 16_383, 408]] as const) {
    await withApi(async (api) => {
      const { alice } = await prepareGarden(api);
      const before = () => api.clock.advance(uploadGraceMs + 2000);
      const body = new FakeBody(new Uint8Array(size), { before });
      const answered = await api.ask({ ask: "POST /files", token: alice, body });
      assertEquals(answered.status, status);
    });
  }
});

Deno.test("one user uploads 3 files at a time, and leaves room for others", async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const gate = new Gate();
    const asked = Array.from({ length: uploadsPerUserMax }, () => {
      const body = new FakeBody(new Uint8Array(1), { before: gate.wait });
      return api.ask({ ask: "POST /files", token: alice, body });
    });
    await api.turn();
    const over = new FakeBody(new Uint8Array(1));
    const answered = await api.ask({ ask: "POST /files", token: alice, body: over });
    assertEquals([answered.status, over.wasRead], [503, false]);
    await upload(api, bob);
    gate.open();
    assertEquals((await Promise.all(asked)).map(({ status }) => status), [201, 201, 201]);
    await upload(api, alice);
  });
});

Deno.test("a form around a file is refused before it is read", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const body = new FakeBody(new Uint8Array(1));
    const headers = { "Content-Type": "multipart/form-data; boundary=x" };
    const answered = await api.ask({ ask: "POST /files", token: alice, body, headers });
    assertEquals([answered.status, body.wasRead], [415, false]);
    assert(answered.problem?.detail.includes("--data-binary"));
  });
});

Deno.test("an upload that breaks off gives its place up and leaves nothing", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const breaksOff = () => {
      throw new Error("the peer is gone");
    };
    for (let count = 0; count < 3; count++) {
      const body = new FakeBody(new Uint8Array(uploadsInFlightBytesMax / 2), { before: breaksOff });
      assertEquals((await api.ask({ ask: "POST /files", token: alice, body })).status, 500);
    }
    const body = new FakeBody(new Uint8Array(uploadsInFlightBytesMax));
    assertEquals((await api.ask({ ask: "POST /files", token: alice, body })).status, 201);
  }, { settings: { fileBytesMax: uploadsInFlightBytesMax } });
});

Deno.test(`a user has ${unsentFilesPerUserMax} files that wait to be sent, for an hour each`, async () => {
  await withApi(async (api) => {
    const { alice, bob } = await prepareGarden(api);
    const ids: number[] = [];
    for (let count = 0; count < unsentFilesPerUserMax; count++) ids.push(await upload(api, alice));
    const over = await api.ask(uploading(alice));
    assertEquals([over.status, over.problem?.detail], [
      422,
      "50 uploaded files wait to be sent already.",
    ]);
    await upload(api, bob);
    await api.send(alice, "here it is", { files: [ids[0]] });
    await upload(api, alice);
    await api.pass(hourMs);
    await api.pass(clockworkEveryMs);
    assertEquals((await api.ask({ ask: `GET /files/${ids[1]}`, token: alice })).status, 404);
    assertEquals((await api.ask({ ask: `GET /files/${ids[0]}`, token: bob })).status, 200);
    await upload(api, alice);
  });
});

Deno.test("POST /files under one key keeps one file, and another one is another request", async () => {
  await withApi(async (api) => {
    const { alice } = await prepareGarden(api);
    const key = (more: Upload = {}) =>
      api.ask(uploading(alice, { headers: { "Idempotency-Key": "file-1" }, ...more }));
    const [first, again] = [await key(), await key()];
    assertEquals([first.status, again.status], [201, 201]);
    assertEquals([first.text, first.headers.get("idempotency-replayed")], [again.text, undefined]);
    assertEquals(again.headers.get("idempotency-replayed"), "true");
    const mismatch = [422, "idempotency_mismatch"];
    for (
      const other of [
        { bytes: utf8.encode("what is in another") },
        { name: "other.txt" },
        { type: "text/html" },
      ]
    ) {
      const { status, problem } = await key(other);
      assertEquals([status, problem?.code], mismatch);
    }
    await ban(api, "alice");
    assertEquals((await key()).text, first.text, "a ban does not undo what was done");
    const { status, problem } = await key({ bytes: utf8.encode("more") });
    assertEquals([status, problem?.code], mismatch);
  });
});
