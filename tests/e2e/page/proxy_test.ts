/**
 * The page behind nginx, as docs/http.md says how, and by TLS.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import type { Browser } from "puppeteer-core";
import { browserPath, openBrowser } from "../../support/browser.ts";
import { CertificateAuthority } from "../../support/certificates.ts";
import { Nginx } from "../../support/nginx.ts";
import { builtPage } from "../../support/page.ts";
import { testWith } from "../../support/tools.ts";
import { Company } from "../terminal/company.ts";
import { Visitor } from "./visitor.ts";

atBrowser(["nginx"], "the page works behind nginx, by its stream", async (browser) => {
  await using company = await Company.gather(["--trusted-proxy", "loopback"]);
  const { folder } = company.workspace;
  const location = [
    "proxy_http_version 1.1",
    'proxy_set_header Connection ""',
    "proxy_set_header Host $http_host",
    "proxy_set_header X-Forwarded-For $remote_addr",
    "proxy_set_header X-Forwarded-Proto $scheme",
    'proxy_set_header Forwarded ""',
    'proxy_set_header X-Forwarded-Host ""',
  ];
  const upstream = new URL(company.url).host;
  await using proxy = await Nginx.start({ folder, upstream, location, pool: ["keepalive 8"] });
  const alice = await Visitor.join(await browser.createBrowserContext(), proxy.url, {
    name: "alice",
  });
  await alice.misses("Connecting…");
  const bob = await company.guest("bob");
  for (const text of ["through nginx", "and again"]) {
    await bob.say(text);
    await alice.sees(text);
  }
  await alice.say("and back");
  await alice.misses("Being sent…");
  assertEquals(await bob.texts(), ["through nginx", "and again", "and back"]);
  const text = await alice.text();
  assert(!text.includes("holds the live stream back"), text);

  // The server is started anew behind it, which nginx tells by an answer of its own.
  await company.killServer();
  await alice.sees("No connection");
  await alice.say("while it is away");
  await company.serveAgain();
  await alice.misses(/No connection|Will be sent|Being sent/);
  assertEquals((await bob.texts()).at(-1), "while it is away");
  alice.wasFine();
});

atBrowser(
  ["openssl"],
  "the page works by TLS, where the browser trusts it more",
  async (browser) => {
    await using authority = await CertificateAuthority.create();
    const { cert, key } = await authority.issue();
    const folder = await Deno.makeTempDir({ prefix: "chat-test-" });
    const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
    try {
      await Deno.writeTextFile(files.cert, cert);
      await Deno.writeTextFile(files.key, key);
      await using company = await Company.gather([
        "--tls-cert",
        files.cert,
        "--tls-key",
        files.key,
      ]);
      const context = await browser.createBrowserContext();
      const alice = await Visitor.join(context, company.url, { name: "alice" });
      assertEquals(await alice.page.evaluate("[isSecureContext, location.protocol]"), [
        true,
        "https:",
      ]);
      await alice.say("by TLS");
      await alice.misses(/Being sent/);
      const other = await Visitor.at(context, company.url);
      await other.reads("by TLS");
      for (const each of [alice, other]) each.wasFine();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** A test with a browser that takes any certificate, and with programs that others wrote. */
function atBrowser(
  tools: readonly string[],
  title: string,
  test: (browser: Browser) => Promise<void>,
): void {
  const needed = browserPath === undefined ? [...tools, "chromium"] : tools;
  testWith(needed, title, async () => {
    await builtPage();
    await using browser = await openBrowser({ trusting: true });
    await test(browser);
  });
}
