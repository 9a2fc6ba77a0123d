// deno-lint-ignore-file no-console -- a benchmark talks to whoever runs it.
/**
 * A server of one client, which tells it as many messages as it is asked to and keeps none.
 *
 * `POST /tell` with `{"messages": 10000, "perSecond": 1000}` is answered when they are told; without
 * `perSecond` they go as fast as the client takes them.
 *
 * @module
 */
import type { Event } from "../../../lib/api/schemas.ts";
import { arrivalOf, json, messageOf, refusal } from "../../client/stub_server.ts";

/** Of a paced talk, how often it is looked what is due. */
const tickMs = 1;
/** Messages of one write of a talk that nothing paces. */
const burst = 50;
/** Bytes that may wait for the client; a real server closes a reader who is 1 MiB behind. */
const waitingBytesMax = 256 * 1024;

/** As often as a real server shows that it lives. */
const heartbeatMs = 15_000;

const epoch = "k3f9";
const garden = { id: "7", name: "garden" };
const authors = ["bob", "Борис", "carol", "dave_from_the_office", "eve"];
const words =
  "well I think we should look at it again tomorrow when there is more light in here and " +
  "everyone is back from lunch so that nobody has to be told twice what was said about the roof";

const encoder = new TextEncoder();
let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
let onRoom = () => {};
let lastId = 0;

/** The next message as a block of the stream: each begins with `n` and its number. */
function nextBlock(): string {
  const id = ++lastId;
  const text = `n${id} ${words.slice(0, (id * 37) % words.length)}`;
  const elsewhere = id % 4 === 0;
  const event: Event = {
    ...messageOf(id, {
      author: authors[id % authors.length] ?? "",
      text: text.trimEnd(),
      at: new Date().toISOString(),
      ...(elsewhere && { room: garden.id, room_kind: "room" }),
    }),
    type: "message",
  };
  return `id: ${epoch}-${id}\nevent: message\ndata: ${JSON.stringify(event)}\n\n`;
}

function write(blocks: readonly string[]): void {
  stream?.enqueue(encoder.encode(blocks.join("")));
}

function follow(): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      stream = controller;
      const cursor = `${epoch}-${lastId}`;
      write([`id: ${cursor}\n\nevent: caught_up\ndata: ${JSON.stringify({ cursor })}\n\n`]);
    },
    pull: () => onRoom(),
    cancel() {
      stream = undefined;
      onRoom();
    },
  }, new ByteLengthQueuingStrategy({ highWaterMark: waitingBytesMax }));
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** Tells `messages`; gives how many were told before the client went. */
async function tell(
  { messages, perSecond }: { readonly messages: number; readonly perSecond?: number },
): Promise<number> {
  const startMs = performance.now();
  let told = 0;
  while (told < messages && stream !== undefined) {
    const due = perSecond === undefined
      ? told + burst
      : Math.floor((performance.now() - startMs) * perSecond / 1000);
    const blocks: string[] = [];
    for (; told < Math.min(due, messages); told++) blocks.push(nextBlock());
    if (blocks.length > 0) write(blocks);
    if (perSecond !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, tickMs));
    } else if ((stream.desiredSize ?? 1) <= 0) {
      await new Promise<void>((resolve) => onRoom = resolve);
    }
  }
  return told;
}

function connected(): Response {
  const rooms = [
    { id: "common", kind: "common", name: "common", unread: 0, last_id: lastId, read_id: lastId },
    { ...garden, kind: "room", unread: 0, last_id: lastId, read_id: lastId },
  ] as const;
  return json(arrivalOf({ token: "t", rooms: [...rooms], cursor: `${epoch}-${lastId}` }), 201);
}

setInterval(() => write([`id: ${epoch}-${lastId}\n\n`]), heartbeatMs);

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(JSON.stringify({ url: `http://127.0.0.1:${port}` })),
}, async (request) => {
  const { pathname } = new URL(request.url);
  switch (`${request.method} ${pathname}`) {
    case "POST /connect":
      return connected();
    case "GET /events":
      return follow();
    case "POST /read": {
      const { room = "common", upto } = await request.json();
      return json({ room, read_id: upto, unread: 0 });
    }
    case "POST /tell":
      return json({ told: await tell(await request.json()) });
    default:
      return refusal("not_found", "There is nothing here.");
  }
});
