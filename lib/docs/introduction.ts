/**
 * What a reader should know before the list of operations: the chapters that open the documentation.
 *
 * @module
 */
import { idempotencyKeyCharactersMax, receiptLifeMs } from "../domain/bounds.ts";
import type { Policy } from "../domain/policy.ts";
import { formatDuration } from "../text/durations.ts";
import { formatSize } from "../text/sizes.ts";

/** How the server that gives the documentation is set. */
export interface DocsFacts {
  readonly version: string;
  readonly policy: Policy;
  /** Most bytes of one file. */
  readonly fileBytesMax: number;
}

/** A paragraph, lines for a shell or of an answer, or a list; words in backticks are code. */
export type Part = string | { readonly code: string } | { readonly items: readonly string[] };

export interface Chapter {
  readonly id: string;
  readonly title: string;
  readonly parts: readonly Part[];
}

export function introduction(facts: DocsFacts): readonly Chapter[] {
  return [start, terms, conventions, tokens, events, retrying, limits(facts), errors];
}

const start: Chapter = {
  id: "start",
  title: "Start",
  parts: [
    "Four lines are a chat. The first registers a name and keeps its token; the last shows all that you may see, as it happens.",
    {
      code: [
        "T=$(curl -s -H 'Accept: text/plain' -d user=alice localhost:8000/connect)",
        'curl -H "Authorization: Bearer $T" -d text=hello localhost:8000/send',
        'curl -H "Authorization: Bearer $T" -d to=bob -d text=psst localhost:8000/send',
        'curl -N -H "Authorization: Bearer $T" localhost:8000/events',
      ].join("\n"),
    },
  ],
};

const terms: Chapter = {
  id: "terms",
  title: "Terms",
  parts: [
    {
      items: [
        "Whoever connects is in the common chat, the room `common`. Other rooms have an owner, and are entered by invitation, or by a link and the owner's approval. A private chat is between two; it is named by `to`, the name of the other.",
        "Every id is a whole number. A message's id grows from message to message, in all rooms together.",
        "A cursor, as `k3f9-4187`, is how far a client has seen everything that happens. Keep it as it is; only the server reads it.",
        "Owners and moderators look after the chat, if it has any: they see reports, ban, and delete what others have said; each act is written down.",
        "A message is unread until you, or your other client, mark its room as read. Read messages expire; unread ones wait much longer.",
      ],
    },
  ],
};

const conventions: Chapter = {
  id: "conventions",
  title: "Requests and answers",
  parts: [
    "A body is JSON (`application/json`) or a form (`application/x-www-form-urlencoded`, what `curl -d` sends); numbers, `true` and `false` are read from a form's text, and a list takes one element from each time its field comes. With `curl`, use `--data-urlencode` for text that has `&`, `+` or `%` in it. An unknown field is refused, by name, so that a misspelt one is not overlooked.",
    "Answers are JSON. Times are ISO 8601 in UTC with milliseconds, as `2026-11-20T10:00:00.123Z`. Durations in requests read `90s`, `10m`, `2h`, `7d`, or are a number of seconds. Lists are `items`, with `has_more` where there may be more. New fields may be added to answers at any time: ignore what you do not know.",
    "Every `GET` may be asked as `HEAD`.",
  ],
};

const tokens: Chapter = {
  id: "tokens",
  title: "Tokens",
  parts: [
    "`POST /connect` gives a token, once; it goes into the header `Authorization` of everything else. Each client has its own. An account with a password can be entered from other devices; one without has its token as its only key.",
    { code: 'curl -H "Authorization: Bearer $T" localhost:8000/status' },
    "A token lasts until it is revoked: by `POST /disconnect`, from another client, or by a new password. The streams that it opened end then.",
  ],
};

const events: Chapter = {
  id: "events",
  title: "Events and cursors",
  parts: [
    "`GET /events` tells all that you may see, in one order, the same for everyone. As server-sent events it looks like this:",
    {
      code: [
        "id: k3f9-4187",
        "event: message",
        'data: {"type":"message","id":4187,"room":"common","author":"bob","text":"hi", …}',
        "",
        "event: caught_up",
        'data: {"cursor":"k3f9-4187"}',
      ].join("\n"),
    },
    "Go on after an interruption with the last cursor, as `?after=` or in `Last-Event-ID`: you are told what you missed, without a gap and without a repeat, then `caught_up`, then what is new. Start from the `cursor` of `POST /connect`, which was taken in the same instant as the rest of that answer.",
    "Where a cursor is of no use any more (it is too old, or the database was restored), the stream says `reset` with a fresh one: load what you show anew. A client that reads too slowly is cut off, and resumes in the same way.",
  ],
};

const retrying: Chapter = {
  id: "retrying",
  title: "Retrying without doing it twice",
  parts: [
    `When an answer does not arrive, nobody knows whether the request did. Give each request that changes something an \`Idempotency-Key\` of your own (1–${idempotencyKeyCharactersMax} visible characters), and send the very same request again until there is an answer.`,
    {
      code:
        'curl -H "Authorization: Bearer $T" -H "Idempotency-Key: backup-2026-11-20" -d text=done localhost:8000/send',
    },
    `The key is kept with what it did, for ${
      formatDuration(receiptLifeMs)
    }, and over a restart. The answer to a repeat is that of the first time, with \`Idempotency-Replayed: true\`, and costs no limit. Another request under the same key is an \`idempotency_mismatch\`. \`POST /connect\` and \`POST /disconnect\` take no key.`,
  ],
};

function limits({ policy, fileBytesMax }: DocsFacts): Chapter {
  const { limit, limitPeriodMs, messageTtlMs, unreadTtlMs, banAfter, banForMs } = policy;
  return {
    id: "limits",
    title: "Limits",
    parts: [
      "On this server:",
      {
        items: [
          limit === 0
            ? "There is no limit on messages to the common chat."
            : `A user sends at most ${limit} messages to the common chat, comments included, in ${
              formatDuration(limitPeriodMs)
            }.`,
          `A message is there for ${
            formatDuration(messageTtlMs)
          } for those who have read it, and for ${
            formatDuration(unreadTtlMs)
          } for those who have not.`,
          banAfter === 0
            ? "Reports ban nobody."
            : `At ${banAfter} reports a user cannot send for ${formatDuration(banForMs)}.`,
          `A file has at most ${formatSize(fileBytesMax)}.`,
        ],
      },
      "Answers to messages for the common chat tell how much is left: 20 in 3600 seconds are allowed here, and 8 are left for the next 1260.",
      {
        code: 'RateLimit-Policy: "common";q=20;w=3600\nRateLimit: "common";r=8;t=1260',
      },
      "Every 429 and 503 says with `Retry-After` how many seconds to wait.",
    ],
  };
}

const errors: Chapter = {
  id: "errors",
  title: "Errors",
  parts: [
    "What fails is answered as `application/problem+json` (RFC 9457). `code` is for programs, `detail` for people; `type` links to the code's explanation on this page. Some codes tell more: `errors` names each field that is wrong, `limit` a size, `resets_at` and `banned_until` a time.",
    {
      code: [
        "{",
        '  "type": "/docs#invalid",',
        '  "title": "A value is not valid",',
        '  "status": 422,',
        '  "detail": "text is missing.",',
        '  "code": "invalid",',
        '  "errors": [{ "field": "text", "message": "is missing" }]',
        "}",
      ].join("\n"),
    },
  ],
};
