/**
 * A lint plugin that keeps imports pointing one way: main → server, client → lib; and what is to run
 * in a browser free of the runtime.
 *
 * @module
 */

/** Files below `from` may import only what is below one of `allowed`, or a package of `packages`. */
interface Layer {
  readonly from: string;
  readonly allowed: readonly string[];
  /** Packages and runtime modules it may name; a prefix ends with `*`. */
  readonly packages: readonly string[];
  /** It must run where there is no Deno, as in a browser. */
  readonly portable?: true;
}

/** What of lib has a place in a browser. */
const portableLib: readonly string[] = [
  "lib/api/",
  "lib/domain/",
  "lib/text/",
  "lib/clock.ts",
  "lib/random.ts",
  "lib/version.ts",
];

/** What of the store has a place outside it: the contract, not what fulfils it. */
const storeContract: readonly string[] = [
  "server/store/store.ts",
  "server/store/oversight.ts",
  "server/store/queries.ts",
  "server/store/upkeep.ts",
  "server/store/pages.ts",
];

/** The first layer whose `from` begins the path decides. */
const layers: readonly Layer[] = [
  // The doors: the only files of lib that may name what they are the door to.
  { from: "lib/log.ts", allowed: ["lib/text/", "lib/clock.ts"], packages: ["@logtape/logtape"] },
  { from: "lib/options.ts", allowed: ["lib/text/"], packages: ["@std/cli", "zod/mini"] },
  { from: "lib/domain/", allowed: ["lib/domain/", "lib/text/"], packages: [] },
  { from: "lib/text/", allowed: ["lib/text/"], packages: [] },
  { from: "lib/api/", allowed: ["lib/api/", "lib/domain/", "lib/text/"], packages: ["zod/mini"] },
  {
    from: "lib/docs/",
    allowed: ["lib/docs/", "lib/api/", "lib/domain/", "lib/text/"],
    packages: ["zod/mini"],
  },
  { from: "lib/", allowed: ["lib/"], packages: [] },
  // The door to the package that writes metrics down.
  // The protocol does no I/O and reads no clock.
  {
    from: "server/http/protocol/",
    allowed: ["server/http/protocol/", "server/http/limits.ts", "lib/text/addresses.ts"],
    packages: ["node:buffer"],
    portable: true,
  },
  { from: "server/http/", allowed: ["server/http/", "lib/clock.ts"], packages: ["node:buffer"] },
  {
    from: "server/store/",
    allowed: ["server/store/", "lib/domain/", "lib/text/", "lib/random.ts"],
    packages: ["node:sqlite"],
  },
  {
    from: "server/chat/",
    allowed: [
      ...["server/chat/", ...storeContract, "server/metrics/measures.ts", "lib/"],
      ...["server/tracing/batch_spans.ts", "server/tracing/tracer.ts"],
    ],
    packages: [],
  },
  {
    from: "server/api/",
    allowed: [
      ...["server/api/", "server/chat/", ...storeContract, "server/http/mod.ts", "lib/"],
      "server/metrics/measures.ts",
      ...["server/tracing/request_spans.ts", "server/tracing/tracer.ts"],
    ],
    packages: ["zod/mini", "node:crypto", "node:zlib"],
  },
  {
    from: "server/backup/",
    allowed: ["server/backup/", "server/operator/", "server/store/", "lib/"],
    packages: ["zod/mini", "node:crypto", "node:fs", "node:path"],
  },
  {
    from: "server/operator/",
    allowed: ["server/operator/", "server/store/store.ts", "lib/"],
    packages: ["zod/mini"],
  },
  {
    from: "server/admin/",
    allowed: [
      ...["server/admin/", "server/operator/", "server/chat/", "server/store/", "lib/"],
      // What it makes, the API must know again.
      ...["server/api/passwords.ts", "server/api/secrets.ts"],
    ],
    packages: ["zod/mini", "node:fs"],
  },
  {
    from: "server/tracing/",
    allowed: ["server/tracing/", "lib/version.ts"],
    packages: [],
  },
  {
    from: "server/doctor/",
    allowed: ["server/", "lib/"],
    packages: [
      ...["node:crypto", "node:fs", "node:http", "node:https", "node:sqlite", "node:tls"],
    ],
  },
  { from: "server/", allowed: ["server/", "lib/"], packages: [] },
  // What a page in a browser stands on: no runtime, no account, no screen, no command line.
  {
    from: "client/connection/",
    allowed: ["client/connection/", ...portableLib],
    packages: ["zod/mini"],
    portable: true,
  },
  {
    from: "client/conversation/model.ts",
    allowed: ["client/conversation/model/", "client/connection/", ...portableLib],
    packages: [],
    portable: true,
  },
  {
    from: "client/conversation/model/",
    allowed: ["client/conversation/model", "client/connection/", ...portableLib],
    packages: [],
    portable: true,
  },
  {
    from: "client/conversation/",
    allowed: ["client/conversation/", "client/connection/", "client/lines/", "lib/"],
    packages: [],
  },
  {
    from: "client/lines/",
    allowed: ["client/lines/", "client/connection/", "client/conversation/model", "lib/"],
    packages: [],
  },
  {
    from: "client/account/",
    allowed: ["client/account/", "client/connection/", "lib/"],
    packages: ["zod/mini"],
  },
  // What runs in the browser, and beside it what bundles that.
  {
    from: "client/web/page/",
    allowed: [
      "client/web/page/",
      "client/connection/",
      "client/conversation/model",
      "client/lines/failure_words.ts",
      "client/lines/quantities.ts",
      ...portableLib,
    ],
    packages: ["preact", "preact/*"],
    portable: true,
  },
  {
    from: "client/terminal/",
    allowed: except("client/", ["plain/", "web/"]),
    packages: ["node:*"],
  },
  {
    from: "client/plain/",
    allowed: except("client/", ["terminal/", "web/"]),
    packages: ["node:*"],
  },
  { from: "client/", allowed: ["client/", "lib/"], packages: ["zod/mini", "node:*"] },
  {
    from: "main.ts",
    allowed: [
      "server/serve.ts",
      "server/backup/",
      "server/admin/",
      "server/doctor/",
      "server/operator/",
      "client/",
      "lib/",
    ],
    packages: [],
  },
];

/** What a part of `side` may import when some of its sisters are closed to it. */
function except(side: string, closed: readonly string[]): readonly string[] {
  return [side, "lib/", ...closed.map((sister) => `!${side}${sister}`)];
}

/** Why `file` may not import `source`, both relative to the root; `undefined` if it may. */
export function importFault(file: string, source: string): string | undefined {
  const layer = layers.find(({ from }) => file.startsWith(from));
  if (layer === undefined) return undefined;
  if (!source.startsWith("./") && !source.startsWith("../")) {
    const named = layer.packages.some((name) =>
      name.endsWith("*") ? source.startsWith(name.slice(0, -1)) : source === name
    );
    return named ? undefined : `${layer.from} does not import the package ${source}`;
  }
  const target = new URL(source, `file:///${file}`).pathname.slice(1);
  const closed = layer.allowed.some((rule) =>
    rule.startsWith("!") && target.startsWith(rule.slice(1))
  );
  const open = layer.allowed.some((rule) => target.startsWith(rule));
  return open && !closed ? undefined : `${layer.from} does not import ${target}`;
}

/** Why `file` may not name a global of the runtime; `undefined` if it may. */
export function runtimeFault(file: string, name: string): string | undefined {
  const layer = layers.find(({ from }) => file.startsWith(from));
  if (layer?.portable === undefined || !["Deno", "process"].includes(name)) return undefined;
  return `${layer.from} does without ${name}`;
}

/** Where the project begins, as a path with a slash at its end. */
const root = new URL("../../", import.meta.url).pathname;

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "import-direction": {
      create(context) {
        if (!context.filename.startsWith(root)) return {};
        const file = context.filename.slice(root.length);
        const check = (node: Deno.lint.Node, source: unknown) => {
          const fault = typeof source === "string" ? importFault(file, source) : undefined;
          if (fault !== undefined) context.report({ node, message: fault });
        };
        return {
          Identifier(node) {
            const fault = runtimeFault(file, node.name);
            if (fault !== undefined) context.report({ node, message: fault });
          },
          ImportDeclaration: (node) => check(node, node.source.value),
          ExportNamedDeclaration: (node) => check(node, node.source?.value),
          ExportAllDeclaration: (node) => check(node, node.source.value),
          ImportExpression: (node) =>
            check(node, node.source.type === "Literal" ? node.source.value : undefined),
        };
      },
    },
  },
};
export default plugin;
