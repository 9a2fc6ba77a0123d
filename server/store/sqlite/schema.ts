/**
 * The tables of the SQLite store, as the steps that lead to them.
 *
 * @module
 */

/**
 * One step per entry; `PRAGMA user_version` counts those that were taken. A step that has been
 * released never changes: a new one is added.
 *
 * Every id is a position of the log. A message is its own event; all other events are rows of
 * `events`. `audience` is a room or a user, whose ids never collide.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    head INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    created_ms INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    hash TEXT NOT NULL UNIQUE,
    client TEXT,
    created_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tokens_by_user ON tokens (user);

  CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    pair_low INTEGER REFERENCES users,
    pair_high INTEGER REFERENCES users,
    created_ms INTEGER NOT NULL,
    UNIQUE (pair_low, pair_high)
  ) STRICT;
  INSERT INTO rooms (id, kind, created_ms) VALUES (0, 'common', 0);

  CREATE TABLE members (
    room INTEGER NOT NULL REFERENCES rooms,
    user INTEGER NOT NULL REFERENCES users,
    joined INTEGER NOT NULL,
    read_id INTEGER NOT NULL,
    PRIMARY KEY (room, user)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_user ON members (user);

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms,
    author INTEGER NOT NULL REFERENCES users,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    comment_on INTEGER,
    key TEXT
  ) STRICT;
  CREATE INDEX messages_by_room ON messages (room, id, author);
  CREATE INDEX messages_by_comment ON messages (comment_on) WHERE comment_on IS NOT NULL;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    audience INTEGER NOT NULL,
    type TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_audience ON events (audience, position);

  CREATE TABLE receipts (
    user INTEGER NOT NULL REFERENCES users,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    message INTEGER,
    value TEXT,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (user, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receipts_by_age ON receipts (at_ms);
  `,
];
