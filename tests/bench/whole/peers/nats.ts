/**
 * NATS: its subjects, and a stream of JetStream on file.
 *
 * @module
 */
import { freePort, type ServerProcess, startProcess } from "../../server_process.ts";
import { type Candidate, pathOf, type Place } from "../candidate.ts";
import { serialText } from "../plan.ts";
import { ask } from "./question.ts";

const needs = { file: "nats-server", debian: "nats-server" };
const subject = "keep";

/** Nothing is kept; a subject is a room. Senders ask to be answered. */
export const nats: Candidate = {
  name: "NATS",
  needs,
  start: (place) => start("NATS", place),
  live: {
    marks: { ready: "PONG\r\n", greeted: "PONG\r\n", ack: "+OK\r\n" },
    receiver: (_at, room) => `${connect({ verbose: false })}SUB room${room} 1\r\nPING\r\n`,
    sender: (_at, room) => ({
      hello: `${connect({ verbose: true })}PING\r\n`,
      message: publish(`room${room}`, serialText),
    }),
  },
};

/** It answers when a message is written to its file; that is synced later, every two minutes. */
export const jetStream: Candidate = {
  name: "JetStream on file, no fsync before the answer",
  needs,
  async start(place) {
    const server = await start("JetStream", place, [
      `jetstream { store_dir: ${JSON.stringify(place.folder)} }`,
    ]);
    const config = JSON.stringify({
      name: subject,
      subjects: [subject],
      storage: "file",
      retention: "limits",
      num_replicas: 1,
    });
    const answer = await inquire(server, `STREAM.CREATE.${subject}`, config, /(\{[^\r]*\})\r\n/);
    if (answer.includes('"error"')) throw new Error(`Cannot make a stream: ${answer}`);
    return server;
  },
  durable: {
    marks: { ready: "PONG\r\n", greeted: "PONG\r\n", ack: '"seq":' },
    receiver: () => "",
    sender: (at) => ({
      hello: `${connect({ verbose: false })}SUB _INBOX.${at} 1\r\nPING\r\n`,
      message: publish(`${subject} _INBOX.${at}`, serialText),
    }),
    async kept(server) {
      return Number(await inquire(server, `STREAM.INFO.${subject}`, "", /"messages":(\d+)/));
    },
  },
};

async function start(
  name: string,
  { folder, prefix }: Place,
  more: readonly string[] = [],
): Promise<ServerProcess> {
  const port = freePort();
  const lines = [
    "host: 127.0.0.1",
    `port: ${port}`,
    "max_pending: 1GB",
    'write_deadline: "60s"',
    'ping_interval: "1h"',
    ...more,
  ];
  const file = `${folder}/nats.conf`;
  await Deno.writeTextFile(file, `${lines.join("\n")}\n`);
  const command = [pathOf(needs.file), "--config", file] as const;
  return await startProcess({ name, command, prefix, tells: { port } });
}

function connect(options: { readonly verbose: boolean }): string {
  return `CONNECT ${JSON.stringify({ ...options, pedantic: false })}\r\n`;
}

function publish(where: string, text: string): string {
  return `PUB ${where} ${text.length}\r\n${text}\r\n`;
}

/** Asks JetStream, and gives the first group of `answer`. */
function inquire(
  server: ServerProcess,
  what: string,
  text: string,
  answer: RegExp,
): Promise<string> {
  const question = publish(`$JS.API.${what} _INBOX.asked`, text);
  return ask(
    server,
    `${connect({ verbose: false })}SUB _INBOX.asked 1\r\n${question}`,
    new RegExp(`MSG _INBOX[^]*?${answer.source}`),
  );
}
