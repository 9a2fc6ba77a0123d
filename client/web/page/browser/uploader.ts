/**
 * The door to uploading: browsers tell of XMLHttpRequest alone how far it has come.
 *
 * @module
 */
import { systemClock } from "../../../../lib/clock.ts";
import { systemRandom } from "../../../../lib/random.ts";
import type { TellingTransport } from "../../../connection/api_client.ts";
import { Uploads } from "../files/uploads.ts";
import type { Tab } from "../tab.ts";

const uploadsByTab = new WeakMap<Tab, Uploads>();

/** What the user of a tab uploads. */
export function uploadsOf(tab: Tab): Uploads {
  const known = uploadsByTab.get(tab);
  if (known !== undefined) return known;
  const uploads = new Uploads({
    api: tab.api,
    send: sendByXhr,
    clock: systemClock,
    random: systemRandom,
    settings: () => tab.state.value.settings,
    broke: reportError,
  });
  uploadsByTab.set(tab, uploads);
  tab.heed((event) => event.type === "user.renamed" && uploads.rename(event));
  return uploads;
}

/** Sends a request as `fetch` does, and fails as it does. */
const sendByXhr: TellingTransport = (url, { method = "GET", headers, body, signal }, sent) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
    request.responseType = "blob";
    request.upload.onprogress = ({ loaded }) => sent(loaded);
    request.onload = () => {
      const told = new Headers();
      for (const name of ["content-type", "retry-after"]) {
        const value = request.getResponseHeader(name);
        if (value !== null) told.set(name, value);
      }
      resolve(new Response(request.response, { status: request.status, headers: told }));
    };
    request.onerror = () => reject(new TypeError("Failed to fetch"));
    request.onabort = () => reject(signal?.reason);
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    // A stream is what it can't send, and is never given.
    request.send(body as Exclude<typeof body, ReadableStream>);
  });
