/**
 * Nothing acknowledged is lost or doubled when the server is killed in the middle of its work.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type ServerProcess, Workspace } from "../support/chat_process.ts";

const senders = 8;
const messagesEach = 60;
/** The server is killed when so many messages have been acknowledged. */
const killsAt = [37, 140, 301] as const;

/** Each sends more than the limit of an hour lets them. */
const unlimited = ["--limit", "0"] as const;

interface Item {
  readonly id: number;
  readonly text: string;
  readonly key?: string;
}

/** A server that is replaced by a new one on the same port whenever it has been killed. */
class MortalServer {
  #up: Promise<ServerProcess>;

  constructor(readonly workspace: Workspace) {
    this.#up = workspace.serve({ args: unlimited });
  }

  /** Resolves when one is up. */
  async url(): Promise<string> {
    return (await this.#up).url;
  }

  async killAndReplace(): Promise<void> {
    const { process, url } = await this.#up;
    this.#up = process.kill("SIGKILL").then(() =>
      this.workspace.serve({ args: unlimited, port: Number(new URL(url).port) })
    );
    await this.#up;
  }
}

/** Asks until there is an answer, as a client does whose server goes away. */
async function persist<Answer>(
  server: MortalServer,
  ask: (url: string) => Promise<Answer>,
): Promise<Answer> {
  for (;;) {
    const url = await server.url();
    try {
      return await ask(url);
    } catch (failure) {
      // The connection was cut, or nobody listened yet: the next one will.
      if (!(failure instanceof TypeError)) throw failure;
    }
  }
}

async function connect(url: string, user: string): Promise<string> {
  const response = await fetch(`${url}/connect`, {
    method: "POST",
    headers: { accept: "text/plain" },
    body: new URLSearchParams({ user }),
  });
  return (await response.text()).trim();
}

Deno.test("what was acknowledged is there once and in order after each kill -9", async () => {
  await using workspace = new Workspace();
  const server = new MortalServer(workspace);
  const tokens: string[] = [];
  for (let sender = 0; sender < senders; sender++) {
    tokens.push(await connect(await server.url(), `sender${sender}`));
  }
  const acknowledged = new Map<string, number>();
  let kills = 0;
  let replaced = Promise.resolve();

  await Promise.all(tokens.map(async (token, sender) => {
    for (let count = 0; count < messagesEach; count++) {
      const text = `${sender}/${count}`;
      const id = await persist(server, async (url) => {
        const response = await fetch(`${url}/send`, {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "idempotency-key": text },
          body: new URLSearchParams({ text }),
        });
        assertEquals(response.status, 201);
        return (await response.json() as Item).id;
      });
      acknowledged.set(text, id);
      const killAt = killsAt[kills];
      if (killAt !== undefined && acknowledged.size >= killAt) {
        kills += 1;
        replaced = server.killAndReplace();
      }
    }
  }));
  await replaced;
  assertEquals(kills, killsAt.length);

  const kept: Item[] = [];
  for (;;) {
    const after = kept.at(-1)?.id ?? 0;
    const response = await fetch(`${await server.url()}/messages?limit=200&after=${after}`, {
      headers: { authorization: `Bearer ${tokens[0]}` },
    });
    const page = await response.json() as { items: Item[]; has_more: boolean };
    kept.push(...page.items);
    if (!page.has_more) break;
  }
  assertEquals(kept.length, senders * messagesEach);
  for (const { id, text, key } of kept) {
    assertEquals(acknowledged.get(text), id);
    assertEquals(key, text);
  }
  assert(kept.every(({ id }, at) => at === 0 || id > (kept[at - 1]?.id ?? 0)), "ids grow");
  for (let sender = 0; sender < senders; sender++) {
    const own = kept.filter(({ text }) => text.startsWith(`${sender}/`)).map(({ text }) => text);
    assertEquals(own, Array.from({ length: messagesEach }, (_, count) => `${sender}/${count}`));
  }
});

Deno.test("a second server on the same file is refused in words", async () => {
  await using workspace = new Workspace();
  await workspace.serve();
  const { code, err } = await workspace.run(
    ["serve", "--port", "0", "--db", workspace.path("chat.db"), "--log-format", "pretty"],
  );
  assertEquals(code, 1);
  assert(err.includes("another chat server is using it"), err);
});
