/**
 * A page by keys alone, and the dialogs that they open.
 *
 * @module
 */
import { assert } from "@std/assert";
import type { ElementHandle } from "puppeteer-core";
import type { Visitor } from "./visitor.ts";

/** So many steps lead around the whole page, and more. */
const stepsMax = 100;

/** A dialog, what it is called, and how it is come to. */
export interface DialogPath {
  readonly title: string;
  /** The button that opens it, or that of a message by its text. */
  readonly opener: string | RegExp | { readonly message: string };
  /** What to choose of the menu of the message. */
  readonly item?: string;
  /** What must be written before. */
  readonly written?: string;
}

/** Those of the common chat, where someone has talked. */
export const dialogs: readonly DialogPath[] = [
  { title: "People", opener: "People" },
  { title: "You", opener: /^alice Profile/ },
  { title: "New room", opener: /^New/ },
  { title: "Enter a room", opener: /^Join/ },
  { title: "To be sent later", opener: "Scheduled" },
  { title: "Your devices", opener: "Devices" },
  { title: "Send later", opener: "Later…", written: "for later" },
  { title: "Comments", opener: /^1 comment/ },
  { title: "Report bob", opener: { message: "and that is all" }, item: "Report…" },
  { title: "Delete this message?", opener: { message: "my own" }, item: "Delete…" },
];

/** Opens a dialog by Enter; gives what had the focus before. */
export async function openByKeys(
  visitor: Visitor,
  { title, opener, item, written }: DialogPath,
): Promise<string> {
  if (written !== undefined) {
    await visitor.turnTo("textbox", /^Message /);
    await visitor.fill(/^Message /, written);
  }
  const name = typeof opener === "object" && "message" in opener
    ? `What to do with message ${await visitor.reads(opener.message)}`
    : opener;
  await visitor.turnTo("button", name);
  await (await visitor.find("button", name)).focus();
  const before = await focused(visitor);
  await visitor.page.keyboard.press("Enter");
  if (item !== undefined) {
    while (await focused(visitor) !== `menuitem ${item}`) {
      await visitor.page.keyboard.press("ArrowDown");
    }
    await visitor.page.keyboard.press("Enter");
  }
  await visitor.find("dialog", title);
  return before;
}

/** Goes on by Tab until something has the focus, which can be seen all the way. */
export async function tabTo(
  visitor: Visitor,
  role: Parameters<Visitor["find"]>[0],
  name: string | RegExp,
): Promise<ElementHandle> {
  const wanted = await visitor.find(role, name);
  for (let step = 0; step < stepsMax; step++) {
    if (await wanted.evaluate(hasFocus)) return wanted;
    await visitor.page.keyboard.press("Tab");
    await seesFocus(visitor);
  }
  throw new Error(`Tab does not lead to the ${role} ${name}`);
}

/** That it can be seen what has the focus. */
export async function seesFocus(visitor: Visitor): Promise<void> {
  assert(await visitor.page.evaluate(isFocusSeen), `the focus of ${await focused(visitor)}`);
}

/** What has the focus, as assistive technology tells it. */
export async function focused({ page }: Visitor): Promise<string> {
  const { nodes } = await (await page.createCDPSession()).send("Accessibility.getFullAXTree");
  const node = nodes.findLast(({ properties = [] }) =>
    properties.some(({ name, value }) => name === "focused" && value.value === true)
  );
  return `${node?.role?.value} ${node?.name?.value}`;
}

function hasFocus(element: unknown): boolean {
  const { ownerDocument } = element as {
    readonly ownerDocument: { readonly activeElement: unknown };
  };
  return ownerDocument.activeElement === element;
}

const isFocusSeen = `(() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
  return document.activeElement === document.body ||
    (outlineStyle !== "none" && parseFloat(outlineWidth) > 0);
})()`;
