/**
 * The families of `/metrics`: their names, what they mean, and where their numbers come from.
 *
 * @module
 */
import { callOf, routes } from "../../lib/api/routes.ts";
import { type Distribution, type Measures, RequestMeasures, statusClasses } from "./measures.ts";
import type { Family, Sample } from "./exposition.ts";

type Labels = Readonly<Record<string, string>>;

/** What is not counted but looked up when it is asked for. */
export interface Sights {
  readonly version: string;
  /** When the server was started, in milliseconds since 1970. */
  readonly startedMs: number;
  readonly uptimeMs: () => number;
  readonly connections: () => number;
  readonly usersOnline: () => number;
  /** Commands that wait for their batch. */
  readonly waitingCommands: () => number;
  /** Whether the last attempt to save something went well. */
  readonly isStoreWritable: () => boolean;
  /** Lines of the log that nobody took. */
  readonly logLinesDropped: () => number;
  readonly memory: () => { readonly rss: number; readonly heapUsed: number; heapTotal: number };
  /** `undefined` where the system does not tell. */
  readonly openFiles: () => number | undefined;
}

/** All of them, in their order on the page. */
export function families(measures: Measures, sights: Sights): readonly Family[] {
  return [
    ...processFamilies(sights),
    ...requestFamilies(measures, sights),
    ...streamFamilies(measures, sights),
    ...storeFamilies(measures, sights),
    ...workFamilies(measures),
  ];
}

function processFamilies(sights: Sights): Family[] {
  const { version, startedMs, uptimeMs, memory, openFiles, logLinesDropped } = sights;
  return [
    gauge("chat_build_info", "Always 1; which version it is.", () => [
      { value: 1, labels: { version } },
    ]),
    gauge(
      "chat_uptime_seconds",
      "Seconds since the server was started.",
      () => one(uptimeMs() / 1000),
    ),
    gauge(
      "process_start_time_seconds",
      "When the server was started, since 1970.",
      () => one(startedMs / 1000),
    ),
    gauge(
      "process_resident_memory_bytes",
      "Memory that the system has given it.",
      () => one(memory().rss),
    ),
    gauge(
      "chat_heap_used_bytes",
      "Heap of JavaScript that is in use.",
      () => one(memory().heapUsed),
    ),
    gauge(
      "chat_heap_size_bytes",
      "Heap of JavaScript, in use or not.",
      () => one(memory().heapTotal),
    ),
    gauge("process_open_fds", "Open file descriptors, where the system tells.", () => {
      const open = openFiles();
      return open === undefined ? [] : one(open);
    }),
    counter(
      "chat_log_lines_dropped_total",
      "Lines of the log that could not be written, since nobody read it or the disk was full.",
      () => one(logLinesDropped()),
    ),
  ];
}

function requestFamilies(measures: Measures, { connections }: Sights): Family[] {
  const all: readonly (readonly [Labels, RequestMeasures])[] = [
    ...Object.entries(measures.requests).map(([name, requests]) => {
      const { method, route } = callOf(routes[name as keyof typeof routes]);
      return [{ method, route }, requests] as const;
    }),
    [{ method: "other", route: "other" }, measures.otherRequests],
  ];
  return [
    gauge("chat_connections", "Open connections.", () => one(connections())),
    counter(
      "chat_http_requests_total",
      "Requests that were answered, by route and class of status; HEAD counts as GET.",
      () =>
        all.flatMap(([labels, { answered }]) =>
          statusClasses.map((status, at) => ({
            value: answered[at] ?? 0,
            labels: { ...labels, status },
          }))
        ),
    ),
    histogram(
      "chat_http_request_duration_seconds",
      "Time from a request to its answer; of a stream, to its beginning.",
      all.map(([labels, { seconds }]) => [labels, seconds]),
    ),
    counter(
      "chat_refusals_total",
      "Requests that were refused, by the code of the problem.",
      () => byLabel("code", measures.refusals),
    ),
    counter(
      "chat_logins_failed_total",
      "Logins with a wrong password.",
      () => one(measures.loginsFailed),
    ),
    counter(
      "chat_logins_blocked_total",
      "Logins refused since too many before had failed.",
      () => one(measures.loginsBlocked),
    ),
    counter(
      "chat_uploaded_bytes_total",
      "Bytes of files that came in whole.",
      () => one(measures.uploadedBytes),
    ),
    counter(
      "chat_downloaded_bytes_total",
      "Bytes of files that were sent.",
      () => one(measures.downloadedBytes),
    ),
  ];
}

function streamFamilies(measures: Measures, { usersOnline }: Sights): Family[] {
  return [
    gauge(
      "chat_streams",
      "Open streams of events, by kind; poll: one that waits for news.",
      () => byLabel("kind", measures.streams),
    ),
    gauge("chat_users_online", "Users with a stream.", () => one(usersOnline())),
    counter(
      "chat_slow_readers_cut_total",
      "Streams and downloads that were cut since their reader did not keep up.",
      () => one(measures.slowReaders),
    ),
    counter(
      "chat_events_published_total",
      "Events that were committed.",
      () => one(measures.eventsPublished),
    ),
    counter(
      "chat_events_delivered_total",
      "Events told to streams and polls, one for each of these, what was missed included.",
      () => one(measures.eventsDelivered),
    ),
  ];
}

function storeFamilies(measures: Measures, { waitingCommands, isStoreWritable }: Sights): Family[] {
  const { batches, commitSeconds, storeSeconds } = measures;
  return [
    gauge(
      "chat_queued_commands",
      "Commands that wait to be carried out.",
      () => one(waitingCommands()),
    ),
    counter(
      "chat_commits_total",
      "Batches of commands that were carried out.",
      () => one(count(commitSeconds)),
    ),
    counter(
      "chat_commit_failures_total",
      "Batches that the store failed to save.",
      () => one(measures.commitFailures),
    ),
    histogram("chat_commit_batch_commands", "Commands in a batch.", [[{}, batches]]),
    histogram(
      "chat_commit_duration_seconds",
      "Time that the store took for a batch, from loading to the commit.",
      [[{}, commitSeconds]],
    ),
    gauge(
      "chat_store_writable",
      "1 if the last attempt to save something went well, else 0.",
      () => one(isStoreWritable() ? 1 : 0),
    ),
    histogram(
      "chat_store_query_duration_seconds",
      "Time that the store took for a query, by what it was about.",
      Object.entries(storeSeconds).map(([kind, seconds]) => [{ kind }, seconds]),
    ),
  ];
}

function workFamilies(measures: Measures): Family[] {
  return [
    counter(
      "chat_removed_total",
      "What upkeep has removed, by kind.",
      () => byLabel("kind", measures.removed),
    ),
    counter(
      "chat_scheduled_due_total",
      "Scheduled messages taken up when they fell due.",
      () => one(measures.scheduledDue),
    ),
    counter(
      "chat_scheduled_sent_total",
      "Scheduled messages that were sent.",
      () => one(measures.scheduledSent),
    ),
    counter(
      "chat_scheduled_failed_total",
      "Scheduled messages that could not be sent.",
      () => one(measures.scheduledFailed),
    ),
    histogram(
      "chat_event_loop_lag_seconds",
      "How late a timer was called that looks once a second.",
      [[{}, measures.loopLagSeconds]],
    ),
  ];
}

function counter(name: string, help: string, samples: () => readonly Sample[]): Family {
  return { name, help, type: "counter", samples };
}

function gauge(name: string, help: string, samples: () => readonly Sample[]): Family {
  return { name, help, type: "gauge", samples };
}

function histogram(
  name: string,
  help: string,
  all: readonly (readonly [Labels, Distribution])[],
): Family {
  const samples = () =>
    all.flatMap(([labels, distribution]) => bucketSamples(name, labels, distribution));
  return { name, help, type: "histogram", samples };
}

/** Each bucket holds those below it as well. */
function bucketSamples(
  name: string,
  labels: Labels,
  { upperBounds, counts, sum }: Distribution,
): Sample[] {
  let below = 0;
  const buckets = Array.from(counts, (count, at) => {
    below += count;
    const le = String(upperBounds[at] ?? "+Inf");
    return { value: below, labels: { ...labels, le }, metricName: `${name}_bucket` };
  });
  return [
    ...buckets,
    { value: sum, labels, metricName: `${name}_sum` },
    { value: below, labels, metricName: `${name}_count` },
  ];
}

function count({ counts }: Distribution): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function one(value: number): readonly Sample[] {
  return [{ value }];
}

function byLabel(label: string, values: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(values).map(([name, value]) => ({ value, labels: { [label]: name } }));
}
