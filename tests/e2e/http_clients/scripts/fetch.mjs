/**
 * A conversation by Node's own `fetch`: prints what was seen, as JSON.
 *
 * @module
 */
import process from "node:process";

const [, , url = "", messages = "20"] = process.argv;

const connected = await fetch(`${url}/connect`, {
  method: "POST",
  headers: { accept: "text/plain" },
  body: new URLSearchParams({ user: "нода" }),
});
const authorization = `Bearer ${(await connected.text()).trim()}`;

async function send(text) {
  const response = await fetch(`${url}/send`, {
    method: "POST",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ text }),
  });
  return { status: response.status, id: (await response.json()).id };
}

const oneByOne = [];
for (let at = 0; at < 5; at++) oneByOne.push((await send(`by turns ${at}`)).status);

const leaving = new AbortController();
const stream = await fetch(`${url}/events`, {
  headers: { authorization },
  signal: leaving.signal,
});
const reader = stream.body.pipeThrough(new TextDecoderStream()).getReader();
let heard = "";

async function hear(part) {
  while (!heard.includes(part)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The stream ended before ${part}`);
    heard += value;
  }
}

await hear("event: caught_up");
const atOnce = await Promise.all(
  Array.from({ length: Number(messages) }, (_, at) => send(`at once ${at}`)),
);
const last = Math.max(...atOnce.map(({ id }) => id));
await hear(`"id":${last},`);
const ids = [...heard.matchAll(/^data: \{"type":"message","id":(\d+),/gm)].map(([, id]) => +id);
leaving.abort();
const ending = await reader.read().then(() => "more", (failure) => failure.name);

/** A body whose length nobody knows in advance. */
async function* parts() {
  for (let at = 0; at < 64; at++) yield new Uint8Array(16_384).fill(at);
}
const upload = await fetch(`${url}/files?name=parts.bin`, {
  method: "POST",
  headers: { authorization, "content-type": "application/octet-stream" },
  body: parts(),
  duplex: "half",
});
const { size } = await upload.json();

/** All of it is sent at once, whatever the server says in the meantime. */
const over = [];
for (const mebibytes of [6, 16]) {
  const refused = await fetch(`${url}/files?name=over.bin`, {
    method: "POST",
    headers: { authorization },
    body: new Uint8Array(mebibytes * 1024 ** 2),
  });
  over.push((await refused.json()).code);
}

const head = await fetch(`${url}/docs`, { method: "HEAD" });
const headBody = await head.text();

process.stdout.write(JSON.stringify({
  connected: connected.status,
  oneByOne,
  atOnce: atOnce.map(({ status }) => status),
  sent: atOnce.map(({ id }) => id).toSorted((a, b) => a - b),
  heard: ids,
  ending,
  upload: [upload.status, size],
  over,
  head: [head.status, Number(head.headers.get("content-length")) > 0, headBody],
}));
