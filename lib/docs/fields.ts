/**
 * How the page of the documentation shows what a field may hold.
 *
 * @module
 */
import { type Html, joined, markup } from "../text/html.ts";
import { prose } from "./prose.ts";
import type { Parameter, Place } from "./parameters.ts";
import type { JsonSchema } from "./shapes.ts";

type Schema = JsonSchema | boolean;

const placeNames: Readonly<Record<Place, string>> = {
  path: "in the path",
  query: "in the query",
  header: "header",
  body: "in the body",
};

export function parameterList(parameters: readonly Parameter[]): Html | undefined {
  if (parameters.length === 0) return undefined;
  return markup`<dl>${
    parameters.map(({ name, place, required, description, schema }) => {
      const needed = required ? markup`, <strong>required</strong>` : "";
      return markup`
<dt><code>${name}</code> <span>${placeNames[place]}${needed}</span></dt>
<dd>${meaning(description, schema)}</dd>`;
    })
  }
</dl>`;
}

/** The fields of an object, and of the objects in it. */
export function fieldList({ properties = {}, required = [] }: JsonSchema): Html {
  return markup`<dl>${
    Object.entries(properties).map(([name, field]) => {
      const absent = required.includes(name) ? "" : markup` <span>may be absent</span>`;
      return markup`
<dt><code>${name}</code>${absent}</dt>
<dd>${meaning(typeof field === "boolean" ? undefined : field.description, field)}${
        inner(field)
      }</dd>`;
    })
  }
</dl>`;
}

/** The fields of what has no name of its own. */
function inner(schema: Schema): Html | undefined {
  if (typeof schema === "boolean") return undefined;
  if (schema.properties !== undefined) return fieldList(schema);
  const { items } = schema;
  return items === undefined || Array.isArray(items) ? undefined : inner(items);
}

function meaning(description: string | undefined, schema: Schema): Html {
  const kind = markup`${kindOf(schema)}${bounds(schema)}`;
  return description === undefined ? kind : markup`${prose(description)} – ${kind}`;
}

const kinds: Readonly<Record<string, string>> = {
  integer: "whole number",
  number: "number",
  string: "text",
  boolean: "true or false",
  object: "object",
};

/** Most words of which one is chosen that are named in a line. */
const wordsMax = 6;

/** What a value of this schema is, in a few words. */
export function kindOf(schema: Schema): Html {
  if (typeof schema === "boolean") return markup`anything`;
  if (schema.$ref !== undefined) return shapeLink(schema.$ref.split("/").at(-1) ?? "");
  if (schema.const !== undefined) return valueCode(schema.const);
  const { enum: words } = schema;
  if (words !== undefined && words.length <= wordsMax) return joined(words.map(valueCode), " or ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return joined(choices.map(kindOf), " or ");
  const { items, type } = schema;
  if (type === "array" && items !== undefined && !Array.isArray(items)) {
    return markup`list, each ${kindOf(items)}`;
  }
  return markup`${kinds[String(type)] ?? "anything"}`;
}

export function shapeLink(name: string): Html {
  return markup`<a href="#shape-${name}">${name}</a>`;
}

function valueCode(value: unknown): Html {
  return markup`<code>${String(value)}</code>`;
}

function bounds(schema: Schema): string {
  if (typeof schema === "boolean") return "";
  const { minimum, maximum, minLength, maxLength, maxItems, default: fallback } = schema;
  return [
    range(minimum, maximum, ""),
    range(minLength, maxLength, " characters"),
    range(undefined, maxItems, " of them"),
    fallback === undefined ? "" : `, ${String(fallback)} if left out`,
  ].join("");
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const [from, to] = [least, most].map((bound) => bound?.toLocaleString("en"));
  if (from !== undefined && to !== undefined) return `, ${from}–${to}${unit}`;
  if (from !== undefined) return `, at least ${from}${unit}`;
  return to === undefined ? "" : `, at most ${to}${unit}`;
}
