/**
 * docs/operating/proxies.md, typed as it stands there: nginx and Caddy in front, with the files of
 * the handbook.
 *
 * @module
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { TextSoFar } from "../../support/chat_process.ts";
import { needTool, pollUntil, testWith, within } from "../../support/tools.ts";
import { recipe } from "./handbook.ts";
import { Machine } from "./machine.ts";

const page = "operating/proxies.md";
const publicUrl = "https://chat.example";
const mebibyte = 1024 ** 2;

/** What `curl` prints to whoever comes by the public address. */
async function curl(machine: Machine, ...args: readonly string[]): Promise<string> {
  const words = args.map((word) => `'${word}'`).join(" ");
  return (await machine.type(`curl -s --max-time 60 ${words}`)).out;
}

/** Only the status; what is refused before it was sent whole may be cut off behind that. */
async function status(machine: Machine, ...args: readonly string[]): Promise<string> {
  const words = args.map((word) => `'${word}'`).join(" ");
  const ask = `curl -s --max-time 60 -o /dev/null -w '%{http_code}' ${words}`;
  return (await machine.type(`${ask} || [ $? = 18 ]`)).out;
}

/** Listens by `curl` until `talk` is over; `curl` says what comes as it comes. */
async function listening(
  machine: Machine,
  args: readonly string[],
  talk: (heard: TextSoFar) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(needTool("curl"), {
    args: ["-sN", "--max-time", "60", ...args, `${publicUrl}/events`],
    env: { CURL_HOME: machine.root },
    stdout: "piped",
  }).spawn();
  const heard = new TextSoFar(child.stdout);
  try {
    await talk(heard);
  } finally {
    child.kill("SIGTERM");
    await Promise.all([child.status, heard.all]);
  }
}

/** What is promised of all that the handbook puts in front. */
async function passesAllOn(machine: Machine): Promise<void> {
  assertEquals(await curl(machine, "-f", `${publicUrl}/readyz`), '{"status":"ready"}');
  assertMatch(await status(machine, `${publicUrl}/metrics`), /^40[34]$/);
  const arrival = ["-H", "Accept: text/plain", "-d", "user=alice", `${publicUrl}/connect`];
  const bearer = ["-H", `Authorization: Bearer ${(await curl(machine, ...arrival)).trim()}`];

  // All of 127.0.0.0/8 is this machine, so it can come from another address than the proxy does.
  await curl(machine, "--interface", "127.0.0.3", `${publicUrl}/messages`);
  const asked = /\{[^\n]*"route":"\/messages"[^\n]*\}/;
  await pollUntil(() => Promise.resolve(asked.test(machine.journal)), "the line of the log");
  assertEquals(JSON.parse(asked.exec(machine.journal)?.[0] ?? "").address, "127.0.0.3");
  const room = JSON.parse(
    await curl(machine, ...bearer, "-d", "name=garden", `${publicUrl}/rooms`),
  );
  const links = `${publicUrl}/rooms/${room.id}/links`;
  const link = JSON.parse(await curl(machine, ...bearer, "-X", "POST", links));
  assertEquals(new URL(link.url).origin, publicUrl);

  for (const [size, expected] of [[5 * mebibyte, "201"], [5 * mebibyte + 1, "413"]] as const) {
    await Deno.writeFile(machine.path("run/file"), new Uint8Array(size));
    const file = ["--data-binary", `@${machine.path("run/file")}`];
    const upload = [...bearer, ...file, `${publicUrl}/files?name=a`];
    assertEquals(await status(machine, ...upload), expected);
  }

  for (const type of ["text/event-stream", "application/x-ndjson"]) {
    await listening(machine, [...bearer, "-H", `Accept: ${type}`], async (heard) => {
      await within(heard.find(/caught_up/), "the beginning of the stream");
      const text = `said in ${type}`;
      await curl(machine, ...bearer, "-d", `text=${text}`, `${publicUrl}/send`);
      await within(heard.find(new RegExp(text)), "the message");
    });
  }
  await losesNothing(machine, bearer);
}

/** A server that is stopped and killed behind the proxy takes each message once. */
async function losesNothing(machine: Machine, bearer: readonly string[]): Promise<void> {
  const { cursor } = JSON.parse(await curl(machine, ...bearer, `${publicUrl}/events?wait=0`));
  const sent = Array.from({ length: 12 }, (_, at) => `message-${at}`);
  const lines = sent.map((text) => `
    until curl -sf -o /dev/null ${bearer.map((word) => `'${word}'`).join(" ")} \\
      -H 'Idempotency-Key: ${text}' -d text=${text} ${publicUrl}/send
    do echo again; done`);
  const [first, second] = [lines.slice(0, 6), lines.slice(6)].map((part) => part.join("\n"));
  const talking = machine.type(`systemctl restart chat\n${first}
    systemctl kill --signal=SIGKILL chat\n${second}`);
  assertMatch((await talking).out, /again/);
  const events = `${publicUrl}/events?wait=0&after=${cursor}`;
  const told = JSON.parse(await curl(machine, ...bearer, events)).events;
  const texts = told.filter(({ type }: { type: string }) => type === "message")
    .map(({ text }: { text: string }) => text);
  assertEquals(texts, sent);
}

testWith(["nginx", "openssl", "curl"], "nginx stands in front as the handbook has it", async () => {
  await using machine = await Machine.installed();
  const certificate = "etc/letsencrypt/live/chat.example";
  await machine.type(`mkdir -p /${certificate}
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
      -subj /CN=chat.example -addext subjectAltName=DNS:chat.example \
      -keyout /${certificate}/privkey.pem -out /${certificate}/fullchain.pem`);
  machine.trust(`${certificate}/fullchain.pem`);
  await machine.start();
  const [take = ""] = recipe(page, "nginx", 1);
  const { out, err } = await machine.type(take);
  assertEquals(out, '{"status":"ready"}');
  assertMatch(err, /test is successful/);
  await passesAllOn(machine);
  assert(!/\[(crit|alert|emerg)\]/.test(await Deno.readTextFile(machine.path("run/nginx.log"))));
});

testWith(["caddy", "curl"], "Caddy stands in front as the handbook has it", async () => {
  await using machine = await Machine.installed();
  await machine.start();
  const [take = "", internal = ""] = recipe(page, "Caddy", 2);
  // Certificates of others it would ask for beyond this machine: that it is content is all to be seen.
  await machine.type(take.replace(/^systemctl.*$/m, ""));
  await machine.type(internal);
  const root = "var/lib/caddy/pki/authorities/local/root.crt";
  machine.trust(root);
  await pollUntil(
    async () => await status(machine, `${publicUrl}/readyz`).catch(() => "") === "200",
    "a certificate",
  );
  await passesAllOn(machine);
});
