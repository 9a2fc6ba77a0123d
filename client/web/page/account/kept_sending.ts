/**
 * The shape of a draft as the browser keeps it.
 *
 * @module
 */
import { isRecord } from "../../../connection/forms.ts";
import { idempotencyKeyCharactersMax } from "../../../../lib/domain/bounds.ts";
import type { Draft, Sending } from "../../../connection/outbox.ts";

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === "string";
const isNumber: Check = (value) => typeof value === "number";

const draftFields: Readonly<Record<keyof Draft, Check>> = {
  text: isText,
  to: isText,
  room: isText,
  commentOn: isNumber,
  files: (value) => Array.isArray(value) && value.every(isNumber),
};

const sendingFields: Readonly<Record<Exclude<keyof Sending, "key">, Check>> = {
  draft: (value) => isRecord(value) && hasOnly(value, draftFields),
  log: isText,
  triedMs: isNumber,
};

/** What may be an idempotency key. */
const keyShape = new RegExp(`^[!-~]{1,${idempotencyKeyCharactersMax}}$`);

/**
 * A draft as it was kept under its key; `undefined` if it is damaged.
 *
 * Whatever was written: it is for the server to judge. But a field of a later version may say where it
 * goes, and must not be left out.
 */
export function keptSending(value: unknown, keptUnder: string): Sending | undefined {
  if (!isRecord(value)) return undefined;
  const { key, ...rest } = value;
  const isWhole = key === keptUnder && keyShape.test(keptUnder) && rest["draft"] !== undefined &&
    hasOnly(rest, sendingFields);
  return isWhole ? value as unknown as Sending : undefined;
}

/** Whether all fields are known ones, and as they must be. */
function hasOnly(
  value: Readonly<Record<string, unknown>>,
  checks: Readonly<Record<string, Check>>,
): boolean {
  return Object.entries(value).every(([name, field]) =>
    Object.hasOwn(checks, name) && checks[name]?.(field)
  );
}
