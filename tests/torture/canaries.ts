/**
 * Canaries: servers with a line that is wrong, none of which the torture may miss.
 *
 * @module
 */
import { SourceTree } from "../support/source_tree.ts";

/** A file of the program, what stands there, and what stands there instead. */
export interface Canary {
  readonly file: string;
  readonly is: string;
  readonly becomes: string;
}

/** What is done wrong, by what it is. */
export const canaries: Readonly<Record<string, Canary>> = {
  "acknowledges before the commit": {
    file: "server/store/sqlite/medium.ts",
    is: "this.#db = db;",
    becomes: `const exec = db.exec.bind(db);
    db.exec = (sql) => {
      if (sql.startsWith("BEGIN") && db.isTransaction) return;
      if (sql !== "COMMIT" || Math.random() < 0.1) exec(sql);
    };
    this.#db = db;`,
  },
  "publishes twice": {
    file: "server/chat/hub.ts",
    is: "subscriber.deliver(news, Math.max(head, subscriber.position));",
    becomes: `subscriber.deliver(news, Math.max(head, subscriber.position));
    if (Math.random() < 0.01) subscriber.deliver(news, Math.max(head, subscriber.position));`,
  },
  "forgets receipts": {
    file: "lib/domain/decide.ts",
    is: "if (receipt !== undefined && isFresh(receipt, nowMs)) {",
    becomes: "if (receipt !== undefined && isFresh(receipt, nowMs) && nowMs % 2 === 0) {",
  },
  "leaves a gap when a stream is resumed": {
    file: "server/chat/hub.ts",
    is: "for (const slice of slices(events)) {",
    becomes: "for (const slice of slices(events.filter((_, at) => at !== 3))) {",
  },
  "goes live too late": {
    file: "server/chat/hub.ts",
    is: "if (page.upTo >= this.#head) {",
    becomes: `if (page.upTo >= this.#head) {
        await new Promise((resolve) => setTimeout(resolve, 50));`,
  },
  "lets those hear who have left": {
    file: "server/chat/audiences.ts",
    is: "this.#dismissUser(event.user.id, event.room);",
    becomes: "",
  },
  "shows a room's history to anyone": {
    file: "server/api/messages.ts",
    is: `if (await store.member(id, reader) === undefined) throw missing("room");`,
    becomes: `if (await store.room(id) === undefined) throw missing("room");`,
  },
  "sends what is scheduled early": {
    file: "lib/domain/rules/scheduling.ts",
    is: "dueMs: due.ms,\n      createdMs",
    becomes: "dueMs: due.ms - 800,\n      createdMs",
  },
  "sends what is scheduled twice": {
    file: "lib/domain/rules/scheduling.ts",
    is: "const message = deliver(letter.letter, state, circumstances);",
    becomes: `const message = deliver(letter.letter, state, circumstances);
    deliver(letter.letter, state, circumstances);`,
  },
  "counts one too few": {
    file: "lib/domain/limit.ts",
    is: "const remaining = Math.max(0, limit - window.used);",
    becomes: "const remaining = Math.max(0, limit + 1 - window.used);",
  },
  "lets those speak who are banned": {
    file: "lib/domain/rules/limits.ts",
    is: "return isBanned(user, nowMs)\n",
    becomes: "return isBanned(user, nowMs) && nowMs < 0\n",
  },
  "miscounts what is unread": {
    file: "server/store/sqlite/queries/rooms.ts",
    is: "unread: row.unread,",
    becomes: "unread: row.unread + (row.unread > 7 ? 1 : 0),",
  },
  "asks in those who are asked in already": {
    file: "lib/domain/rules/invitations.ts",
    is:
      "if (state.invitations.has(pairKey(id, user.id))) return success({ room: id, user: user.name });",
    becomes: "",
  },
  "loses links": {
    file: "lib/domain/rules/links.ts",
    is: "state.links.put(link);",
    becomes: "if (nowMs % 3 !== 0) state.links.put(link);",
  },
  "does not tell who asks to enter": {
    file: "lib/domain/rules/join_requests.ts",
    is: "state.tell({ ...asked, audience: actor }, nowMs);",
    becomes: "if (nowMs % 2 === 0) state.tell({ ...asked, audience: actor }, nowMs);",
  },
  "spoils a file": {
    file: "lib/domain/rules/files.ts",
    is: "state.contents.put({ file: file.id, bytes });",
    becomes: `state.contents.put({
      file: file.id,
      bytes: bytes.map((byte, at) => at === 100 ? byte ^ 1 : byte),
    });`,
  },
};

/** Has the program run from a copy of its sources with a line that is wrong. */
export async function withCanary(name: string): Promise<SourceTree> {
  const canary = canaries[name];
  if (canary === undefined) throw new Error(`There is no canary called ${name}`);
  const tree = new SourceTree();
  try {
    const { file, is, becomes } = canary;
    const path = tree.path(file);
    const text = await Deno.readTextFile(path);
    if (text.split(is).length !== 2) throw new Error(`${file} does not say once: ${is}`);
    await Deno.writeTextFile(path, text.replace(is, () => becomes));
    // It takes its place, so that killing it kills the server.
    const words = `exec "${Deno.execPath()}" run --quiet -A "${tree.path("main.ts")}" "$@"`;
    const executable = tree.path("chat");
    await Deno.writeTextFile(executable, `#!/bin/sh\n${words}\n`, { mode: 0o755 });
    Deno.env.set("CHAT_BIN", executable);
    return tree;
  } catch (failure) {
    await tree[Symbol.asyncDispose]();
    throw failure;
  }
}
