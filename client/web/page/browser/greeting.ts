/**
 * What the server says to who comes: asked by what is loaded first, taken by the page.
 *
 * @module
 */
import { parseJson } from "../../../../lib/text/json.ts";
import { isRecord } from "../../../connection/forms.ts";

/** A request that is on its way, and whose it is. */
interface Greeting {
  readonly authorization: string;
  readonly answer: Promise<Response>;
}

declare global {
  /** `false`: the page is there, and asks by itself. */
  var chatGreeting: Greeting | false | undefined;
}

/** Where it is asked for. */
const target = "/connect";

/**
 * Asks as who is signed in, unless nobody is, or the page was there before.
 *
 * @param account As the browser keeps it, which may be spoilt: the page has words for that.
 */
export function askGreeting(account: string | null): void {
  if (globalThis.chatGreeting !== undefined) return;
  const kept = parseJson(account ?? "");
  const token = isRecord(kept) ? kept["token"] : undefined;
  if (typeof token !== "string") return;
  const authorization = `Bearer ${token}`;
  const answer = fetch(target, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json", authorization },
    body: "{}",
    redirect: "manual",
  });
  // The page tells what came of it, if it wants it.
  answer.catch(() => {});
  globalThis.chatGreeting = { authorization, answer };
}

/** Carries requests, the first of which may be under way already. */
export function earlyTransport(url: string, init: RequestInit): Promise<Response> {
  const greeting = globalThis.chatGreeting;
  globalThis.chatGreeting = false;
  const isIt = greeting && url === location.origin + target &&
    new Headers(init.headers).get("authorization") === greeting.authorization;
  return isIt ? greeting.answer : fetch(url, init);
}
