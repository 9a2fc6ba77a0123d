/**
 * What is said of the public address, and of the stream of events behind it.
 *
 * @module
 */
import { assertEquals, assertMatch } from "@std/assert";
import { problem, type ProblemCode } from "../../../lib/api/problems.ts";
import { version } from "../../../lib/version.ts";
import { type Answer, answerMs, NoAnswer } from "../../../server/doctor/ask.ts";
import { lifeLeftLowMs } from "../../../server/doctor/certificate.ts";
import { judgeStream } from "../../../server/doctor/stream.ts";
import {
  judgeWayIn,
  originOf,
  type Outcome,
  placeAt,
  silence,
  type WayIn,
} from "../../../server/doctor/url.ts";

const url = "https://chat.example";
const nowMs = Date.UTC(2026, 10, 20);

function answer(status: number, text = "", more: Partial<Answer> = {}): Answer {
  return { status, headers: {}, text, isWhole: true, tookMs: 5, ...more };
}

function refusal(code: ProblemCode, detail = "So."): Answer {
  const body = problem(code, detail);
  const headers = { "content-type": "application/problem+json" };
  return answer(body.status, JSON.stringify(body), { headers });
}

const sound: WayIn = {
  url,
  health: answer(200, '{"status":"ok"}'),
  ready: answer(200, '{"status":"ready"}'),
  document: answer(200, JSON.stringify({ info: { version } })),
  events: refusal("unauthorized"),
  page: refusal("unauthorized"),
};

function told(way: Partial<WayIn>): string[] {
  return judgeWayIn({ ...sound, ...way }, nowMs).map(({ verdict, found }) =>
    `${verdict}: ${found}`
  );
}

/** What is said, and advised, of an address whose first answer is this. */
function first(health: Outcome): string {
  const [{ verdict, found, advice } = { verdict: "ok", found: "" }] = judgeWayIn(
    { url, health },
    nowMs,
  );
  return `${verdict}: ${found} -> ${advice}`;
}

Deno.test("a way in that leads here is told in two lines", () => {
  assertEquals(told({}), [
    `ok: chat ${version} answers there`,
    "ok: /events comes through, and asks for a token",
  ]);
});

Deno.test("each answer that is none of ours has its sentence and its cure", () => {
  for (
    const [health, expected] of [
      [
        refusal("misdirected", "Not for b.example."),
        /Not for b\.example\..*--allowed-host chat\.ex/,
      ],
      [refusal("malformed"), /can't follow what the proxy says: So\. -> .*Forwarded ""/],
      [refusal("shutting_down"), /the server answers 503: So\./],
      [
        answer(502, "<html>"),
        /answers 502: it does not reach the server behind it -> .*proxy_pass/,
      ],
      [answer(504), /answers 504/],
      [
        answer(301, "", { headers: { location: "https://b.example/" } }),
        /elsewhere: https:\/\/b\.ex/,
      ],
      [answer(301), /\(301\) is no chat server/],
      [answer(200, "<html>"), /\(200\) is no chat server/],
      [answer(404), /\(404\) is no chat server/],
    ] as const
  ) {
    assertMatch(first(health), expected);
    assertMatch(first(health), /^failed: /);
  }
});

Deno.test("each way of not answering has its sentence and its cure", () => {
  for (
    const [code, expected] of [
      ["ENOTFOUND", /the name chat\.example has no address/],
      ["ECONNREFUSED", /nobody listens there -> .*systemctl start/],
      ["LATE", /it does not answer .* -> .*firewall/],
      ["HPE_INVALID_CONSTANT", /does not speak HTTPS/],
      ["ERR_SSL_WRONG_VERSION_NUMBER", /does not speak HTTPS/],
      ["EPIPE", /can't be asked: why/],
    ] as const
  ) {
    assertMatch(first(new NoAnswer(code, "why")), expected);
    assertMatch(silence(new NoAnswer(code, "why"), url).advice, /./);
  }
});

Deno.test("a certificate that is not trusted, or ends soon, is told beside the rest", () => {
  const shown = (more: Partial<Answer>) => told({ health: { ...sound.health as Answer, ...more } });
  const distrusted = shown({ distrust: "CERT_HAS_EXPIRED" });
  assertMatch(distrusted[0] ?? "", /^failed: its certificate is not trusted .*CERT_HAS_EXPIRED/);
  assertEquals(distrusted.length, 3);
  const ends = (leftMs: number) =>
    shown({ certificate: { fingerprint: "AB", endsMs: nowMs + leftMs } });
  assertEquals(ends(lifeLeftLowMs), told({}));
  assertMatch(ends(lifeLeftLowMs - 1)[0] ?? "", /^warning: .* ends in 20 days/);
});

Deno.test("what of the rest does not come through is told", () => {
  assertMatch(told({ document: answer(404) })[0] ?? "", /^warning: .*openapi.json does not come/);
  const other = answer(200, JSON.stringify({ info: { version: "9.9.9" } }));
  assertMatch(told({ document: other })[0] ?? "", /^warning: chat 9\.9\.9 answers there, and this/);
  assertMatch(told({ ready: refusal("busy") })[1] ?? "", /^failed: it is not ready: So\./);
  assertMatch(told({ ready: answer(404) })[1] ?? "", /^failed: it is not ready: it answers 404/);
  for (const events of [answer(404), answer(401, "<html>"), new NoAnswer("LATE", "late")]) {
    assertMatch(told({ events })[1] ?? "", /^failed: \/events does not come through as it is/);
  }
  assertMatch(told({ page: refusal("forbidden") })[2] ?? "", /^warning: its own page is taken for/);
  assertMatch(
    told({ page: answer(405) })[2] ?? "",
    /^failed: what is written does not come through/,
  );
});

Deno.test("originOf() takes what leads to a whole server, and placeAt() goes there", () => {
  assertEquals(originOf("https://Chat.Example:443/"), url);
  for (const text of ["chat.example", "ftp://a", "http://a/b", "http://a:b@c", "http://a?b", ""]) {
    assertEquals(originOf(text), undefined, text);
  }
  assertEquals(placeAt("http://[::1]"), {
    place: { hostname: "::1", port: 80, secure: false },
    host: "[::1]",
  });
  assertEquals(placeAt("https://a.example:8443").place, {
    hostname: "a.example",
    port: 8443,
    secure: true,
  });
});

function streamTold(outcome: Outcome, epoch?: string): string {
  const { verdict, found, advice } = judgeStream({ looked: url, outcome, epoch });
  return `${verdict}: ${found} -> ${advice}`;
}

const begun = "retry: 2000\n\nid: k3f9-12\n\nevent: caught_up\n";

Deno.test("a stream that comes at once is well, and known by its epoch", () => {
  assertMatch(streamTold(answer(200, begun)), /^ok: .*first event after 5 ms ->/);
  assertMatch(streamTold(answer(200, begun), "k3f9"), /^ok: .*, and is of this database/);
  assertMatch(streamTold(answer(200, begun), "other"), /^failed: .*has another database/);
});

Deno.test("a stream that is held back is a failure, with the directives that let it go", () => {
  const held = answer(200, "", { isWhole: false, tookMs: answerMs });
  assertMatch(streamTold(held), /^failed: the head .*holds it back -> proxy_buffering off;/);
  assertMatch(
    streamTold(new NoAnswer("LATE", "late")),
    /^failed: nothing .* -> proxy_buffering off;/,
  );
});

Deno.test("a stream that is refused, cut off or no stream is told", () => {
  const cut = answer(200, "", { isWhole: false, tookMs: answerMs - 1 });
  assertMatch(streamTold(cut), /^failed: the stream is cut off at once/);
  assertMatch(streamTold(refusal("unauthorized")), /^warning: .*does not know the token/);
  assertMatch(streamTold(refusal("too_many_streams")), /^failed: .*an answer of 429: So\./);
  assertMatch(streamTold(answer(502)), /^failed: .*an answer of 502: not of the server/);
  assertMatch(
    streamTold(new NoAnswer("ECONNRESET", "reset")),
    /^failed: there is no stream: reset/,
  );
});
