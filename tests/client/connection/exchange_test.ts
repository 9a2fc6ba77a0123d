import { checkedForms } from "../../../client/connection/checked_forms.ts";
import { readFault } from "../../../client/connection/network_faults.ts";
import { assert, assertEquals } from "@std/assert";
import { Exchange, type ExchangeSetup } from "../../../client/connection/exchange.ts";
import {
  ApiProblem,
  BadAnswer,
  isPassing,
  Unreachable,
} from "../../../client/connection/failures.ts";

/** What `fetch` of Deno says, and what becomes of it; the host's name must not matter. */
const connect = "error sending request for url (https://dns.tls/send): client error (Connect): ";
const send = "error sending request from 10.0.0.1:40000 for https://dns.tls/send " +
  "(10.0.0.2:443): client error (SendRequest): ";
const faults: readonly (readonly [says: string, why: string, arrived: "never" | "perhaps"])[] = [
  [
    `${connect}tcp connect error: Connection refused (os error 111)`,
    "nothing listens there",
    "never",
  ],
  [
    `${connect}dns error: failed to lookup address information: Name or service not known`,
    "there is no such host",
    "never",
  ],
  [
    `${connect}invalid peer certificate: UnknownIssuer`,
    "its certificate is not trusted",
    "never",
  ],
  [`${connect}invalid peer certificate: Expired`, "its certificate has expired", "never"],
  [
    `${connect}invalid peer certificate: certificate not valid for name "dns.tls"; certificate is ` +
    'only valid for DnsName("other.test")',
    "its certificate is for another name",
    "never",
  ],
  [
    `${connect}received corrupt message of type InvalidContentType`,
    "it does not speak TLS, perhaps plain HTTP",
    "never",
  ],
  [`${send}connection closed before message completed`, "the connection broke", "perhaps"],
  [
    `${send}peer closed connection without sending TLS close_notify`,
    "the connection broke",
    "perhaps",
  ],
  [
    "Fetch failed: Requests to port 6667 are blocked",
    "no program may use this port for HTTP",
    "never",
  ],
];

async function failureOf(
  answer: () => Response,
  reading: Pick<ExchangeSetup, "readFault"> = { readFault },
): Promise<unknown> {
  const exchange = new Exchange({
    forms: checkedForms,
    ...reading,
    origin: "https://dns.tls",
    // deno-lint-ignore require-await -- what it throws is to be a rejection.
    transport: async () => answer(),
  });
  const { signal } = new AbortController();
  try {
    return await exchange.open({ method: "GET", target: "/", headers: {}, signal });
  } catch (failure) {
    return failure;
  }
}

for (const [says, why, arrived] of faults) {
  Deno.test(`open() tells “${says.replace(/^.*\): /, "")}” in words`, async () => {
    const failure = await failureOf(() => {
      throw new TypeError("fetch failed", { cause: new Error(says) });
    });
    if (!(failure instanceof Unreachable)) throw failure;
    assertEquals([failure.why, failure.arrived], [why, arrived]);
  });
}

Deno.test("open() tells in a browser, which says no more, that the connection broke", async () => {
  const failure = await failureOf(() => {
    throw new TypeError("Failed to fetch");
  }, {});
  if (!(failure instanceof Unreachable)) throw failure;
  assertEquals([failure.why, failure.arrived], ["the connection broke", "perhaps"]);
});

/** What a browser gives for a redirection that it is not to follow. */
function opaqueRedirect(): Response {
  const response = Response.error();
  Object.defineProperty(response, "type", { value: "opaqueredirect" });
  return response;
}

Deno.test("open() knows that a redirection has not carried the request out", async () => {
  for (const answer of [opaqueRedirect(), new Response(null, { status: 307 })]) {
    const failure = await failureOf(() => answer);
    assert(failure instanceof BadAnswer && failure.arrived === "never");
  }
});

Deno.test("open() knows what is too large for a proxy, which tells it in no document of ours", async () => {
  const failure = await failureOf(() => new Response("<html>", { status: 413 }));
  assert(failure instanceof ApiProblem && failure.code === "too_large" && !isPassing(failure));
  assertEquals(
    failure.detail,
    "Something on the way, such as a proxy, does not take files this large.",
  );
});

const strangers: readonly (readonly [name: string, answer: () => Response, says: string])[] = [
  ["what is not HTTP", () => {
    throw new TypeError("fetch failed", { cause: new Error(`${send}invalid HTTP version parsed`) });
  }, "it is not HTTP, perhaps HTTPS"],
  [
    "a redirection",
    () => new Response(null, { status: 301, headers: { location: "https://chat.test/x?y" } }),
    "it sends us on to https://chat.test",
  ],
  [
    "a redirection to nowhere",
    () => new Response(null, { status: 302 }),
    "status 302 without a problem document",
  ],
  ["a redirection in a browser", opaqueRedirect, "it sends us elsewhere"],
  [
    "a page",
    () => new Response("<p>Not found", { status: 404, headers: { "content-type": "text/html" } }),
    "status 404 without a problem document",
  ],
];

for (const [name, answer, says] of strangers) {
  Deno.test(`open() takes ${name} for no answer of this API`, async () => {
    const failure = await failureOf(answer);
    if (!(failure instanceof BadAnswer)) throw failure;
    assertEquals(failure.message, `Cannot understand the answer of https://dns.tls: ${says}`);
  });
}

Deno.test("text() does not wait for a body that nobody wanted any more when it came", async () => {
  const exchange = new Exchange({
    forms: checkedForms,
    readFault,
    origin: "https://dns.tls",
    transport: () => Promise.reject(new TypeError()),
  });
  const reason = new Error("left");
  let cancelled = false;
  const body = new ReadableStream({ cancel: () => void (cancelled = true) });
  const failure = await exchange.text(new Response(body), AbortSignal.abort(reason))
    .catch((failure) => failure);
  assertEquals([failure === reason, cancelled], [true, true]);
});
