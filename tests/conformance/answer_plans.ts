/**
 * What the server of the documents answers: the path of a request says what is done with it.
 *
 * @module
 */
import type { ProtocolError } from "../../server/http/protocol/events.ts";
import type { HeaderList } from "../../server/http/protocol/writers.ts";

/** How a request is answered. */
export interface Plan {
  /** Whether its body is read first, or left where it is. */
  readonly readsBody: boolean;
  /** Whether the answer is given some turns later, or at once. */
  readonly late?: true;
  /** Whether there is none, since the handler fails. */
  readonly fails?: true;
  answer(body: string): PlannedAnswer;
}

/** An answer, its body one character a byte. */
export interface PlannedAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body?: string;
  /** Instead of `body`: sent part by part. */
  readonly parts?: readonly string[];
}

const text = ["Content-Type", "text/plain"] as const;

function fixed(status: number, headers: HeaderList, body = ""): Plan {
  return { readsBody: true, answer: () => ({ status, headers, body }) };
}

const echo: Plan = {
  readsBody: true,
  answer: (body) => ({ status: 200, headers: [text], body }),
};

const plans: Readonly<Record<string, Plan>> = {
  "/hello": fixed(200, [text, ["ETag", '"1"']], "hello"),
  "/late": { ...echo, late: true },
  "/unread": { readsBody: false, answer: () => ({ status: 200, headers: [text], body: "unread" }) },
  "/refuse": { readsBody: false, answer: () => ({ status: 403, headers: [], body: "" }) },
  "/parts": {
    readsBody: true,
    answer: () => ({ status: 200, headers: [text], parts: ["one", "three"] }),
  },
  "/parts-of-8": {
    readsBody: true,
    answer: () => ({
      status: 200,
      headers: [text, ["Content-Length", "8"]],
      parts: ["one", "three"],
    }),
  },
  "/parts-204": { readsBody: true, answer: () => ({ status: 204, headers: [], parts: ["one"] }) },
  "/parts-205": { readsBody: true, answer: () => ({ status: 205, headers: [], parts: ["one"] }) },
  "/close": fixed(200, [["Connection", "close"]], "bye"),
  "/304-of-5": fixed(304, [["ETag", '"1"'], ["Content-Length", "5"]]),
  "/204-of-5": fixed(204, [["Content-Length", "5"]]),
  "/head-of-5": fixed(200, [text, ["Content-Length", "5"]]),
  "/dated": fixed(200, [["Date", "Sun, 06 Nov 1994 08:49:37 GMT"]], "old"),
  "/not-allowed": fixed(405, [["Allow", "GET, HEAD"]]),
  "/splitting": fixed(200, [["Location", "/\r\nSet-Cookie: a=b"]], "split"),
  "/fails": { ...echo, fails: true },
};

/** The plan for a request; `/status?205` is answered with that status, `/say?x` with that body. */
export function planOf(path: string, query: string): Plan {
  if (path === "/status") return fixed(Number(query), []);
  if (path === "/say") return fixed(200, [text], query);
  if (path === "/content") return fixed(Number(query), [], "content");
  return plans[path] ?? echo;
}

/** What is answered where the plan cannot be followed. */
export const failure: PlannedAnswer = { status: 500, headers: [text], body: "failed" };

/** What is answered to a request that breaks the protocol. */
export function refusal({ status, code }: ProtocolError): PlannedAnswer {
  return { status, headers: [text], body: code };
}
