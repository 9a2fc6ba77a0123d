/**
 * Types of what we use from the standard library.
 *
 * `@std/…` is mapped in `deno.json` to a package of the same code that carries no types.
 */

declare module "@std/cli" {
  /** Options of {@linkcode parseArgs}, as far as we use them. */
  export interface ParseOptions {
    readonly string?: readonly string[];
    readonly boolean?: readonly string[];
    /** Flags whose values are gathered in an array. */
    readonly collect?: readonly string[];
    readonly alias?: Readonly<Record<string, string>>;
    readonly stopEarly?: boolean;
    readonly "--"?: boolean;
    /** Called for each argument that no option names; `false` leaves it out. */
    readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }

  /** Splits an argument list into flags and, under `_`, the rest. */
  export function parseArgs(
    args: readonly string[],
    options?: ParseOptions,
  ): { [flag: string]: unknown; _: (string | number)[]; "--"?: string[] };
}

declare module "@std/assert" {
  /** Throws unless `condition` is truthy. */
  export function assert(condition: unknown, message?: string): asserts condition;
  /** Throws unless both are deeply equal. */
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  /** Throws if both are deeply equal. */
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  /** Throws unless `actual` contains `expected`. */
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  /** Throws unless `actual` matches `expected`. */
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  /** Throws unless `fn` throws; gives back what it threw. */
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    errorClass?: abstract new (...args: never[]) => E,
    messageIncludes?: string,
  ): E;
  /** Rejects unless `fn` rejects; gives back what it rejected with. */
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    errorClass?: abstract new (...args: never[]) => E,
    messageIncludes?: string,
  ): Promise<E>;
  /** Throws always. */
  export function fail(message?: string): never;
}
