/**
 * Forms that are checked to their last field, by the schemas of the API: for any server.
 *
 * @module
 */
import { type Operation, operations } from "../../lib/api/operations.ts";
import { event, streamNotice } from "../../lib/api/schemas.ts";
import { problemSchema } from "../../lib/api/schemas/problem.ts";
import { type AnswerOf, FormFault, type Forms } from "./forms.ts";

export const checkedForms: Forms = {
  call: (name) => operations[name],
  answer(name, value) {
    const { answer: schema }: Operation = operations[name];
    if (schema === undefined) return undefined as AnswerOf<typeof name>;
    const { data, error } = schema.safeParse(value);
    if (error !== undefined) throw new FormFault(error.issues[0]?.path.join(".") ?? "");
    return data as AnswerOf<typeof name>;
  },
  event: (value) => event.safeParse(value).data,
  notice: (value) => streamNotice.safeParse(value).data,
  problem: (value) => problemSchema.safeParse(value).data,
};
