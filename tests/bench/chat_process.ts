/**
 * The whole program as a server under measurement, and users of it.
 *
 * @module
 */
import { registrationPolicy } from "../../server/api/registrations.ts";
import {
  type Command,
  type ServerProcess,
  type ServerStart,
  startProcess,
} from "./server_process.ts";

const main = new URL("../../main.ts", import.meta.url).pathname;

const registeringAtOnce = 50;

/** The command that serves `db`; what it is told beside that and what Deno is told go with it. */
export function chatCommand(
  db: string,
  { denoFlags = [], flags = [] }: {
    readonly denoFlags?: readonly string[];
    readonly flags?: readonly string[];
  } = {},
): Command {
  const deno = [Deno.execPath(), "run", "-A", ...denoFlags, main] as const;
  // The load is one user of many, and one address with all of its connections.
  const bounds = ["--limit", "0", "--max-connections-per-address", "10000"];
  return [...deno, "serve", ...bounds, "--log-format", "json", "--db", db, ...flags];
}

/** Starts `chat serve` on a free port. */
export function startChat(
  db: string,
  options: Partial<ServerStart> & { readonly denoFlags?: readonly string[] } = {},
): Promise<ServerProcess> {
  const { denoFlags = [], ...start } = options;
  const command = chatCommand(db, { denoFlags, flags: ["--port", "0"] });
  return startProcess({ name: "chat", command, tells: "stderr", ...start });
}

/**
 * Registers `count` users in `db` and gives their tokens.
 *
 * A server takes only so many new names from one network before it slows them down, so that it takes
 * several, one after another.
 */
export async function registerUsers(db: string, count: number): Promise<string[]> {
  const tokens: string[] = [];
  while (tokens.length < count) {
    await using chat = await startChat(db);
    const until = Math.min(count, tokens.length + registrationPolicy.free);
    // Some at a time, which then share the wait for the disk.
    while (tokens.length < until) {
      const some = Array.from(
        { length: Math.min(registeringAtOnce, until - tokens.length) },
        (_, at) => register(chat, `bench${tokens.length + at}`),
      );
      tokens.push(...await Promise.all(some));
    }
  }
  return tokens;
}

async function register({ hostname, port }: ServerProcess, user: string): Promise<string> {
  const response = await fetch(`http://${hostname}:${port}/connect`, {
    method: "POST",
    headers: { accept: "text/plain" },
    body: new URLSearchParams({ user }),
  });
  const text = (await response.text()).trim();
  if (!response.ok) throw new Error(`Cannot register ${user}: ${text}`);
  return text;
}
