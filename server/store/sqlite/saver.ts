/**
 * Saves what a batch of decisions changed to SQLite.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Event } from "../../../lib/domain/event.ts";
import type { Change, State } from "../../../lib/domain/state.ts";
import { eventBody } from "./rows.ts";

/** Writes the changes and events of a state. */
export class Saver {
  readonly #head: StatementSync;
  readonly #user: StatementSync;
  readonly #token: StatementSync;
  readonly #tokenRemoved: StatementSync;
  readonly #tokenSeen: StatementSync;
  readonly #room: StatementSync;
  readonly #member: StatementSync;
  readonly #receipt: StatementSync;
  readonly #message: StatementSync;
  readonly #event: StatementSync;

  constructor(db: DatabaseSync) {
    this.#head = db.prepare("UPDATE log SET head = ?");
    this.#user = db.prepare(
      `INSERT INTO users (id, name, folded, password_hash, created_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, folded = excluded.folded,
         password_hash = excluded.password_hash`,
    );
    this.#token = db.prepare(
      `INSERT INTO tokens (id, user, hash, client, created_ms, last_seen_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#tokenRemoved = db.prepare("DELETE FROM tokens WHERE id = ?");
    this.#tokenSeen = db.prepare("UPDATE tokens SET last_seen_ms = ? WHERE id = ?");
    this.#room = db.prepare(
      `INSERT INTO rooms (id, kind, pair_low, pair_high, created_ms) VALUES (?, ?, ?, ?, ?)`,
    );
    this.#member = db.prepare(
      `INSERT INTO members (room, user, joined, read_id) VALUES (?, ?, ?, ?)
       ON CONFLICT (room, user) DO UPDATE SET joined = excluded.joined, read_id = excluded.read_id`,
    );
    this.#receipt = db.prepare(
      `INSERT OR REPLACE INTO receipts (user, key, fingerprint, message, value, at_ms)
       VALUES (?, ?, ?, ?, ?, ?)`,
    );
    this.#message = db.prepare(
      `INSERT INTO messages (id, room, author, text, at_ms, comment_on, key)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#event = db.prepare(
      `INSERT INTO events (position, audience, type, at_ms, body) VALUES (?, ?, ?, ?, ?)`,
    );
  }

  /** To be called within a transaction. */
  save(state: State): void {
    for (const change of state.changes) this.#apply(change);
    for (const event of state.events) this.#append(event);
    this.#head.run(state.head);
  }

  #apply(change: Change): void {
    switch (change.kind) {
      case "user": {
        const { id, name, folded, passwordHash, createdMs } = change.user;
        this.#user.run(id, name, folded, passwordHash ?? null, createdMs);
        break;
      }
      case "token": {
        const { id, user, hash, client, createdMs, lastSeenMs } = change.token;
        this.#token.run(id, user, hash, client ?? null, createdMs, lastSeenMs);
        break;
      }
      case "token.removed":
        this.#tokenRemoved.run(change.token);
        break;
      case "token.seen":
        this.#tokenSeen.run(change.atMs, change.token);
        break;
      case "room": {
        const { id, kind, pair, createdMs } = change.room;
        this.#room.run(id, kind, pair?.[0] ?? null, pair?.[1] ?? null, createdMs);
        break;
      }
      case "member": {
        const { room, user, joined, readId } = change.member;
        this.#member.run(room, user, joined, readId);
        break;
      }
      case "receipt": {
        const { user, key, fingerprint, kept, atMs } = change.receipt;
        const message = "message" in kept ? kept.message : null;
        const value = "value" in kept ? JSON.stringify(kept.value) : null;
        this.#receipt.run(user, key, fingerprint, message, value, atMs);
        break;
      }
    }
  }

  #append(event: Event): void {
    if (event.type === "message") {
      const { id, room, author, text, atMs, commentOn, key } = event.message;
      this.#message.run(id, room, author.id, text, atMs, commentOn ?? null, key ?? null);
    } else {
      const { position, audience, type, atMs } = event;
      this.#event.run(position, audience, type, atMs, eventBody(event));
    }
  }
}
