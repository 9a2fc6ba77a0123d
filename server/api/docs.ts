/**
 * What the API says of itself: `/openapi.json`, `/docs`.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { docsPage, docsStyle } from "../../lib/docs/page.ts";
import { openApiDocument } from "../../lib/docs/openapi.ts";
import type { HeaderList } from "../http/mod.ts";
import type { Answer, Services } from "./call.ts";

/** Nothing but the page's own style: no script, no other address, no frame around it. */
const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(docsStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const commonHeaders: HeaderList = [
  ["Cache-Control", "no-store"],
  ["X-Content-Type-Options", "nosniff"],
];

export function docsHandlers(
  { version, settings }: Pick<Services, "version" | "settings">,
): Readonly<Record<"openapi" | "docs", () => Answer<never>>> {
  const { policy, fileBytesMax } = settings;
  return {
    openapi: once(() => ({
      status: 200,
      headers: commonHeaders,
      content: bytesOf("application/json", JSON.stringify(openApiDocument({ version }))),
    })),
    docs: once(() => ({
      status: 200,
      headers: [...commonHeaders, ["Content-Security-Policy", pagePolicy]],
      content: bytesOf("text/html; charset=utf-8", docsPage({ version, policy, fileBytesMax })),
    })),
  };
}

/** Makes an answer for the first who asks, and keeps it: a server should not start later for it. */
function once(make: () => Answer<never>): () => Answer<never> {
  let made: Answer<never> | undefined;
  return () => made ??= make();
}

function bytesOf(type: string, text: string): NonNullable<Answer["content"]> {
  return { type, bytes: new TextEncoder().encode(text) };
}
