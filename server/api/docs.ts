/**
 * What the API says of itself: `/openapi.json`, `/docs`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { docsPage, docsStyle } from "../../lib/docs/page.ts";
import { openApiDocument } from "../../lib/docs/openapi.ts";
import type { Answer, Services } from "./call.ts";
import type { Conditional } from "./conditions.ts";
import {
  compressedOnDemand,
  staticAnswer,
  type StaticContent,
  type StaticOptions,
} from "./static_content.ts";

/** Nothing but the page's own style: no script, no other address, no frame around it. */
const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(docsStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Another version, or other settings, may answer at the same address tomorrow. */
const documentOptions: StaticOptions = { caching: "revalidated" };
const pageOptions: StaticOptions = {
  ...documentOptions,
  headers: [["Content-Security-Policy", pagePolicy]],
};

type Handler = (call: { readonly request: Conditional }) => Answer<never>;

export function docsHandlers(
  { version, settings }: Pick<Services, "version" | "settings">,
): Readonly<Record<"openapi" | "docs", Handler>> {
  const { policy, fileBytesMax } = settings;
  const document = once(() =>
    textContent("application/json", JSON.stringify(openApiDocument({ version })))
  );
  const page = once(() =>
    textContent("text/html; charset=utf-8", docsPage({ version, policy, fileBytesMax }))
  );
  return {
    openapi: ({ request }) => staticAnswer(document(), request, documentOptions),
    docs: ({ request }) => staticAnswer(page(), request, pageOptions),
  };
}

/** Makes a content for the first who asks, and keeps it: a server should not start later for it. */
function once(make: () => StaticContent): () => StaticContent {
  let made: StaticContent | undefined;
  return () => made ??= make();
}

function textContent(type: string, text: string): StaticContent {
  return compressedOnDemand({ type, identity: new TextEncoder().encode(text) });
}
