/**
 * Whom a request comes from, when proxies pass it on.
 *
 * @module
 */
import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../../server/api/failure.ts";
import {
  type Caller,
  forwardedHopsMax,
  namesProxies,
  TrustedProxies,
} from "../../../../server/api/front/proxies.ts";
import { type Asking, asking } from "./asking.ts";

interface Row extends Asking {
  readonly does: string;
  readonly trusts: readonly string[];
  /** `ADDRESS SCHEME AUTHORITY`, or the code of the refusal. */
  readonly expected: string;
}

function callerOf(trusts: readonly string[], request: Asking): Caller {
  return new TrustedProxies(trusts).callerOf(asking(request));
}

function summary({ address, scheme, authority }: Caller): string {
  return `${address || "unix"} ${scheme} ${authority ?? "-"}`;
}

const proxy = "10.0.0.1";
const forwarded = (value: string) => ["Forwarded", value] as const;
const forwardedFor = (value: string) => ["X-Forwarded-For", value] as const;
const forwardedProto = (value: string) => ["X-Forwarded-Proto", value] as const;
const forwardedHost = (value: string) => ["X-Forwarded-Host", value] as const;
const everything = [
  forwarded("for=192.0.2.9;proto=https;host=evil.example"),
  forwardedFor("192.0.2.9"),
  forwardedProto("https"),
  forwardedHost("evil.example"),
];

const rows: readonly Row[] = [
  {
    does: "nobody is trusted",
    trusts: [],
    headers: everything,
    expected: "192.0.2.1 http chat.example",
  },
  {
    does: "a peer that is not the trusted one",
    trusts: [proxy],
    headers: everything,
    expected: "192.0.2.1 http chat.example",
  },
  { does: "TLS", trusts: [], secure: true, expected: "192.0.2.1 https chat.example" },
  { does: "no host", trusts: [], authority: null, expected: "192.0.2.1 http -" },
  {
    does: "a URL of https, from who knows where",
    trusts: [],
    scheme: "https",
    expected: "192.0.2.1 http chat.example",
  },
  {
    does: "a URL of https by a proxy",
    trusts: [proxy],
    from: proxy,
    scheme: "https",
    expected: `${proxy} https chat.example`,
  },
  {
    does: "a proxy that says nothing",
    trusts: [proxy],
    from: proxy,
    expected: `${proxy} http chat.example`,
  },
  {
    does: "a proxy that tells all",
    trusts: [proxy],
    from: proxy,
    headers: [forwarded("for=192.0.2.7;proto=https;host=talk.example")],
    expected: "192.0.2.7 https talk.example",
  },
  {
    does: "a proxy that tells all in the customary way",
    trusts: [proxy],
    from: proxy,
    headers: [forwardedFor("192.0.2.7"), forwardedProto("https"), forwardedHost("talk.example")],
    expected: "192.0.2.7 https talk.example",
  },
  {
    does: "a proxy that speaks TLS to us and not to the client",
    trusts: [proxy],
    from: proxy,
    secure: true,
    headers: [forwarded("for=192.0.2.7;proto=http")],
    expected: "192.0.2.7 http chat.example",
  },
  {
    does: "a proxy that tells only the scheme",
    trusts: [proxy],
    from: proxy,
    headers: [forwardedProto("https")],
    expected: `${proxy} https chat.example`,
  },
  {
    does: "a proxy in a network",
    trusts: ["192.0.2.0/24", "10.0.0.0/8"],
    from: "10.9.8.7",
    headers: [forwardedFor("198.51.100.1")],
    expected: "198.51.100.1 http chat.example",
  },
  {
    does: "an IPv4 proxy that comes by a socket of IPv6",
    trusts: ["10.0.0.0/8"],
    from: "::ffff:10.0.0.1",
    headers: [forwardedFor("::ffff:198.51.100.1")],
    expected: "198.51.100.1 http chat.example",
  },
  {
    does: "a proxy on this machine",
    trusts: ["loopback"],
    from: "127.0.0.1",
    headers: [forwardedFor("2001:db8::7")],
    expected: "2001:db8::7 http chat.example",
  },
  {
    does: "a proxy on this machine, by IPv6",
    trusts: ["loopback"],
    from: "::1",
    headers: [forwardedFor("2001:db8::7")],
    expected: "2001:db8::7 http chat.example",
  },
  {
    does: "a proxy at a Unix socket",
    trusts: ["unix"],
    from: "",
    headers: [forwardedFor("192.0.2.7")],
    expected: "192.0.2.7 http chat.example",
  },
  {
    does: "a Unix socket that nobody trusts",
    trusts: ["loopback", "0.0.0.0/0", "::/0"],
    from: "",
    headers: [forwardedFor("192.0.2.7")],
    expected: "unix http chat.example",
  },
  {
    does: "a peer, where only the Unix socket is trusted",
    trusts: ["unix"],
    headers: everything,
    expected: "192.0.2.1 http chat.example",
  },
  {
    does: "two proxies, and what the client has made up",
    trusts: ["10.0.0.0/8"],
    from: proxy,
    headers: [
      forwarded("for=192.0.2.66;host=evil.example, for=192.0.2.7;proto=https;host=talk.example"),
      forwarded("for=10.0.0.2;proto=http;host=inside"),
    ],
    expected: "192.0.2.7 https talk.example",
  },
  {
    does: "two proxies in the customary way, and what the client has made up",
    trusts: ["10.0.0.0/8"],
    from: proxy,
    headers: [forwardedFor("192.0.2.66, 192.0.2.7, 10.0.0.2"), forwardedProto("http, https, http")],
    expected: "192.0.2.7 https chat.example",
  },
  {
    does: "two proxies, of which the nearer one is not trusted",
    trusts: [proxy],
    from: proxy,
    headers: [forwardedFor("192.0.2.7, 10.0.0.2")],
    expected: "10.0.0.2 http chat.example",
  },
  {
    does: "two proxies of which only the first tells the host, and the second the scheme",
    trusts: ["10.0.0.0/8"],
    from: proxy,
    headers: [forwarded("for=192.0.2.7;host=talk.example, for=10.0.0.2;proto=https")],
    expected: "192.0.2.7 https talk.example",
  },
  {
    does: "a client that is a proxy itself",
    trusts: ["10.0.0.0/8"],
    from: proxy,
    headers: [forwardedFor("10.0.0.2")],
    expected: "10.0.0.2 http chat.example",
  },
  ...["unknown", "_hidden", "nonsense", "192.0.2.256", "", ","].map((value) => ({
    does: `a proxy that says ${JSON.stringify(value)}`,
    trusts: [proxy],
    from: proxy,
    headers: [forwardedFor(value)],
    expected: `${proxy} http chat.example`,
  })),
  {
    does: "a client that is hidden behind two proxies",
    trusts: ["10.0.0.0/8"],
    from: proxy,
    headers: [forwarded("for=192.0.2.66, for=unknown;proto=https, for=10.0.0.2")],
    expected: "10.0.0.2 https chat.example",
  },
  {
    does: "broken quotes",
    trusts: [proxy],
    from: proxy,
    headers: [forwarded('for="192.0.2.7')],
    expected: "malformed",
  },
  {
    does: "broken quotes of the client's",
    trusts: [proxy],
    from: proxy,
    headers: [forwarded('for="192.0.2.66, for=192.0.2.7')],
    expected: "192.0.2.7 http chat.example",
  },
  {
    does: "a host that cannot be read",
    trusts: [proxy],
    from: proxy,
    headers: [forwardedFor("192.0.2.7"), forwardedHost("-x.evil.example")],
    expected: "192.0.2.7 http -x.evil.example",
  },
  {
    does: "both ways, and both say the same",
    trusts: [proxy],
    from: proxy,
    headers: [
      forwarded('for="[2001:db8::7]:80";proto=https;host=talk.example'),
      forwardedFor("192.0.2.66, 2001:DB8:0::7"),
      forwardedProto("HTTPS"),
      forwardedHost("talk.example"),
    ],
    expected: "2001:db8::7 https talk.example",
  },
  {
    does: "both ways, and both tell the client only",
    trusts: [proxy],
    from: proxy,
    headers: [forwarded("for=192.0.2.7"), forwardedFor("192.0.2.7")],
    expected: "192.0.2.7 http chat.example",
  },
  {
    does: "both ways, and one adds what the request itself says",
    trusts: [proxy],
    from: proxy,
    headers: [forwarded("for=192.0.2.7;host=chat.example;proto=http"), forwardedFor("192.0.2.7")],
    expected: "192.0.2.7 http chat.example",
  },
  {
    does: "both ways, and one says nothing",
    trusts: [proxy],
    from: proxy,
    headers: [forwarded(""), forwardedFor("192.0.2.7"), forwardedProto("https")],
    expected: "192.0.2.7 https chat.example",
  },
  ...[
    "192.0.2.66",
    "for=192.0.2.66",
    "for=unknown",
    "proto=https",
    "for=10.0.0.1",
    "for=192.0.2.7;proto=https",
    "for=192.0.2.7;host=talk.example",
    'for=192.0.2.7;host=""',
  ].map((value) => ({
    does: `both ways, and one says ${value}`,
    trusts: [proxy],
    from: proxy,
    headers: [forwardedFor("192.0.2.7"), forwarded(value)],
    expected: "malformed",
  })),
  ...[forwardedProto("https"), forwardedHost("evil.example"), forwardedHost("-x.evil.example")]
    .flatMap((own) =>
      [
        [forwarded("for=192.0.2.7")],
        [forwarded("for=192.0.2.7;proto=http;host=chat.example"), forwardedFor("192.0.2.7")],
      ].map((others) => ({
        does: `both ways, and beside ${others.join(" and ")} there is ${own}`,
        trusts: [proxy],
        from: proxy,
        headers: [...others, own],
        expected: "malformed",
      }))
    ),
  {
    does: "both ways, and they contradict each other, from who knows where",
    trusts: [proxy],
    headers: [forwardedFor("192.0.2.7"), forwarded("for=192.0.2.66")],
    expected: "192.0.2.1 http chat.example",
  },
];

for (const { does, trusts, expected, ...request } of rows) {
  Deno.test(`callerOf(): ${does}`, () => {
    if (expected === "malformed") {
      const failure = assertThrows(() => callerOf(trusts, request), Failure);
      assertEquals(failure.code, "malformed");
    } else {
      const caller = callerOf(trusts, request);
      assertEquals(summary(caller), expected);
      assertEquals(caller.proxied, request.from !== undefined && !expected.startsWith("unix"));
    }
  });
}

Deno.test(`no more than ${forwardedHopsMax} proxies are followed`, () => {
  for (const over of [-1, 0, 1]) {
    // The last of so many parts names the client; the others are proxies.
    const proxies = Array.from({ length: forwardedHopsMax + over - 1 }, (_, at) => `10.0.1.${at}`);
    const parts = ["192.0.2.7", ...proxies];
    const expected = over <= 0 ? "192.0.2.7" : proxies[0];
    for (
      const header of [
        forwardedFor(parts.join(", ")),
        forwarded(parts.map((part) => `for=${part}`).join(", ")),
      ]
    ) {
      const request = { from: proxy, headers: [header] };
      assertEquals(callerOf(["10.0.0.0/8"], request).address, expected);
    }
  }
});

Deno.test("each peer is judged by itself, whoever came before", () => {
  const proxies = new TrustedProxies([proxy]);
  const address = (from: string) =>
    proxies.callerOf(asking({ from, headers: [forwardedFor("192.0.2.7")] })).address;
  for (const _ of [1, 2]) {
    assertEquals(address(proxy), "192.0.2.7");
    assertEquals(address(proxy), "192.0.2.7");
    assertEquals(address("10.0.0.2"), "10.0.0.2");
    assertEquals(address("10.0.0.2"), "10.0.0.2");
  }
});

for (
  const [text, expected] of [
    ["10.0.0.0/8", true],
    ["::1", true],
    ["unix", true],
    ["loopback", true],
    ["UNIX", false],
    ["proxy.example", false],
    ["10.0.0.1/8", false],
    ["*", false],
    ["", false],
  ] as const
) {
  Deno.test(`${JSON.stringify(text)} names ${expected ? "proxies" : "no proxies"}`, () => {
    assertEquals(namesProxies(text), expected);
    if (expected) new TrustedProxies([text]);
    else assertThrows(() => new TrustedProxies([text]), RangeError, text);
  });
}
