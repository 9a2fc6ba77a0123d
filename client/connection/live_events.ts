/**
 * What happens since a cursor: by a stream, or by one question after the other where something on
 * the way holds streams back.
 *
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import type { ApiClient, StreamRequest } from "./api_client.ts";
import { Pause } from "./backoff.ts";
import type { StreamItem } from "./event_stream.ts";
import { Unreachable } from "./failures.ts";

/** How long a stream may take to bring its first item; the server tells something at once. */
export const streamStartMaxMs = 10_000;

/** How long polls go on before the stream is tried again, in milliseconds. */
export const streamRetryMs = 10 * 60_000;

/** How long a poll waits for news, in seconds. */
export const pollWaitSeconds = 25;

/** How long a server is left alone that answers a poll at once, though it has no news. */
export const pollGapMs = 1000;

/** The way on which events come. */
export type Way = "stream" | "poll";

export interface LiveItem {
  readonly by: Way;
  readonly item: StreamItem;
}

export interface LiveRequest extends StreamRequest {
  readonly api: ApiClient;
  readonly clock: Clock;
}

/**
 * The items since a cursor, until the stream ends; what a poll has brought ends with `caught_up`.
 *
 * @throws as {@linkcode ApiClient.events} and {@linkcode ApiClient.poll}.
 */
export async function* liveEvents(request: LiveRequest): AsyncGenerator<LiveItem, void, void> {
  let { after } = request;
  for (;;) {
    if ((yield* stream({ ...request, after })) === "ended") return;
    after = yield* poll({ ...request, after });
  }
}

/** Follows the stream. */
async function* stream(
  { api, clock, after, signal: wish }: LiveRequest,
): AsyncGenerator<LiveItem, "ended" | "held_back", void> {
  const heldBack = new Unreachable(api.origin, "something holds the stream back");
  const patience = new AbortController();
  const timer = clock.setTimer(streamStartMaxMs, () => patience.abort(heldBack));
  const signal = AbortSignal.any([wish, patience.signal]);
  try {
    for await (const item of api.events({ after, signal })) {
      timer.cancel();
      yield { by: "stream", item };
    }
    return "ended";
  } catch (failure) {
    if (failure !== heldBack) throw failure;
    return "held_back";
  } finally {
    timer.cancel();
  }
}

/** Asks again and again; returns where it has come to when the stream is worth another try. */
async function* poll(
  { api, clock, after: start, signal }: LiveRequest,
): AsyncGenerator<LiveItem, string, void> {
  const untilMs = clock.monotonic() + streamRetryMs;
  const pause = new Pause(clock);
  const endPause = () => pause.end();
  signal.addEventListener("abort", endPause);
  let after = start;
  // The first answer only tells whether the server is there: it comes at once.
  let waitSeconds = 0;
  try {
    while (clock.monotonic() < untilMs) {
      const askedMs = clock.monotonic();
      const { items, cursor } = await api.poll({ after, waitSeconds, signal });
      for (const item of items) yield { by: "poll", item };
      yield { by: "poll", item: { kind: "notice", notice: { type: "caught_up", cursor } } };
      after = cursor;
      const isHasty = waitSeconds > 0 && clock.monotonic() - askedMs < pollGapMs;
      if (items.length === 0 && isHasty) await pause.wait(pollGapMs);
      waitSeconds = pollWaitSeconds;
    }
    return after;
  } finally {
    signal.removeEventListener("abort", endPause);
  }
}
