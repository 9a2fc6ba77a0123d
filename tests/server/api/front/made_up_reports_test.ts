/**
 * What clients make up about where they come from, and what becomes of it behind trusted proxies.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Failure } from "../../../../server/api/failure.ts";
import { type Caller, TrustedProxies } from "../../../../server/api/front/proxies.ts";
import { asking } from "./asking.ts";

type Fields = readonly (readonly [name: string, value: string])[];

// What a client may send: anything, and above all what looks like the work of a proxy.
const madeUp: fc.Arbitrary<Fields> = fc.array(
  fc.tuple(
    fc.constantFrom("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"),
    fc.oneof(
      fc.array(
        fc.constantFrom(
          ...'",;=\\ []:_1',
          "for=",
          'for="',
          "host=",
          "192.0.2.66",
          "10.0.0.2",
          "[2001:db8::66]",
          "unknown",
          "http",
          "evil.example",
          "-x.evil.example",
          "proto=https",
          "for=192.0.2.66",
          ", ",
        ),
        { maxLength: 12 },
      ).map((parts) => parts.join("").trim()),
      // What would agree with what the proxies tell, but for one thing.
      fc.constantFrom(
        "for=192.0.2.7;proto=https;host=evil.example",
        "for=192.0.2.7;proto=https;host=-x.evil.example",
        "for=192.0.2.7;host=chat.example",
        "for=192.0.2.7",
        "192.0.2.7",
        "https",
      ),
    ),
  ),
  { maxLength: 4 },
);

/** What a proxy tells of a request: who sent it, by which scheme, and for which host. */
interface Report {
  readonly from: string;
  readonly scheme: "http" | "https";
  readonly host: string;
}

/** The fields that a proxy writes, without what was in them before. */
type Writing = (report: Report) => Fields;

const nodeOf = (from: string) => from.includes(":") ? `"[${from}]:80"` : from;
const addresses: readonly Writing[] = [
  ({ from }) => [["X-Forwarded-For", from]],
  ({ from }) => [["Forwarded", `for=${nodeOf(from)}`]],
];
const all: readonly Writing[] = [
  ({ from, scheme, host }) => [
    ["X-Forwarded-For", from],
    ["X-Forwarded-Proto", scheme],
    ["X-Forwarded-Host", host],
  ],
  ({ from, scheme, host }) => [
    ["Forwarded", `for=${nodeOf(from)};proto=${scheme};host="${host}"`],
  ],
];

/** Adds what is written behind what was there, in lines of its own or in the same. */
function add(
  before: Fields,
  written: Fields,
  { ownLines }: { readonly ownLines: boolean },
): Fields {
  if (ownLines) return [...before, ...written];
  const names = new Set(written.map(([name]) => name));
  const joined = written.map(([name, value]) => {
    const values = before.filter(([other]) => other === name).map(([, value]) => value);
    return [name, [...values, value].join(", ")] as const;
  });
  return [...before.filter(([name]) => !names.has(name)), ...joined];
}

const chains = fc.array(fc.constantFrom("10.0.0.2", "10.3.0.4", "fd00::5"), { maxLength: 4 });
const clients = fc.constantFrom("192.0.2.7", "2001:db8::7", "11.0.0.1");

/** Whatever is made up, `judge` must be content with whom the server sees, if it lets them in. */
function judged(
  writings: readonly Writing[],
  judge: (caller: Caller, client: string) => void,
): void {
  let seen = 0;
  fc.assert(
    fc.property(
      madeUp,
      clients,
      chains,
      fc.constantFrom(...writings),
      fc.boolean(),
      (sent, client, chain, write, ownLines) => {
        // All proxies of a chain write the same fields; each adds whom it got the request from.
        const headers = [client, ...chain].reduce(
          (before, from, at) =>
            add(
              before,
              write({ from, scheme: at === 0 ? "https" : "http", host: `host-${at}.example:80` }),
              { ownLines },
            ),
          sent,
        );
        const proxies = new TrustedProxies(["10.0.0.0/8", "fd00::/8"]);
        try {
          judge(proxies.callerOf(asking({ from: "10.0.0.1", headers })), client);
          seen += 1;
        } catch (failure) {
          // Or it is refused, which changes nothing for anyone else.
          if (!(failure instanceof Failure)) throw failure;
          assertEquals(failure.code, "malformed");
          const standard = headers.some(([name]) => name === "Forwarded");
          assert(standard && headers.some(([name]) => name.startsWith("X-")), String(headers));
        }
      },
    ),
    { numRuns: 2000 },
  );
  assert(seen > 500, `only ${seen} were let through`);
}

Deno.test("no client chooses its address, whatever it sends, when each proxy adds where it came from", () => {
  judged(addresses, ({ address }, client) => assertEquals(address, client));
});

Deno.test("no client chooses its address, scheme or host when each proxy adds all of them", () => {
  judged(all, ({ address, scheme, authority }, client) => {
    assertEquals([address, scheme, authority], [client, "https", "host-0.example:80"]);
  });
});
