/**
 * Finds the operation that a method and a path name.
 *
 * @module
 */
import { type Operation, type OperationName, operations } from "../../lib/api/operations.ts";

/** What a path leads to. */
export type Route =
  | {
    readonly kind: "operation";
    readonly name: OperationName;
    readonly operation: Operation;
    /** Decoded parts of the path, by the name they have in the route. */
    readonly parameters: Readonly<Record<string, string>>;
  }
  | { readonly kind: "method_not_allowed"; readonly allowed: readonly string[] }
  | { readonly kind: "not_found" };

type Found = Extract<Route, { readonly kind: "operation" }>;

/** All operations at one route, as they are found where the path has no parameters. */
type Methods = Map<string, Found>;

const noParameters: Readonly<Record<string, string>> = {};

interface Pattern {
  readonly segments: readonly string[];
  readonly methods: Methods;
}

const fixed = new Map<string, Methods>();
const patterns: Pattern[] = [];

for (const [name, operation] of Object.entries(operations)) {
  const methods = methodsOf(operation.route);
  const found: Found = {
    kind: "operation",
    name: name as OperationName,
    operation,
    parameters: noParameters,
  };
  methods.set(operation.method, found);
  // A HEAD is a GET whose body is not sent (RFC 9110 §9.3.2).
  if (operation.method === "GET") methods.set("HEAD", found);
}

function methodsOf(route: string): Methods {
  const segments = route.split("/");
  const known = route.includes("{")
    ? patterns.find((pattern) => pattern.segments.join("/") === route)?.methods
    : fixed.get(route);
  if (known !== undefined) return known;
  const methods: Methods = new Map();
  if (route.includes("{")) patterns.push({ segments, methods });
  else fixed.set(route, methods);
  return methods;
}

/** @param path As it came, percent-encoded. */
export function findRoute(method: string, path: string): Route {
  const methods = fixed.get(path);
  if (methods !== undefined) return choose(methods, method, noParameters);
  const segments = path.split("/");
  for (const pattern of patterns) {
    const parameters = match(pattern.segments, segments);
    if (parameters !== undefined) return choose(pattern.methods, method, parameters);
  }
  return { kind: "not_found" };
}

function choose(
  methods: Methods,
  method: string,
  parameters: Readonly<Record<string, string>>,
): Route {
  const found = methods.get(method);
  if (found === undefined) {
    return { kind: "method_not_allowed", allowed: [...methods.keys(), "OPTIONS"] };
  }
  return parameters === noParameters ? found : { ...found, parameters };
}

function match(
  pattern: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, part] of pattern.entries()) {
    const segment = segments[at] ?? "";
    if (!part.startsWith("{")) {
      if (part !== segment) return undefined;
      continue;
    }
    const value = decode(segment);
    if (value === undefined || value === "") return undefined;
    parameters[part.slice(1, -1)] = value;
  }
  return parameters;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Broken percent-encoding names nothing.
    return undefined;
  }
}
