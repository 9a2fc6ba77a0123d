/**
 * Someone who sits before a browser, finds things by what they are called, and reads what is there.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import type { BrowserContext, ElementHandle, Page, SerializedAXNode } from "puppeteer-core";
import { watchFaults } from "../../support/browser.ts";

/** How long something may take until it is there: far more than it ever does, on a busy machine. */
const patienceMs = 30_000;

/** What a thing is, as assistive technology tells it. */
type Role =
  | "button"
  | "textbox"
  | "link"
  | "dialog"
  | "menuitem"
  | "combobox"
  | "searchbox"
  | "spinbutton"
  | "DisclosureTriangle"
  | "heading";

/** A name, and the password by which it is entered elsewhere. */
export interface Credentials {
  readonly name: string;
  readonly password?: string;
}

export class Visitor {
  readonly page: Page;
  /** Exceptions, errors on the console, and what the CSP forbade. */
  readonly faults: readonly string[];
  /** What the page asked for, as `GET http://…`. */
  readonly requests: string[] = [];
  readonly #dialogs: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    this.faults = watchFaults(page, { failedRequests: false });
    page.on("request", (request) => {
      // Chromium draws its own fields with such pictures.
      if (request.url().startsWith("data:")) return;
      // In the place of a page that can't be had, the browser shows one of its own.
      if (request.frame()?.url().startsWith("chrome-error:")) return;
      // What stands behind # goes to no server.
      this.requests.push(`${request.method()} ${request.url().replace(/#.*/, "")}`);
    });
    page.on("dialog", (dialog) => {
      this.#dialogs.push(dialog.message());
      dialog.dismiss().catch((failure) => this.#dialogs.push(String(failure)));
    });
    page.setDefaultTimeout(patienceMs);
  }

  /** Opens an address in a new tab. */
  static async at(context: BrowserContext, url: string): Promise<Visitor> {
    const visitor = new Visitor(await context.newPage());
    await visitor.page.evaluateOnNewDocument(tellOfViolations);
    await visitor.page.goto(url);
    return visitor;
  }

  /** Opens an address in a new tab, and takes a name there. */
  static async join(
    context: BrowserContext,
    url: string,
    { name, password }: Credentials,
  ): Promise<Visitor> {
    const visitor = await Visitor.at(context, url);
    await visitor.fill("Your name", name);
    if (password !== undefined) await visitor.fill(/^Password/, password);
    await visitor.press("Join");
    await visitor.isIn(/^Message /);
    return visitor;
  }

  /** Waits until one can write to a place. */
  async isIn(place: string | RegExp): Promise<void> {
    const label = typeof place === "string" ? `Message ${place}` : place;
    await this.find("textbox", label);
  }

  /** What is found by its role and name, as Chromium tells them to assistive technology. */
  async find(role: Role, name: string | RegExp): Promise<ElementHandle> {
    let found: ElementHandle | null | undefined;
    await this.#comes(`the ${role} ${name}`, async () => {
      const root = await this.page.accessibility.snapshot();
      const node = root === null ? undefined : nodeIn(root, role, name);
      found = await node?.elementHandle() as ElementHandle | null | undefined;
      return found !== null && found !== undefined;
    });
    if (found === null || found === undefined) throw new Error(`There is no ${role} ${name}`);
    return found;
  }

  async press(name: string | RegExp, role: Role = "button"): Promise<void> {
    const element = await this.find(role, name);
    await element.evaluate((found) => (found as unknown as { click(): void }).click());
  }

  /** Puts a text into a field, in place of what is there. */
  async fill(name: string | RegExp, text: string, role: Role = "textbox"): Promise<void> {
    // Of the tabs of a browser, the one in front has the keys.
    await this.page.bringToFront();
    const field = await this.find(role, name);
    await field.evaluate((found) => (found as unknown as { select(): void }).select());
    await field.focus();
    await this.page.keyboard.press("Backspace");
    await this.page.keyboard.sendCharacter(text);
  }

  /** Unfolds what stands behind a word. */
  async unfold(name: string | RegExp): Promise<void> {
    await this.press(name, "DisclosureTriangle");
  }

  /** What stands in a field. */
  async valueOf(name: string | RegExp): Promise<string> {
    const field = await this.find("textbox", name);
    return await field.evaluate((found) => (found as unknown as { value: string }).value);
  }

  /** Writes a message where one is, and sends it by a key. */
  async say(text: string): Promise<void> {
    await this.fill(/^Message /, text);
    await this.page.keyboard.press("Enter");
  }

  /** Waits until the log has a message that says `text`; gives its id. */
  async reads(text: string): Promise<number> {
    let id: number | undefined;
    await this.#comes(`the message ${text}`, async () => {
      id = (await this.messages()).find((message) => message.text.includes(text))?.id;
      return id !== undefined;
    });
    return id ?? 0;
  }

  /** Waits until the log has no message that says `text`. */
  async readsNoMore(text: string): Promise<void> {
    await this.#comes(
      `no message ${text}`,
      async () => !(await this.messages()).some((message) => message.text.includes(text)),
    );
  }

  /** Does something with a message by its menu. */
  async choose(item: string, text: string): Promise<void> {
    await this.press(`What to do with message ${await this.reads(text)}`);
    await this.press(item, "menuitem");
  }

  /** Writes a message and sends it, also where the tab is not in front. */
  async sayUnseen(text: string): Promise<void> {
    const field = await this.find("textbox", /^Message /);
    await field.evaluate(async (found, text) => {
      const area = found as unknown as EventTarget & {
        value: string;
        readonly form: { requestSubmit(): void };
      };
      area.value = text;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      // What is drawn follows what is written.
      await new Promise((drawn) => setTimeout(drawn));
      area.form.requestSubmit();
    }, text);
  }

  /** Goes to a chat of the list. */
  async goTo(chat: string | RegExp): Promise<void> {
    await this.press(
      typeof chat === "string" ? new RegExp(`^${RegExp.escape(chat)}`) : chat,
      "link",
    );
  }

  /** Shows the list of chats or the chat, where there is no room for both, for what is in it. */
  async turnTo(role: Role, name: string | RegExp): Promise<void> {
    const root = await this.page.accessibility.snapshot();
    if (root !== null && nodeIn(root, role, name) !== undefined) return;
    const turn = /^(Chats|Back to the chat)/;
    if (root !== null && nodeIn(root, "button", turn) !== undefined) await this.press(turn);
  }

  /** Waits until nothing of a role is there. */
  async gone(role: Role): Promise<void> {
    await this.#comes(`no ${role}`, async () => {
      const root = await this.page.accessibility.snapshot();
      return root === null || nodeIn(root, role, /^/) === undefined;
    });
  }

  /** Goes to another tab, so that this one is not looked at. */
  async lookAway(): Promise<void> {
    await this.page.browserContext().newPage();
    await this.#comes("that it is hidden", async () => !await this.#isLookedAt());
  }

  async lookHere(): Promise<void> {
    await this.page.bringToFront();
    await this.#comes("that it is looked at", async () => await this.#isLookedAt());
  }

  async #isLookedAt(): Promise<boolean> {
    return await this.page.evaluate("document.hasFocus()") as boolean;
  }

  /** What stands on the page, as it is read. */
  async text(): Promise<string> {
    return await this.page.evaluate("document.body.innerText") as string;
  }

  /** Waits until a text stands on the page. */
  async sees(wanted: string | RegExp): Promise<void> {
    await this.comes(`${wanted}`, (text) => has(text, wanted));
  }

  /** Waits until a text stands on the page no more. */
  async misses(unwanted: string | RegExp): Promise<void> {
    await this.comes(`no ${unwanted}`, (text) => !has(text, unwanted));
  }

  /** Waits until what stands on the page is as wanted. */
  async comes(what: string, isSo: (text: string) => boolean | Promise<boolean>): Promise<void> {
    await this.#comes(what, async () => await isSo(await this.text()));
  }

  async #comes(what: string, isSo: () => Promise<boolean>): Promise<void> {
    const endMs = performance.now() + patienceMs;
    while (!await isSo()) {
      if (performance.now() > endMs) {
        const faults = this.faults.join("\n");
        throw new Error(`${what} did not come; there is:\n${await this.text()}\n${faults}`);
      }
      // Hidden tabs draw nothing: there, a message to oneself comes after what is waiting.
      await this.page.evaluate(nextTurn);
    }
  }

  /** The messages of the log that is shown: of each its id, its author and its text. */
  async messages(): Promise<readonly { readonly id: number; readonly text: string }[]> {
    return await this.page.$$eval(
      "[role=log] article",
      (articles) =>
        articles.map((article) => {
          const { dataset, innerText } = article as unknown as {
            readonly dataset: { readonly id?: string };
            readonly innerText: string;
          };
          return { id: Number(dataset.id), text: innerText };
        }),
    );
  }

  /** The texts of the messages of the log that is shown. */
  async texts(): Promise<readonly string[]> {
    return await this.page.$$eval(
      "[role=log] article .text",
      (texts) => texts.map((text) => (text as unknown as { readonly innerText: string }).innerText),
    );
  }

  /** That nothing went wrong in the page, and that it asked nobody but its server for anything. */
  wasFine(): void {
    const { origin } = new URL(this.page.url());
    const elsewhere = this.requests.filter((request) =>
      new URL(request.replace(/^\w+ /, "")).origin !== origin
    );
    assertEquals([...this.faults, ...this.#dialogs, ...elsewhere], []);
  }
}

const tellOfViolations = `addEventListener("securitypolicyviolation", (violation) =>
  console.error("CSP:", violation.violatedDirective, violation.blockedURI, violation.sample))`;

/** Lets the page do what it has to do, drawing included. */
const nextTurn = "new Promise((done) => setTimeout(done, 20))";

function nodeIn(
  node: SerializedAXNode,
  role: Role,
  name: string | RegExp,
): SerializedAXNode | undefined {
  const isCalled = typeof name === "string" ? node.name === name : name.test(node.name ?? "");
  if (node.role === role && isCalled) return node;
  for (const child of node.children ?? []) {
    const found = nodeIn(child, role, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function has(text: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
}
