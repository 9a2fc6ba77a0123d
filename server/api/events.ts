/**
 * What happens, live or since a cursor: `/events`.
 *
 * @module
 */
import { formatCursor, parseCursor } from "../../lib/api/cursor.ts";
import type { PollAnswer } from "../../lib/api/schemas.ts";
import type { Timer } from "../../lib/clock.ts";
import type { Start } from "../chat/hub.ts";
import { type Owner, PollSubscriber, StreamSubscriber } from "../chat/subscriber.ts";
import { failureFields, logFor } from "../../lib/log.ts";
import type { Request } from "../http/mod.ts";
import type { Answer, Handlers, Services } from "./call.ts";
import { isUnmet } from "./conditions.ts";
import type { StreamFace } from "./event_formats.ts";
import { Failure } from "./failure.ts";
import { preferred, varyByAccept } from "./media_type.ts";
import { wireEvent } from "./wire.ts";

export function eventHandlers(services: Services): Pick<Handlers, "events"> {
  return {
    events({ request, session, query: { after, wait } }) {
      const start = startOf(services, request.headers.get("last-event-id") || after);
      if (wait !== undefined) {
        const waitSeconds = isHeadEnough(request) ? 0 : wait;
        return poll(services, request, session, start, waitSeconds);
      }
      const face = preferred(request.headers.get("accept"), services.faces);
      if (face === undefined) {
        throw new Failure(
          "not_acceptable",
          "Events can be had as text/event-stream, application/x-ndjson and text/plain.",
          { headers: [varyByAccept] },
        );
      }
      return follow(services, request, session, start, face);
    },
  };
}

/** Nobody waits for what is not sent, or takes a place for it. */
function isHeadEnough(request: Request): boolean {
  return request.method === "HEAD" || isUnmet(request);
}

/** Where to begin; a cursor of another log is answered with a reset, not an error. */
function startOf({ store }: Services, text: string | undefined): Start {
  if (text === undefined || text === "") return { kind: "now" };
  const cursor = parseCursor(text);
  if (cursor === undefined) {
    throw new Failure("bad_cursor", "A cursor reads like k3f9-4187; this one does not.");
  }
  if (cursor.epoch !== store.epoch) return { kind: "reset", reason: "other_epoch" };
  return { kind: "after", position: cursor.position };
}

/** Takes a place among the user's streams, to be given up when it is really taken, or not. */
function reserve({ hub }: Services, { user }: Owner): () => void {
  const release = hub.reserve(user);
  if (release !== undefined) return release;
  throw new Failure("too_many_streams", "This user has too many streams open.", {
    headers: [["Retry-After", "5"]],
  });
}

function follow(
  services: Services,
  request: Request,
  owner: Owner,
  start: Start,
  face: StreamFace,
): Answer<never> {
  const { hub, measures } = services;
  const headers = [
    ["Content-Type", face.mediaType],
    ["Cache-Control", "no-store"],
    varyByAccept,
    // Asks nginx, and those who copied it, not to hold the stream back.
    ["X-Accel-Buffering", "no"],
  ] as const;
  if (isHeadEnough(request)) return { status: 200, headers };
  const release = reserve(services, owner);
  // This also makes the socket look out for a client that leaves while nothing is sent.
  request.onGone(release);
  return {
    status: 200,
    headers,
    stream(stream) {
      release();
      const subscriber = new StreamSubscriber(owner, face, stream, measures);
      measures.streams[face.kind] += 1;
      if (face.prologue !== "") stream.write(new TextEncoder().encode(face.prologue));
      hub.join(subscriber, start).catch((failure) => {
        logFor("events").error("Cannot start a stream", failureFields(failure));
        return subscriber.bye();
      });
      // After the joining, for a client that is gone already leaves at once.
      stream.onClose(() => {
        hub.leave(subscriber);
        measures.streams[face.kind] -= 1;
      });
    },
  };
}

async function poll(
  services: Services,
  request: Request,
  owner: Owner,
  start: Start,
  waitSeconds: number,
): Promise<Answer<PollAnswer>> {
  const { hub, clock, store, measures } = services;
  // Joining takes the place in the same turn.
  reserve(services, owner)();
  const subscriber = new PollSubscriber(owner, { waits: waitSeconds > 0 });
  let timer: Timer | undefined;
  const stopWatching = request.onGone(() => subscriber.expire());
  measures.streams.poll += 1;
  try {
    await hub.join(subscriber, start);
    // Only now, so that a slow store can't make missed events look like none.
    timer = clock.setTimer(waitSeconds * 1000, () => subscriber.expire());
    const { events, reset, position } = await subscriber.news;
    measures.eventsDelivered += events.length;
    const cursor = formatCursor({ epoch: store.epoch, position });
    const notices = reset === undefined ? [] : [{ type: "reset" as const, reason: reset, cursor }];
    return {
      status: 200,
      json: { events: [...notices, ...events.map(wireEvent)], cursor },
    };
  } finally {
    stopWatching();
    timer?.cancel();
    hub.leave(subscriber);
    measures.streams.poll -= 1;
  }
}
