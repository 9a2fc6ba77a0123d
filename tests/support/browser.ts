/**
 * A real browser without a screen, driven by its debugging protocol.
 *
 * `CHROME_BIN` names its executable; otherwise it is looked for under the names that it usually has.
 *
 * @module
 */
import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { toolPath } from "./tools.ts";

const usualNames: readonly string[] = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
];

/** Where the browser is; `undefined` if this machine has none. */
export const browserPath: string | undefined = Deno.env.get("CHROME_BIN") ??
  usualNames.map(toolPath).find((path) => path !== undefined);

/** How a browser is to be. */
export interface BrowserOptions {
  /** Addresses of names that no one else has to know, as `"evil.example": "127.0.0.1"`. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Whether it takes any certificate for good. */
  readonly trusting?: boolean;
}

/** Opens one with a profile of its own, which is gone with it. */
export async function openBrowser(
  { hosts = {}, trusting = false }: BrowserOptions = {},
): Promise<Browser> {
  if (browserPath === undefined) throw new Error("There is no browser on this machine");
  return await puppeteer.launch({
    executablePath: browserPath,
    headless: true,
    acceptInsecureCerts: trusting,
    // Busy machines take their time.
    timeout: 120_000,
    args: [
      "--no-proxy-server",
      `--host-resolver-rules=${
        Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`).join(",")
      }`,
      // Small in containers, where the browser would fail for want of it.
      "--disable-dev-shm-usage",
      // Its sandbox does not let the superuser in.
      ...Deno.uid() === 0 ? ["--no-sandbox"] : [],
    ],
  });
}

/** A test with a browser, skipped where there is none, which its title then says. */
export function testInBrowser(
  title: string,
  test: (browser: Browser) => Promise<void>,
  options: BrowserOptions = {},
): void {
  const ignore = browserPath === undefined;
  const name = ignore ? `${title} (skipped: no browser here)` : title;
  Deno.test({ name, ignore }, async () => {
    await using browser = await openBrowser(options);
    await test(browser);
  });
}

/** A page and all that went wrong in it: exceptions, errors on its console, requests that failed. */
export interface WatchedPage {
  readonly page: Page;
  readonly faults: readonly string[];
}

/** Opens a page and keeps what goes wrong in it. */
export async function openPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage();
  return { page, faults: watchFaults(page) };
}

/** Keeps what goes wrong in a page; where the network is cut, requests may well fail. */
export function watchFaults(
  page: Page,
  { failedRequests = true }: { readonly failedRequests?: boolean } = {},
): readonly string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error}`));
  page.on("requestfailed", (request) => {
    if (!failedRequests) return;
    faults.push(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // Chromium tells of each request that failed or was refused.
    if (!failedRequests && message.text().startsWith("Failed to load resource")) return;
    faults.push(`console: ${message.text()} (${message.location().url})`);
  });
  return faults;
}
