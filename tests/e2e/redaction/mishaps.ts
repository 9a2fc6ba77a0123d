/**
 * What goes wrong in a chat, with a secret in each of it.
 *
 * @module
 */
import type { Asker } from "./asker.ts";
import { arrive } from "./marked_day.ts";
import type { Secrets } from "./secrets.ts";

/** Requests that are no HTTP, or nearly. */
export async function malformedRequests(asker: Asker, secrets: Secrets): Promise<void> {
  const { token } = await arrive(asker, secrets, { called: "carol" });
  const host = `Host: ${new URL(asker.url).host}`;
  const text = secrets.marked("text");
  const heads = [
    `GET /messages?token=${token} HTTP/9.9\r\n${host}`,
    `GET /${token}\x01 HTTP/1.1\r\n${host}`,
    `GET ${token} HTTP/1.1\r\n${host}`,
    `${token} /send HTTP/1.1\r\n${host}`,
    `${text}`,
    `GET / HTTP/1.1\r\n${host}\r\n${token}`,
    `GET / HTTP/1.1\r\n${host}\r\n${token} : x`,
    `GET / HTTP/1.1\r\n${host}\r\nX-A: ${token}\x00`,
    `GET / HTTP/1.1\r\n${host}\r\n${host}${token}`,
    `GET /status HTTP/1.1\r\n${host}\r\n${token}: x`,
    `GET /status HTTP/1.1\r\n${host}\r\nTraceparent: ${token}\r\nTracestate: ${text}=${token}`,
    `GET /status HTTP/1.1\r\n${host}\r\nForwarded: for=${token};${text}`,
    `GET /status HTTP/1.1\r\n${host}\r\nX-Forwarded-For: ${token}\r\nX-Forwarded-Host: ${text}`,
    `GET /status HTTP/1.1\r\n${host}\r\nOrigin: http://${text}`,
    `GET /status HTTP/1.1\r\n${host}\r\nAuthorization: ${token}`,
    `GET /status HTTP/1.1\r\n${host}\r\nAuthorization: Basic ${token}`,
    `GET /status HTTP/1.1\r\n${host}\r\nAuthorization: Bearer ${token} ${text}`,
    `POST /send HTTP/1.1\r\n${host}\r\nContent-Length: ${token}`,
    `POST /send HTTP/1.1\r\n${host}\r\nTransfer-Encoding: ${token}`,
    `POST /send HTTP/1.1\r\n${host}\r\nTransfer-Encoding: chunked\r\n\r\n${token}`,
    `POST /send HTTP/1.1\r\n${host}\r\nExpect: ${token}\r\nContent-Length: 1\r\n\r\nx`,
    `POST /send HTTP/1.1\r\n${host}\r\nContent-Type: ${text}\r\nContent-Length: 1\r\n\r\nx`,
    `GET /${text}${"x".repeat(9000)} HTTP/1.1\r\n${host}`,
    `GET / HTTP/1.1\r\n${host}\r\nX-A: ${text}${"x".repeat(20_000)}`,
  ];
  for (const head of heads) await asker.say(`${head}\r\n\r\n`);
  const send = `POST /send HTTP/1.1\r\n${host}\r\nAuthorization: Bearer ${token}\r\n`;
  await asker.breakOff(`${send}Content-Length: 1000\r\n\r\n{"text":"${text}`);
  await asker.breakOff(`${send}Transfer-Encoding: chunked\r\n\r\n5\r\n${text}`);
  const upload =
    `POST /files?name=${text} HTTP/1.1\r\n${host}\r\nAuthorization: Bearer ${token}\r\n`;
  await asker.breakOff(`${upload}Content-Length: 100000\r\n\r\n${text}`);
}

/** Requests that are understood and refused. */
export async function refusedRequests(asker: Asker, secrets: Secrets): Promise<void> {
  const { token, name, password } = await arrive(asker, secrets, { called: "dora" });
  const other = await arrive(asker, secrets, { called: "eve" });
  const wrong = secrets.marked("wrong-password");
  await asker.ask("POST /connect", { fields: { user: name, password: wrong } });
  await asker.ask("POST /connect", { fields: { user: name } });
  await asker.ask("POST /connect", { fields: { user: `${name}${"x".repeat(40)}`, password } });
  await asker.ask("POST /connect", { fields: { user: name, password: password.repeat(100) } });
  await asker.ask("POST /connect", {
    fields: { user: password, password: name, client: `${token}\n` },
  });
  await asker.ask("PATCH /me", { token, json: { password: wrong, old_password: wrong } });
  await asker.ask("PATCH /me", { token, json: { name: other.name } });
  const text = secrets.marked("text");
  for (
    const json of [
      { text: "x", to: token },
      { text: "x", to: text },
      { text: "x", to: name },
      { text: "x", room: token },
      { text: "x", comment_on: text },
      { text: "x", at: password },
      { text: "x", in: token },
      { text: { text } },
      { text: "x", files: [text] },
      { text: text.repeat(1000) },
      [text],
      text,
    ]
  ) await asker.ask("POST /send", { token, json });
  const key = secrets.marked("key");
  const headers = { "idempotency-key": key };
  await asker.get("POST /send", { token, headers, json: { text } });
  await asker.ask("POST /send", { token, headers, json: { text: secrets.marked("other") } });
  await asker.ask("POST /send", { token, headers: { "idempotency-key": `${key} ${token}` } });
  const type = { "content-type": "application/json" };
  for (const body of [`{"text":"${text}`, `${token}`, `{"text":${text}}`, `{"text":"\xff${text}`]) {
    await asker.ask("POST /send", { token, headers: type, body });
    const bytes = Uint8Array.from(body, (character) => character.charCodeAt(0));
    await asker.ask("POST /send", { token, headers: type, body: bytes });
  }
  await asker.ask("POST /send", {
    token,
    body: new URLSearchParams([["text", text], ["text", text]]),
  });
  await asker.ask("POST /send", {
    token,
    body: `text=%zz${text}`,
    headers: { "content-type": "application/x-www-form-urlencoded" },
  });
  await asker.ask("POST /send", { token, json: { text: text + "x".repeat(70_000) } });
  await asker.ask("POST /join", { token, json: { code: token } });
  await asker.ask("POST /report", { token, json: { user: text, reason: text } });
  await asker.ask("POST /report", { token, json: { user: other.name, reason: text.repeat(100) } });
  for (
    const path of [
      `/messages/${token}`,
      `/messages?after=${token}`,
      `/messages?to=${token}`,
      `/events?after=${token}`,
      `/events?wait=${text}`,
      `/files/${token}`,
      `/rooms/${token}`,
      `/assets/${token}`,
      `/${token}/${text}`,
      `/send/%00${text}`,
      `//${text}`,
      `/../${text}`,
    ]
  ) {
    await asker.ask(`GET ${path}`, { token });
    await asker.ask(`OPTIONS ${path}`, { token });
    await asker.ask(`DELETE ${path}`);
  }
}
