/**
 * The options of `chat serve`, with their bounds.
 *
 * @module
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { defaultPolicy } from "../../lib/domain/policy.ts";
import { environmentName, optionsHelp, readOptions, UsageError } from "../../lib/options.ts";
import { policyOf, type ServeConfig, serveOptions } from "../../server/config.ts";

type Flag = keyof typeof serveOptions;

function read(args: readonly string[], environment: Record<string, string> = {}): ServeConfig {
  return readOptions(serveOptions, args, environment).values;
}

const yearMs = 365 * 24 * 3_600_000;
const timeSpan = "a duration like 90s, 10m or 1h";

/** An option with bounds: the texts at them, what they mean, and the texts just beyond them. */
interface Bounds {
  readonly min: readonly [text: string, value: number];
  readonly max: readonly [text: string, value: number];
  readonly under: string;
  readonly over: string;
  readonly expected: string;
}

const timeout: Bounds = {
  min: ["1s", 1000],
  max: ["1h", 3_600_000],
  under: "999ms",
  over: "3600001ms",
  expected: `${timeSpan} from 1s to 1h`,
};
const upToYear: Bounds = {
  min: ["1s", 1000],
  max: ["365d", yearMs],
  under: "999ms",
  over: "31536000001ms",
  expected: `${timeSpan} from 1s to 365d`,
};

function count(min: number, max: number): Bounds {
  return {
    min: [`${min}`, min],
    max: [`${max}`, max],
    under: `${min - 1}`,
    over: `${max + 1}`,
    expected: `a whole number from ${min} to ${max}`,
  };
}

const bounded = {
  port: count(0, 65_535),
  recent: count(0, 200),
  "message-ttl": upToYear,
  "unread-ttl": {
    ...upToYear,
    max: ["3650d", 10 * yearMs],
    over: "315360000001ms",
    expected: `${timeSpan} from 1s to 3650d`,
  },
  limit: count(0, 1_000_000),
  "limit-period": upToYear,
  "ban-after": count(0, 1000),
  "ban-for": upToYear,
  "max-file": {
    min: ["0", 0],
    max: ["64MB", 67_108_864],
    under: "-1",
    over: "67108865",
    expected: "a size like 512, 64KB or 5MB from 0 to 64MB",
  },
  "header-timeout": timeout,
  "body-timeout": timeout,
  "idle-timeout": timeout,
  "stop-delay": {
    min: ["0s", 0],
    max: ["5m", 300_000],
    under: "-1s",
    over: "300001ms",
    expected: `${timeSpan} from 0ms to 5m`,
  },
  "max-connections": count(1, 1_000_000),
  "max-connections-per-address": count(1, 1_000_000),
} as const satisfies Partial<Record<Flag, Bounds>>;

for (const [flag, bounds] of Object.entries(bounded)) {
  const { min, max, under, over, expected }: Bounds = bounds;
  const valueOf = (config: ServeConfig): unknown =>
    Object.entries(config).find(([name]) => name === flag)?.[1];

  Deno.test(`--${flag} takes ${min[0]} to ${max[0]}`, () => {
    for (const [text, value] of [min, max]) {
      assertEquals(valueOf(read([`--${flag}=${text}`])), value);
      assertEquals(valueOf(read([], { [environmentName(flag)]: text })), value);
    }
  });

  Deno.test(`--${flag} takes neither ${under} nor ${over}, and names its bounds`, () => {
    for (const text of [under, over, "some"]) {
      const why = `expected ${expected}, got ${JSON.stringify(text)}`;
      const typed = assertThrows(() => read([`--${flag}=${text}`]), UsageError);
      assertEquals(typed.message, `Cannot read --${flag}: ${why}`);
      const variable = environmentName(flag);
      const kept = assertThrows(() => read([], { [variable]: text }), UsageError);
      assertEquals(kept.message, `Cannot read ${variable}: ${why}`);
    }
  });
}

Deno.test("the options read their variables by these names", () => {
  const environment = {
    CHAT_MESSAGE_TTL: "2h",
    CHAT_UNREAD_TTL: "3d",
    CHAT_LIMIT: "4",
    CHAT_LIMIT_PERIOD: "5m",
    CHAT_BAN_AFTER: "6",
    CHAT_BAN_FOR: "7s",
    CHAT_MAX_FILE: "8kb",
  };
  const config = read([], environment);
  assertEquals(policyOf(config), {
    messageTtlMs: 7_200_000,
    unreadTtlMs: 259_200_000,
    limit: 4,
    limitPeriodMs: 300_000,
    banAfter: 6,
    banForMs: 7000,
  });
  assertEquals(config["max-file"], 8192);
});

Deno.test("what holds where nothing is chosen is what the rules have as their default", () => {
  assertEquals(policyOf(read([])), defaultPolicy);
  assertEquals(read([])["max-file"], 5 * 1024 * 1024);
});

Deno.test("of all connections, one address gets no more than a tenth", () => {
  const config = read([]);
  assertEquals([config["max-connections"], config["max-connections-per-address"]], [10_000, 1000]);
});

Deno.test("policyOf() takes each number from its own option", () => {
  const policy = policyOf(read([
    ...["--message-ttl", "1s", "--unread-ttl", "2s", "--limit", "3", "--limit-period", "4s"],
    ...["--ban-after", "5", "--ban-for", "6s"],
  ]));
  assertEquals(policy, {
    messageTtlMs: 1000,
    unreadTtlMs: 2000,
    limit: 3,
    limitPeriodMs: 4000,
    banAfter: 5,
    banForMs: 6000,
  });
});

Deno.test("policyOf() refuses to keep longer what was read than what was not", () => {
  const policy = policyOf(read(["--message-ttl", "30d"]));
  assertEquals([policy.messageTtlMs, policy.unreadTtlMs], [2_592_000_000, 2_592_000_000]);
  for (
    const [args, named] of [
      [["--message-ttl", "2592000001ms"], "--message-ttl 2592000001ms with --unread-ttl 30d"],
      [["--unread-ttl", "30m"], "--message-ttl 1h with --unread-ttl 30m"],
    ] as const
  ) {
    const error = assertThrows(() => policyOf(read(args)), UsageError);
    assertEquals(
      error.message,
      `Cannot use ${named}: the first must not be longer than the second`,
    );
  }
});

Deno.test("the help has a line for each option, with what it is when none is given", () => {
  const lines = optionsHelp(serveOptions).trimEnd().split("\n");
  assertEquals(lines.length, Object.keys(serveOptions).length);
  for (const line of ["--message-ttl TIME", "--max-file SIZE", "--limit N", "--ban-after N"]) {
    const found = lines.filter((text) => text.startsWith(`  ${line} `));
    assert(found.length === 1 && / \(default \w+\)$/.test(found[0] ?? ""), line);
  }
});
