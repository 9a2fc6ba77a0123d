/**
 * The chat itself, with all of its rules, and a database in which many know each other.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { chatCommand, registerUsers, startChat } from "../../chat_process.ts";
import { nthOf, requestBytes } from "../../requests.ts";
import { freePort, type ServerProcess, startProcess } from "../../server_process.ts";
import type { Candidate, Place, Speech } from "../candidate.ts";
import { common } from "../conversation.ts";
import { serial, serialText } from "../plan.ts";
import { ask } from "./question.ts";

const decoder = new TextDecoder();

/** Who is in the chat, and in which rooms. */
export interface Inhabitants {
  /** A database with all of them; to be copied. */
  readonly db: string;
  readonly tokens: readonly string[];
  /** Ids of rooms; the members of the first are the first users, and so on. */
  readonly rooms: readonly string[];
  /** Of each room. */
  readonly members: number;
}

/** How many users there are, and of how many members each room is. */
export interface Settlement {
  readonly users: number;
  readonly rooms: number;
  readonly members: number;
}

export const chatName = "chat";
const databaseName = "chat.db";

/** Registers users, makes rooms, and has each user enter theirs, as clients do. */
export async function settle(
  folder: string,
  { users, rooms, members }: Settlement,
): Promise<Inhabitants> {
  const db = `${folder}/settled.db`;
  const tokens = await registerUsers(db, users);
  await using server = await startChat(db);
  // All rooms at a time, which then share the wait for the disk.
  const ids = await Promise.all(Array.from({ length: rooms }, async (_, room) => {
    const [owner = "", ...others] = tokens.slice(room * members, (room + 1) * members);
    const { id } = await call(server, owner, "/rooms", { name: `room${room}` });
    for (const [at, token] of others.entries()) {
      const user = `bench${room * members + 1 + at}`;
      await call(server, owner, `/rooms/${id}/invitations`, { user });
      await call(server, token, `/invitations/${id}`, { accept: true });
    }
    return id;
  }));
  return { db, tokens, rooms: ids, members };
}

async function call(
  { hostname, port }: ServerProcess,
  token: string,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<{ readonly id: string }> {
  const response = await fetch(`http://${hostname}:${port}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot post to ${path}: ${text}`);
  return JSON.parse(text);
}

/** The chat with these people; each start is on a new copy of their database. */
export function chatWith(inhabitants: Inhabitants): Candidate {
  const speech = speechOf(inhabitants);
  return {
    name: chatName,
    needs: undefined,
    async start(place) {
      await Deno.copyFile(inhabitants.db, `${place.folder}/${databaseName}`);
      return await startAgain(place);
    },
    live: speech,
    durable: speech,
  };
}

/** Starts it on what is in its folder. */
export function startAgain({ folder, prefix }: Place): Promise<ServerProcess> {
  const port = freePort();
  const most = ["--max-connections", "15000", "--max-connections-per-address", "15000"];
  const flags = [...most, "--port", String(port)];
  return startProcess({
    name: chatName,
    command: chatCommand(`${folder}/${databaseName}`, { flags }),
    prefix,
    // Its log is written, but to nowhere: the one who would read it is the load.
    tells: { port },
  });
}

function speechOf({ tokens, rooms, members }: Inhabitants): Speech {
  return {
    marks: { ready: "event: caught_up\n", ack: "HTTP/1.1 201 " },
    oneOrder: true,
    receiver: (at) => streamRequest(nthOf(tokens, at)),
    sender: (at, room, load) => ({
      hello: "",
      message: messageRequest({
        token: nthOf(tokens, room === common ? at : (room - 1) * members),
        ...(room !== common && { room: nthOf(rooms, room - 1) }),
        key: `load${load}-${serial}`,
      }),
    }),
    kept: (_server, folder) => Promise.resolve(messagesIn(folder)),
  };
}

/** Asks for a stream, from `cursor` on. */
export function streamRequest(token: string, cursor?: string): string {
  return text(requestBytes({
    method: "GET",
    path: "/events",
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: "text/event-stream",
      ...(cursor !== undefined && { "Last-Event-ID": cursor }),
    },
  }));
}

/** Sends the text that receivers look for, to a room or else to the common chat. */
export function messageRequest(
  { token, room, key }: {
    readonly token: string;
    readonly room?: string;
    readonly key: string;
  },
): string {
  return text(requestBytes({
    method: "POST",
    path: "/send",
    headers: {
      "Authorization": `Bearer ${token}`,
      "Idempotency-Key": key,
      "Accept": "*/*",
      "Content-Type": "application/json",
    },
    body: JSON.stringify({ text: serialText, room }),
  }));
}

/** Where someone stands who has been told everything. */
export function cursorOf(server: ServerProcess, token: string): Promise<string> {
  return ask(server, streamRequest(token), /event: caught_up\ndata: \{"cursor":"([^"]+)"/);
}

function text(bytes: Uint8Array<ArrayBuffer>): string {
  return decoder.decode(bytes);
}

function messagesIn(folder: string): number {
  using db = new DatabaseSync(`${folder}/${databaseName}`, { readOnly: true });
  return Number(db.prepare("SELECT count(*) AS count FROM messages").get()?.["count"]);
}
