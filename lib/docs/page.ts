/**
 * The page that documents the API, made of the tables that run it; it needs no script.
 *
 * @module
 */
import { Html, joined, markup } from "../text/html.ts";
import { curlLine, placeholders } from "./curl_examples.ts";
import { fieldList, kindOf, parameterList, shapeLink } from "./fields.ts";
import { type Chapter, type DocsFacts, introduction, type Part } from "./introduction.ts";
import pageStyle from "./page.css" with { type: "text" };
import { problemLink, prose, shell } from "./prose.ts";
import { eventGuide, noticeGuide } from "./event_guide.ts";
import { operationNotes } from "./operation_notes.ts";
import { type Operation, type OperationName, operations, topics } from "../api/operations.ts";
import {
  problemsAnywhere,
  problemsEverywhere,
  problemsOf,
  shapeOf,
  statusMeanings,
} from "./outcomes.ts";
import {
  idempotencyKeyHeader,
  type Parameter,
  parametersOf,
  takesIdempotencyKey,
} from "./parameters.ts";
import { problemGuide } from "./problem_guide.ts";
import { type ProblemCode, problemKinds } from "../api/problems.ts";
import { type JsonSchema, shapeNames, shapeSchemas } from "./shapes.ts";

export type { DocsFacts } from "./introduction.ts";

/** The style sheet within the page, exactly as it stands there: a policy can name it by its hash. */
export const docsStyle: string = pageStyle;

const all = Object.entries(operations) as readonly (readonly [OperationName, Operation])[];
const codes = (Object.keys(problemKinds) as ProblemCode[]).toSorted((one, other) =>
  problemKinds[one].status - problemKinds[other].status
);

/** The whole page, for `text/html` in UTF-8. */
export function docsPage(facts: DocsFacts): string {
  const chapters = introduction(facts);
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>chat: the HTTP API</title>
<style>${new Html(docsStyle)}</style>
</head>
<body>
<header>
<h1>The HTTP API of chat <small>${facts.version}</small></h1>
<p>Everything that chat does, each by one line of <code>curl</code>. For programs, the same is an <a href="/openapi.json">OpenAPI 3.1 document</a>.</p>
</header>
${contents(chapters)}
<main>
${chapters.map(chapterSection)}
${eventSection()}
${placeholderSection()}
${topics.map(topicSection)}
${shapeSection()}
${problemSection()}
</main>
</body>
</html>
`.toString();
}

// Contents.

function contents(chapters: readonly Chapter[]): Html {
  return markup`<nav aria-label="Contents">
<h2 id="contents">Contents</h2>
<ul>
${chapters.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>\n`)}
<li><a href="#event-types">Types of events</a></li>
<li><a href="#placeholders">Reading the examples</a></li>
${
    topics.map((topic) =>
      markup`<li><a href="#${topicId(topic)}">${topic}</a>
<ul>
${
        operationsOf(topic).map(([name, operation]) =>
          markup`<li><a href="#${operationId(name)}"><code>${callOf(operation)}</code></a></li>\n`
        )
      }</ul></li>\n`
    )
  }
<li><a href="#shapes">Shapes of answers</a></li>
<li><a href="#problems">Problems</a>
<ul>
${codes.map((code) => markup`<li>${problemLink(code)}</li>\n`)}</ul></li>
</ul>
</nav>`;
}

function operationsOf(topic: string): readonly (readonly [OperationName, Operation])[] {
  return all.filter(([, operation]) => operation.topic === topic);
}

function topicId(topic: string): string {
  return `topic-${topic.toLowerCase().replaceAll(" ", "-")}`;
}

function operationId(name: OperationName): string {
  return `operation-${name}`;
}

function callOf({ method, route }: Operation): string {
  return `${method} ${route}`;
}

// What comes first.

function chapterSection({ id, title, parts }: Chapter): Html {
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${parts.map(partOf)}</section>
`;
}

function partOf(part: Part): Html {
  if (typeof part === "string") return markup`<p>${prose(part)}</p>\n`;
  if ("code" in part) return markup`${shell(part.code)}\n`;
  return markup`<ul>\n${part.items.map((item) => markup`<li>${prose(item)}</li>\n`)}</ul>\n`;
}

function eventSection(): Html {
  return markup`<section aria-labelledby="event-types">
<h2 id="event-types">Types of events</h2>
<p>What an event holds is under ${shapeLink("Event")}.</p>
${guideList(eventGuide)}
<p>A stream also tells of itself; what these hold is under ${shapeLink("StreamNotice")}.</p>
${guideList(noticeGuide)}
</section>`;
}

function guideList(guide: Readonly<Record<string, string>>): Html {
  return markup`<dl>${
    Object.entries(guide).map(([word, meaning]) =>
      markup`
<dt><code>${word}</code></dt>
<dd>${prose(meaning)}</dd>`
    )
  }
</dl>`;
}

function placeholderSection(): Html {
  const names = Object.entries(placeholders).map(([name, meaning]) => [`$${name}`, meaning]);
  return markup`<section aria-labelledby="placeholders">
<h2 id="placeholders">Reading the examples</h2>
<p>Each operation is shown as one line for a shell, for a server at <code>localhost:8000</code>. Set these, or put in their place:</p>
${guideList(Object.fromEntries(names))}
</section>`;
}

// Operations.

function topicSection(topic: string): Html {
  return markup`<section aria-labelledby="${topicId(topic)}">
<h2 id="${topicId(topic)}">${topic}</h2>
${operationsOf(topic).map(([name, operation]) => operationArticle(name, operation))}</section>
`;
}

const accessWords: Readonly<Record<Operation["access"], string>> = {
  token: "",
  maybe: " token optional",
  open: " no token",
};

function operationArticle(name: OperationName, operation: Operation): Html {
  const id = operationId(name);
  const notes = operationNotes[name];
  return markup`<article aria-labelledby="${id}">
<h3 id="${id}"><code>${callOf(operation)}</code><small>${accessWords[operation.access]}</small></h3>
<p>${prose(operation.summary)}.${notes === undefined ? "" : markup` ${prose(notes)}`}</p>
${shell(curlLine(operation))}
${parameterList(parametersOf(name, operation).filter(isOwn))}
<p>Answers: ${
    joined(operation.statuses.map((status) => statusItem(name, operation, status)), "; ")
  }.</p>
<p>Problems: ${joined(problemsOf(operation).filter(isSpecial).map(problemLink), ", ")}.</p>
${keyNote(operation)}</article>
`;
}

/** What so many take is told once, where it is explained. */
function isOwn(parameter: Parameter): boolean {
  return parameter !== idempotencyKeyHeader;
}

function isSpecial(code: ProblemCode): boolean {
  return !problemsEverywhere.includes(code);
}

function keyNote(operation: Operation): Html | undefined {
  if (!takesIdempotencyKey(operation)) return undefined;
  return markup`<p>May carry an <a href="#retrying"><code>Idempotency-Key</code></a>.</p>\n`;
}

function statusItem(name: OperationName, operation: Operation, status: number): Html {
  const shape = shapeOf(name, operation, status);
  const media = status === 204 || status === 304 ? [] : operation.gives.map(mediaName);
  const forms = [...(shape === undefined ? [] : [shapeLink(shape)]), ...media];
  const form = forms.length === 0 ? "" : markup` – ${joined(forms, " or ")}`;
  return markup`<strong>${status}</strong> ${statusMeanings[status]}${form}`;
}

function mediaName(type: string): Html {
  return type === "*/*" ? markup`the bytes` : markup`<code>${type}</code>`;
}

// Shapes.

function shapeSection(): Html {
  const schemas = shapeSchemas();
  return markup`<section aria-labelledby="shapes">
<h2 id="shapes">Shapes of answers</h2>
${
    shapeNames.map((name) =>
      markup`<h3 id="shape-${name}">${name}</h3>
${shapeBody(schemas[name])}
`
    )
  }</section>`;
}

function shapeBody(schema: JsonSchema): Html {
  const { oneOf } = schema;
  if (oneOf === undefined) return fieldList(schema);
  return markup`${
    oneOf.map((choice) => {
      if (typeof choice === "boolean") return undefined;
      const { type, ...properties } = choice.properties ?? {};
      return markup`<h4>${kindOf(type ?? true)}</h4>
${Object.keys(properties).length === 0 ? "" : fieldList({ ...choice, properties })}
`;
    })
  }`;
}

// Problems.

function problemSection(): Html {
  return markup`<section aria-labelledby="problems">
<h2 id="problems">Problems</h2>
<p>Every operation may meet ${
    joined(problemsEverywhere.map(problemLink), ", ")
  }; and a request may meet ${
    joined(problemsAnywhere.map(problemLink), ", ")
  } on its way to any of them.</p>
${
    codes.map((code) => {
      const { status, title } = problemKinds[code];
      const { cause, cure } = problemGuide[code];
      return markup`<h3 id="${code}"><code>${code}</code> <small>${status}</small></h3>
<p><strong>${title}.</strong> ${prose(cause)} ${prose(cure)}</p>
`;
    })
  }</section>`;
}
