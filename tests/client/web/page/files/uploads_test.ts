import { checkedForms } from "../../../../../client/connection/checked_forms.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ApiClient, type TellingTransport } from "../../../../../client/connection/api_client.ts";
import { attemptsMax } from "../../../../../client/connection/persistence.ts";
import {
  type ChosenFile,
  type FileUpload,
  uploaded,
  Uploads,
  uploadsAtOnceMax,
  uploadsFault,
} from "../../../../../client/web/page/files/uploads.ts";
import { filesPerMessageMax } from "../../../../../lib/domain/bounds.ts";
import { SeededRandom } from "../../../../support/seeded_random.ts";
import { VirtualClock } from "../../../../support/virtual_clock.ts";
import { json, refusal, settle, statusOf } from "../../../stub_server.ts";

const { settings } = statusOf();

/** A request that waits for what the test answers. */
interface Sent {
  readonly url: string;
  readonly headers: Headers;
  readonly body: unknown;
  readonly signal: AbortSignal | null | undefined;
  readonly progress: (sentBytes: number) => void;
  readonly answer: (response: Response) => void;
  readonly fail: (failure: unknown) => void;
}

/** Uploads whose requests are in `sent`, in order. */
function uploadsOver({ known = settings }: { readonly known?: typeof settings | undefined } = {}) {
  const clock = new VirtualClock();
  const sent: Sent[] = [];
  const send: TellingTransport = (url, { headers, body, signal }, progress) =>
    new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      const request = { url, headers: new Headers(headers), body, signal, progress };
      sent.push({ ...request, answer: resolve, fail: reject });
    });
  const uploads = new Uploads({
    api: new ApiClient({
      forms: checkedForms,
      origin: "http://chat.test",
      token: "secret",
      transport: () => Promise.reject(new Error("not by fetch")),
      clock,
    }),
    send,
    clock,
    random: new SeededRandom(1),
    settings: () => known,
    broke: (defect) => {
      throw defect;
    },
  });
  return { clock, sent, uploads };
}

function chosen(name: string, text = "abc", type = ""): ChosenFile {
  return new File([text], name, { type });
}

function stored(id: number): Response {
  return json({ id, name: `${id}.txt`, type: "text/plain", size: 3, sha256: "00" }, 201);
}

function steps({ value }: Uploads): string[] {
  return value.map(({ step }) => step.kind);
}

function only({ value }: Uploads): FileUpload {
  const [upload] = value;
  assert(upload !== undefined && value.length === 1);
  return upload;
}

Deno.test("add() uploads a file with its name, type and a key, and tells how far it has come", async () => {
  const { sent, uploads } = uploadsOver();
  const file = chosen("отчёт 📊.txt", "abc", "text/plain");
  assertEquals(uploads.add("common", [file]), undefined);
  await settle();
  assertEquals(only(uploads).step, { kind: "sending", sentBytes: 0 });
  assertEquals(uploadsFault(uploads.value), "a file is still being uploaded");
  const [request] = sent;
  assertEquals(new URL(request?.url ?? "").searchParams.get("name"), "отчёт 📊.txt");
  assertEquals(request?.headers.get("authorization"), "Bearer secret");
  assertEquals(request?.headers.get("content-type"), "text/plain");
  assert((request?.headers.get("idempotency-key") ?? "").length >= 20);
  assertEquals(request?.body, file);
  request?.progress(2);
  assertEquals(only(uploads).step, { kind: "sending", sentBytes: 2 });
  request?.answer(stored(7));
  await settle();
  const attachment = { id: 7, name: "7.txt", type: "text/plain", size: 3 };
  assertEquals(only(uploads).step, { kind: "done", file: attachment });
  assertEquals(uploadsFault(uploads.value), undefined);
  assertEquals(uploaded(uploads.value), [attachment]);
});

Deno.test("add() sends what has no type, or is no single thing, as bytes", async () => {
  for (const type of ["", "multipart/related"]) {
    const { sent, uploads } = uploadsOver();
    uploads.add("common", [chosen("a", "abc", type)]);
    await settle();
    assertEquals(sent[0]?.headers.get("content-type"), "application/octet-stream");
  }
});

Deno.test("add() uploads only some files at once, those of all places together", async () => {
  const { sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("1"), chosen("2")]);
  uploads.add("to bob", [chosen("3")]);
  await settle();
  assertEquals(sent.length, uploadsAtOnceMax);
  assertEquals(steps(uploads), ["sending", "sending", "waiting"]);
  sent[0]?.answer(stored(1));
  await settle();
  assertEquals(sent.length, uploadsAtOnceMax + 1);
  assertEquals(steps(uploads), ["done", "sending", "sending"]);
});

Deno.test("add() takes as many files as a message may have, and says that others are left out", () => {
  const { uploads } = uploadsOver();
  const files = (count: number) => Array.from({ length: count }, (_, at) => chosen(String(at)));
  assertEquals(uploads.add("common", files(filesPerMessageMax - 1)), undefined);
  assertEquals(uploads.add("common", files(1)), undefined);
  assertEquals(
    uploads.add("common", files(1)),
    `1 file left out: a message may have ${filesPerMessageMax}.`,
  );
  assertEquals(uploads.value.length, filesPerMessageMax);
  // Another message is another matter.
  assertEquals(
    uploads.add("to bob", files(filesPerMessageMax + 2)),
    `2 files left out: a message may have ${filesPerMessageMax}.`,
  );
  assertEquals(uploads.value.length, 2 * filesPerMessageMax);
});

Deno.test("add() does not send what is larger than the server takes", async () => {
  const known = { ...settings, max_file: 3 };
  const { sent, uploads } = uploadsOver({ known });
  uploads.add("common", [chosen("small", "ab"), chosen("just", "abc"), chosen("large", "abcd")]);
  await settle();
  sent[0]?.answer(stored(1));
  sent[1]?.answer(stored(2));
  await settle();
  assertEquals(sent.length, 2);
  assertEquals(steps(uploads), ["done", "done", "failed"]);
  assertEquals(uploads.value[2]?.step, {
    kind: "failed",
    why: "a file may have 3 bytes",
    isFinal: true,
  });
  assertEquals(
    uploadsFault(uploads.value),
    "a file could not be uploaded; try again, or remove it",
  );
});

Deno.test("add() does not send what cannot be read, as a folder that was dropped", async () => {
  const { sent, uploads } = uploadsOver();
  const folder = chosen("folder");
  folder.slice = () => {
    throw new TypeError("it is a folder");
  };
  uploads.add("common", [folder]);
  await settle();
  assertEquals(sent, []);
  assertEquals(only(uploads).step, { kind: "failed", why: "it cannot be read", isFinal: false });
});

Deno.test("an upload whose answer is lost is repeated under the same key, so often and no more", async () => {
  const { clock, sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("a")]);
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    await settle();
    assertEquals(sent.length, attempt);
    sent.at(-1)?.fail(new TypeError("Failed to fetch"));
    await settle();
    clock.advance(600_000);
  }
  await settle();
  assertEquals(sent.length, attemptsMax);
  assertEquals(only(uploads).step, {
    kind: "failed",
    why: "the server cannot be reached",
    isFinal: false,
  });
  uploads.retry(only(uploads));
  await settle();
  sent.at(-1)?.answer(stored(3));
  await settle();
  assertEquals(steps(uploads), ["done"]);
  const keys = sent.map(({ headers }) => headers.get("idempotency-key"));
  assertEquals(new Set(keys).size, 1);
});

Deno.test("what the server refuses is told in its words, and not repeated by itself", async () => {
  const { clock, sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("a"), chosen("b")]);
  await settle();
  sent[0]?.answer(refusal("forbidden", "Not this one."));
  await settle();
  clock.advance(600_000);
  await settle();
  assertEquals(sent.length, 2);
  const [first] = uploads.value;
  assertEquals(first?.step, { kind: "failed", why: "not this one", isFinal: false });
  const [one, other] = sent.map(({ headers }) => headers.get("idempotency-key"));
  assertNotEquals(one, other);
});

Deno.test("a file that is too large for what is on the way is not tried again", async () => {
  const { sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("a")]);
  await settle();
  sent[0]?.answer(
    new Response("<html>", { status: 413, headers: { "content-type": "text/html" } }),
  );
  await settle();
  assertEquals(only(uploads).step, {
    kind: "failed",
    why: "something on the way, such as a proxy, does not take files this large",
    isFinal: true,
  });
});

Deno.test("remove() ends an upload, and lets the next one have its turn", async () => {
  const { clock, sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("1"), chosen("2"), chosen("3")]);
  await settle();
  const [first, , third] = uploads.value;
  assert(first !== undefined && third !== undefined);
  uploads.remove(first);
  assertEquals(sent[0]?.signal?.aborted, true);
  await settle();
  clock.advance(600_000);
  await settle();
  assertEquals(uploads.value.map(({ chosen }) => chosen.name), ["2", "3"]);
  assertEquals(sent.length, 3);
  // Progress that is told late brings nothing back.
  sent[0]?.progress(3);
  assertEquals(uploads.value.length, 2);
});

Deno.test("remove() keeps what waits from being sent at all", async () => {
  const { sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("1"), chosen("2"), chosen("3")]);
  const third = uploads.value[2];
  assert(third !== undefined);
  uploads.remove(third);
  await settle();
  sent[0]?.answer(stored(1));
  sent[1]?.answer(stored(2));
  await settle();
  assertEquals(sent.length, 2);
});

Deno.test("clear() lets go what is of one place, close() all", async () => {
  const { sent, uploads } = uploadsOver();
  uploads.add("common", [chosen("1")]);
  uploads.add("to bob", [chosen("2")]);
  await settle();
  uploads.clear("common");
  assertEquals(only(uploads).place, "to bob");
  assertEquals(sent.map(({ signal }) => signal?.aborted), [true, false]);
  uploads.close();
  assertEquals(uploads.value, []);
  assertEquals(sent.map(({ signal }) => signal?.aborted), [true, true]);
  await settle();
});

Deno.test("rename() leaves the files of someone with another name in the message to them", async () => {
  const { sent, uploads } = uploadsOver();
  uploads.add("to bob", [chosen("1"), chosen("2")]);
  uploads.add("common", [chosen("3")]);
  await settle();
  sent[0]?.answer(stored(1));
  uploads.rename({ before: "Bob", user: "Robert" });
  await settle();
  assertEquals(uploads.value.map(({ place }) => place), ["to robert", "to robert", "common"]);
  assertEquals(steps(uploads), ["done", "sending", "sending"]);
  uploads.clear("to robert");
  assertEquals(only(uploads).place, "common");
});
