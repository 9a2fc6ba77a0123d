/**
 * The page for browsers: `/`, `/join` and `/assets/{name}`.
 *
 * It is handed in by what reads it, and only what it consists of can be asked for: no path of a
 * request ever leads to a file.
 *
 * @module
 */
import { markup } from "../../lib/text/html.ts";
import type { HeaderList } from "../http/mod.ts";
import type { Answer, Handlers, Services } from "./call.ts";
import type { Conditional } from "./conditions.ts";
import { Failure } from "./failure.ts";
import { preferred } from "./media_type.ts";
import { staticAnswer, type StaticContent, type StaticOptions } from "./static_content.ts";

/** All that a browser loads. */
export interface PageContents {
  readonly html: StaticContent;
  /** By their names, which hold their hashes: what is called the same is the same for ever. */
  readonly assets: ReadonlyMap<string, StaticContent>;
}

/** Nothing but what is asked for, by nobody else, and without a trace of where the user was. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  // Those that were sent, which are fetched with a token and then shown from memory.
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** What the page has no use for, so that nothing that gets into it has. */
const permissionsPolicy = [
  "camera",
  "display-capture",
  "geolocation",
  "microphone",
  "payment",
  "usb",
].map((feature) => `${feature}=()`).join(", ");

/** What the page and that which stands in for it have in common. */
const isolation: HeaderList = [
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Permissions-Policy", permissionsPolicy],
];

const pageOptions: StaticOptions = {
  caching: "revalidated",
  headers: [["Content-Security-Policy", pagePolicy], ...isolation],
};
const assetOptions: StaticOptions = { caching: "immutable" };

export function pageHandlers(
  { page }: Pick<Services, "page">,
): Pick<Handlers, "page" | "joinPage" | "asset"> {
  const answer = ({ request }: { readonly request: Conditional }): Answer<never> =>
    page === undefined ? unbuilt(request) : staticAnswer(page.html, request, pageOptions);
  return {
    page: answer,
    // Its code is behind a `#`, which browsers keep to themselves.
    joinPage: answer,
    asset({ request, path: { name } }) {
      const content = page?.assets.get(name);
      if (content === undefined) {
        throw new Failure("not_found", "There is nothing at this path.");
      }
      return staticAnswer(content, request, assetOptions);
    },
  };
}

// Without a build.

/** What makes one, where the server runs from its source. */
export const buildCommand = "deno task page";

const unbuiltForms = [
  {
    mediaType: "text/plain; charset=utf-8",
    text: `There is no page yet: run \`${buildCommand}\`, then start the server again. ` +
      "All else is there: see /docs.\n",
  },
  {
    mediaType: "text/html; charset=utf-8",
    text: markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>chat</title>
</head>
<body>
<h1>There is no page yet</h1>
<p>Whoever runs this server can build it: run <code>${buildCommand}</code>, then start the server again.</p>
<p>All else is there: <a href="/docs">the HTTP API</a>.</p>
</body>
</html>
`.toString(),
  },
] as const;

const unbuiltHeaders: HeaderList = [
  ["Cache-Control", "no-store"],
  ["X-Content-Type-Options", "nosniff"],
  [
    "Content-Security-Policy",
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ],
  ...isolation,
];

/** Tells people what to do: browsers by a page, who says nothing of HTML by a line. */
function unbuilt({ headers }: Conditional): Answer<never> {
  const form = preferred(headers.get("accept"), unbuiltForms) ?? unbuiltForms[0];
  return {
    status: 503,
    headers: unbuiltHeaders,
    content: { type: form.mediaType, bytes: form.text },
  };
}
