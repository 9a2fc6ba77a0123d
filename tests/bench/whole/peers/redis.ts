/**
 * Redis: its channels, and a stream in its append-only file.
 *
 * @module
 */
import { freePort, type ServerProcess, startProcess } from "../../server_process.ts";
import type { Candidate, Place } from "../candidate.ts";
import { serialText } from "../plan.ts";
import { ask } from "./question.ts";

const needs = { file: "redis-server", debian: "redis-server" };

/** Nothing is kept; a channel is a room. */
export const redis: Candidate = {
  name: "Redis pub/sub",
  needs,
  start: (place) => start("Redis pub/sub", place, ["appendonly no"]),
  live: {
    marks: { ready: "subscribe", ack: "\r\n" },
    receiver: (_at, room) => command("SUBSCRIBE", `room${room}`),
    sender: (_at, room) => ({ hello: "", message: command("PUBLISH", `room${room}`, serialText) }),
  },
};

/** Each message is on disk before it is answered. */
export const redisOnDisk: Candidate = {
  name: "Redis, appendfsync always",
  needs,
  start: (place) =>
    start("Redis, appendfsync always", place, ["appendonly yes", "appendfsync always"]),
  durable: {
    // The id of the entry has a hyphen; so has an error, but that is not kept.
    marks: { ack: "-" },
    receiver: () => "",
    sender: () => ({ hello: "", message: command("XADD", "messages", "*", "text", serialText) }),
    async kept(server) {
      const answer = await ask(server, command("XLEN", "messages"), /^:(\d+)\r\n/);
      return Number(answer);
    },
  },
};

async function start(
  name: string,
  { folder, prefix }: Place,
  more: readonly string[],
): Promise<ServerProcess> {
  const port = freePort();
  const lines = [
    "bind 127.0.0.1",
    `port ${port}`,
    `dir ${folder}`,
    'save ""',
    "maxclients 15000",
    "client-output-buffer-limit pubsub 0 0 0",
    "auto-aof-rewrite-percentage 0",
    ...more,
  ];
  const file = `${folder}/redis.conf`;
  await Deno.writeTextFile(file, `${lines.join("\n")}\n`);
  return await startProcess({ name, command: [needs.file, file], prefix, tells: { port } });
}

function command(...words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}
