/**
 * nginx in front, as most servers are run: by HTTP/1.0 as it speaks by default, and by kept
 * connections; with streams, uploads, a crowd, and a server that is started anew behind it.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { Workspace } from "../../support/chat_process.ts";
import { curl } from "../../support/curl.ts";
import { Guest } from "../../support/guest.ts";
import { Nginx } from "../../support/nginx.ts";
import { testWith, within } from "../../support/tools.ts";
import { Wiretap } from "../../support/wiretap.ts";

const mebibyte = 1024 ** 2;

/** A way in which nginx speaks to the server. */
interface Manner {
  readonly name: string;
  readonly location?: readonly string[];
  readonly pool?: readonly string[];
}

const byDefault: Manner = { name: "HTTP/1.0, as by default" };
const kept = {
  name: "kept connections",
  location: [
    "proxy_http_version 1.1",
    'proxy_set_header Connection ""',
    // What it says otherwise is the name of the upstream, which is no host.
    "proxy_set_header Host $http_host",
  ],
  pool: ["keepalive 8"],
} satisfies Manner;
const manners: readonly Manner[] = [byDefault, kept];

function address(url: string): string {
  return new URL(url).host;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

for (const manner of manners) {
  testWith(["nginx"], `everyday requests go through nginx by ${manner.name}`, async () => {
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url } = await workspace.serve();
    await using tap = new Wiretap(url);
    await using proxy = await Nginx.start({ ...manner, folder, upstream: address(tap.url) });
    const alice = await Guest.arrive(proxy.url, "alice");
    const boris = await Guest.arrive(proxy.url, "Борис🍵", "секрет");
    const hello = await alice.say("hello");
    await boris.ask("POST /comment", { message: hello, text: "привет" });
    assertEquals(await alice.texts(), ["hello", "привет"]);
    await alice.refused("invalid", "POST /send", { text: "" });
    await alice.refused("not_found", "GET /messages/999999");
    assertEquals((await boris.try(`DELETE /messages/${hello}`)).status, 403);
    assertEquals((await alice.try(`DELETE /messages/${hello}`)).status, 204);
    const head = await alice.try("HEAD /docs");
    assertEquals([head.status, head.json], [200, undefined]);
    assert(Number(head.headers.get("content-length")) > 10_000);
    assertEquals((await alice.try("OPTIONS /send")).headers.get("allow"), "POST, OPTIONS");
    const file = await alice.try("POST /files?name=a.txt", {
      bytes: new TextEncoder().encode("0123456789"),
      headers: { "content-type": "text/plain" },
    });
    const part = await alice.try(`GET /files/${file.json.id}`, { headers: { range: "bytes=2-5" } });
    assertEquals([part.status, part.json], [206, "2345"]);
    assertEquals((await boris.try("POST /disconnect")).status, 204);

    const { overheard } = tap;
    const [, version, host] = /^POST \/connect HTTP\/(1\.[01])\r\nHost: (.*)\r\n/.exec(
      overheard[0]?.asked ?? "",
    ) ?? [];
    assertEquals(
      [version, host],
      manner === kept ? ["1.1", address(proxy.url)] : ["1.0", address(tap.url)],
    );
    assertEquals(tap.requests.length, 14);
    assertEquals(overheard.length, manner === kept ? 1 : 14);
  });

  testWith(["nginx"], `streams and polls go through nginx by ${manner.name}`, async () => {
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url } = await workspace.serve();
    await using proxy = await Nginx.start({ ...manner, folder, upstream: address(url) });
    const alice = await Guest.arrive(proxy.url, "alice");
    const bob = await Guest.arrive(proxy.url, "bob");
    const { cursor } = await bob.ask("POST /connect");
    {
      // nginx holds answers back to gather them, unless it is asked not to. Here it is asked.
      await using listening = await within(bob.listen(), "the stream");
      const first = await alice.say("first");
      assertEquals((await listening.next("message"))["id"], first);
      const second = await alice.say("second");
      assertEquals((await listening.next("message"))["id"], second);
    }
    // Whoever has left nginx has left the server.
    for (let online = 1, asked = 0; online > 0; asked++) {
      assert(asked < 1000, "still there");
      online = (await alice.ask("GET /users?online=true")).items.length;
    }
    await using again = await bob.listen(cursor);
    assertEquals(again.heard.filter(({ type }) => type === "message").length, 2);

    const { cursor: now } = await bob.ask("GET /events?wait=0");
    const poll = bob.ask(`GET /events?wait=60&after=${now}`);
    const third = await alice.say("third");
    assertEquals((await poll).events.map(({ id }: { id: number }) => id), [third]);
  });

  testWith(["nginx"], `200 at once go through nginx by ${manner.name}`, async () => {
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url } = await workspace.serve({ args: ["--limit", "0"] });
    await using proxy = await Nginx.start({ ...manner, folder, upstream: address(url) });
    const alice = await Guest.arrive(proxy.url, "alice");
    const sent = await Promise.all(Array.from({ length: 200 }, (_, at) => alice.say(`text ${at}`)));
    assertEquals(new Set(sent).size, 200);
    const texts = await alice.texts("limit=200");
    assertEquals(new Set(texts).size, 200);
    assert(!/\[(warn|error|alert|crit|emerg)\]/.test(proxy.log.text), proxy.log.text);
  });
}

for (const buffering of ["on", "off"]) {
  const location = [...kept.location, `proxy_request_buffering ${buffering}`];
  testWith(
    ["nginx"],
    `uploads go through nginx with proxy_request_buffering ${buffering}`,
    async () => {
      await using workspace = new Workspace();
      const { folder } = workspace;
      const { url } = await workspace.serve();
      const upstream = address(url);
      await using proxy = await Nginx.start({ ...kept, location, folder, upstream });
      const alice = await Guest.arrive(proxy.url, "alice");
      const bytes = new Uint8Array(5 * mebibyte).map((_, at) => at % 253);
      const whole = await alice.try("POST /files?name=a", { bytes });
      assertEquals([whole.status, whole.json.sha256], [201, await sha256(bytes)]);

      const parts = await fetch(`${proxy.url}/files?name=b`, {
        method: "POST",
        headers: { authorization: `Bearer ${alice.token}` },
        body: new Blob([bytes]).stream(),
      });
      assertEquals([parts.status, (await parts.json()).sha256], [201, await sha256(bytes)]);

      const back = await fetch(`${proxy.url}/files/${whole.json.id}`, {
        headers: { authorization: `Bearer ${alice.token}` },
      });
      assertEquals(await sha256(await back.bytes()), await sha256(bytes));
    },
  );

  testWith(
    ["nginx"],
    `a refusal reaches who uploads through nginx with proxy_request_buffering ${buffering}`,
    async () => {
      await using workspace = new Workspace();
      const { folder } = workspace;
      const { url } = await workspace.serve();
      const upstream = address(url);
      await using proxy = await Nginx.start({ ...kept, location, folder, upstream });
      const alice = await Guest.arrive(proxy.url, "alice");
      // nginx goes on sending, and answers 502 by itself if it cannot.
      for (const size of [5 * mebibyte + 1, 6 * mebibyte, 16 * mebibyte]) {
        const over = await alice.try("POST /files?name=a", { bytes: new Uint8Array(size) });
        assertEquals([over.status, over.json?.code], [413, "too_large"], `${size} bytes`);
      }
    },
  );
}

for (const signal of ["SIGTERM", "SIGKILL"] as const) {
  testWith(["nginx"], `a server that ends by ${signal} is found again by nginx`, async () => {
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url, process } = await workspace.serve();
    await using proxy = await Nginx.start({ ...kept, folder, upstream: address(url) });
    const alice = await Guest.arrive(proxy.url, "alice");
    await alice.say("before");
    const listening = await alice.listen();
    await process.kill(signal);
    if (signal === "SIGTERM") {
      await within(listening.next("bye"), "the goodbye");
    } else {
      await listening.next("bye").then(() => assert(false), (failure) => assert(failure));
    }
    await listening[Symbol.asyncDispose]();
    assertEquals((await alice.try("GET /messages")).status, 502);
    await workspace.serve({ port: Number(new URL(url).port) });
    // More than the connections that it keeps, so that none of the old ones is left.
    await Promise.all(Array.from({ length: 19 }, (_, at) => alice.say(`after ${at}`)));
    assertEquals((await alice.texts()).length, 20);
  });
}

testWith(["nginx"], "nginx reaches the server by a Unix socket", async () => {
  await using workspace = new Workspace();
  const { folder } = workspace;
  const upstream = `unix:${workspace.path("chat.sock")}`;
  const words = ["serve", "--listen", upstream, "--db", workspace.path("chat.db")];
  const server = workspace.start([...words, "--limit", "0", "--log-format", "json"]);
  await server.err.find(/chat is listening/);
  for (const manner of manners) {
    await using proxy = await Nginx.start({ ...manner, folder, upstream });
    const alice = await Guest.arrive(proxy.url, `alice${manner.location?.length ?? 0}`);
    await using listening = await alice.listen();
    const sent = await Promise.all(Array.from({ length: 50 }, (_, at) => alice.say(`text ${at}`)));
    const heard: number[] = [];
    for (const _ of sent) heard.push((await listening.next("message"))["id"]);
    assertEquals(heard, sent.toSorted((a, b) => a - b), manner.name);
    const bytes = new Uint8Array(mebibyte).fill(7);
    const file = await alice.try("POST /files?name=a", { bytes });
    assertEquals([file.status, file.json.sha256], [201, await sha256(bytes)]);
  }
});

testWith(["nginx"], "a name that nginx makes up is refused until it is allowed", async () => {
  const location = kept.location.filter((text) => !text.includes(" Host "));
  for (const [args, status] of [[[], 421], [["--allowed-host", "chat"], 200]] as const) {
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url } = await workspace.serve({ args });
    const setup = { ...kept, location, folder, upstream: address(url) };
    await using proxy = await Nginx.start(setup);
    const answer = await fetch(`${proxy.url}/healthz`);
    await answer.body?.cancel();
    assertEquals(answer.status, status);
  }
});

const forwarding = [
  ...kept.location,
  "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for",
  "proxy_set_header X-Forwarded-Proto https",
  "proxy_set_header X-Forwarded-Host $http_host",
];

for (const trusted of [false, true]) {
  const title = trusted
    ? "who comes by a trusted nginx is known by its address, whatever it says itself"
    : "who comes by an nginx that is not trusted is known by the address of nginx";
  testWith(["nginx", "curl"], title, async () => {
    await using workspace = new Workspace();
    const { folder } = workspace;
    const { url, process } = await workspace.serve({
      args: trusted ? ["--trusted-proxy", "127.0.0.1"] : [],
    });
    const setup = { ...kept, location: forwarding, folder, upstream: address(url) };
    await using proxy = await Nginx.start(setup);
    // All of 127.0.0.0/8 is this machine, so it can come from another address than nginx does.
    const made = "X-Forwarded-For: 203.0.113.9, 127.0.0.1";
    await curl("--interface", "127.0.0.2", "-H", made, `${proxy.url}/messages`);
    const line = await process.err.find(/\{[^\n]*"route":"\/messages"[^\n]*\}/);
    assertEquals(JSON.parse(line[0]).address, trusted ? "127.0.0.2" : "127.0.0.1");

    const alice = await Guest.arrive(proxy.url, "alice");
    const { id } = await alice.ask("POST /rooms", { name: "garden" });
    const link = await alice.ask(`POST /rooms/${id}/links`, {});
    const scheme = trusted ? "https" : "http";
    assertEquals(new URL(link.url).origin, `${scheme}://${address(proxy.url)}`);
  });
}
