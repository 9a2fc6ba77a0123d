/**
 * Saves what a batch of decisions changed to SQLite.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { FileContent } from "../../../lib/domain/file.ts";
import type { State } from "../../../lib/domain/state.ts";
import type { Change, Rows, TableName } from "../../../lib/domain/table.ts";
import type { Removal } from "./removal.ts";
import { chunksOf, fileShape } from "./rows/files.ts";
import { eventValues, insertEvent, insertMessage, messageValues } from "./rows/messages.ts";
import { auditShape, registrationInviteShape } from "./rows/oversight.ts";
import { invitationShape, linkShape, memberShape, requestShape, roomShape } from "./rows/rooms.ts";
import { scheduledShape } from "./rows/scheduled.ts";
import { type Writer, writerOf } from "./rows/shape.ts";
import {
  formerNameShape,
  receiptShape,
  reportShape,
  tokenShape,
  userShape,
  windowShape,
} from "./rows/users.ts";
import { Action } from "./statements.ts";

type Writers = { readonly [Name in TableName]: Writer<Rows[Name]> };

function writers(db: DatabaseSync, removal: Removal): Writers {
  const message = new Action(db, insertMessage);
  return {
    user: writerOf(db, userShape),
    formerName: writerOf(db, formerNameShape),
    token: writerOf(db, tokenShape),
    window: writerOf(db, windowShape),
    report: writerOf(db, reportShape),
    receipt: writerOf(db, receiptShape),
    room: writerOf(db, roomShape),
    member: writerOf(db, memberShape),
    invitation: writerOf(db, invitationShape),
    link: writerOf(db, linkShape),
    request: writerOf(db, requestShape),
    registrationInvite: writerOf(db, registrationInviteShape),
    audit: writerOf(db, auditShape),
    message: {
      put: (row) => void message.run(...messageValues(row)),
      remove: ({ id }) => void removal.messages([id]),
    },
    scheduled: {
      put: writerOf(db, scheduledShape).put,
      remove: ({ id }) => void removal.scheduled([id]),
    },
    file: {
      put: writerOf(db, fileShape).put,
      remove: ({ id }) => void removal.files([id]),
    },
    content: contentWriter(db, removal),
  };
}

function contentWriter(db: DatabaseSync, removal: Removal): Writer<FileContent> {
  const chunk = new Action(db, "INSERT INTO file_chunks (file, number, bytes) VALUES (?, ?, ?)");
  return {
    put(content) {
      removal.contents([content.file]);
      for (const { number, bytes } of chunksOf(content)) chunk.run(content.file, number, bytes);
    },
    remove: ({ file }) => void removal.contents([file]),
  };
}

/** Writes the changes and events of a state. */
export class Saver {
  readonly #writers: Writers;
  readonly #event: Action;
  readonly #seen: Action;
  readonly #head: Action;

  constructor(db: DatabaseSync, removal: Removal) {
    this.#writers = writers(db, removal);
    this.#event = new Action(db, insertEvent);
    this.#seen = new Action(db, "UPDATE tokens SET last_seen_ms = ? WHERE id = ?");
    this.#head = new Action(db, "UPDATE log SET head = ?");
  }

  /** To be called within a transaction. */
  save({ changes, events, head }: State): void {
    for (const change of changes) if (!removesMessage(change)) this.#apply(change);
    for (const event of events) {
      if (event.type === "message") this.#writers.message.put(event.message);
      else this.#event.run(...eventValues(event));
    }
    // A message may be sent and taken back in one batch: it goes once it is there.
    for (const change of changes) if (removesMessage(change)) this.#apply(change);
    this.#head.run(head);
  }

  #apply(change: Change): void {
    if (change.kind === "seen") {
      this.#seen.run(change.atMs, change.token);
      return;
    }
    // The table's type ties each writer to its rows; TypeScript can't follow it through an index.
    const writer = this.#writers[change.table] as Writer<Rows[TableName]>;
    if (change.kind === "put") writer.put(change.row);
    else writer.remove(change.row);
  }
}

function removesMessage(change: Change): boolean {
  return change.kind === "removed" && change.table === "message";
}
