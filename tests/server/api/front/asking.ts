/**
 * Requests as the front sees them, for its tests.
 *
 * @module
 */
import { FieldLines, type Request } from "../../../../server/http/mod.ts";
import { FakeBody } from "../bodies.ts";

/** A request; what is not said is as in most tests. */
export interface Asking {
  readonly method?: string;
  readonly from?: string;
  readonly secure?: boolean;
  readonly scheme?: "http" | "https";
  /** `null` for none. */
  readonly authority?: string | null;
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

export function asking(
  { method = "GET", from = "192.0.2.1", secure = false, scheme, authority, headers = [] }: Asking,
): Request {
  return {
    method,
    path: "/status",
    query: "",
    headers: FieldLines.from(headers),
    peer: { address: from, secure },
    scheme,
    authority: authority === null ? undefined : authority ?? "chat.example",
    body: new FakeBody(new Uint8Array()),
    onGone: () => () => {},
  };
}
