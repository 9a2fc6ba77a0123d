/**
 * A server with its page, people who sit before browsers, and others who talk with them from elsewhere.
 *
 * @module
 */
import type { Browser } from "puppeteer-core";
import { testInBrowser } from "../../support/browser.ts";
import { builtPage } from "../../support/page.ts";
import { Company } from "../terminal/company.ts";
import { type Credentials, Visitor } from "./visitor.ts";

export class Visit implements AsyncDisposable {
  readonly browser: Browser;
  /** The server, those who are on terminals, and guests who ask by HTTP. */
  readonly company: Company;
  readonly #visitors: Visitor[] = [];

  constructor(browser: Browser, company: Company) {
    this.browser = browser;
    this.company = company;
  }

  get url(): string {
    return this.company.url;
  }

  /** Someone opens the page in a browser of their own, and takes a name. */
  async join(credentials: Credentials): Promise<Visitor> {
    const context = await this.browser.createBrowserContext();
    return this.#keep(await Visitor.join(context, this.url, credentials));
  }

  /** Someone opens an address in a browser of their own. */
  async open(path: string): Promise<Visitor> {
    const context = await this.browser.createBrowserContext();
    return this.#keep(await Visitor.at(context, new URL(path, this.url).href));
  }

  /** The same browser opens an address in another tab. */
  async openBeside(visitor: Visitor, path: string): Promise<Visitor> {
    const url = new URL(path, this.url).href;
    return this.#keep(await Visitor.at(visitor.page.browserContext(), url));
  }

  /** That nothing went wrong in any page. */
  wasFine(): void {
    for (const visitor of this.#visitors) visitor.wasFine();
  }

  #keep(visitor: Visitor): Visitor {
    this.#visitors.push(visitor);
    return visitor;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.company[Symbol.asyncDispose]();
  }
}

/** A test with a browser and a server, skipped where there is no browser. */
export function onThePage(
  title: string,
  test: (visit: Visit) => Promise<void>,
  { args = [] }: { readonly args?: readonly string[] } = {},
): void {
  testInBrowser(title, async (browser) => {
    await builtPage();
    await using visit = new Visit(browser, await Company.gather(args));
    await test(visit);
    visit.wasFine();
  });
}
