/**
 * The option that names the database a command of the operator works on.
 *
 * @module
 */
import type * as z from "zod/mini";
import { type Option, reader } from "../../lib/options.ts";

export interface DatabaseOption extends Option {
  readonly parse: z.ZodMiniType<string, string>;
  readonly fallback: string;
}

/** As `--db` of the server, whose variable it shares; but it must be a file. */
export function databaseFile(help: string): DatabaseOption {
  return {
    parse: reader(
      "a file",
      (text) => ["", ":memory:"].includes(text) || /^\w+:\/\//.test(text) ? undefined : text,
    ),
    placeholder: "FILE",
    fallback: "chat.db",
    help,
  };
}
