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
 * `events`. `audience` is a room or a user, whose ids never collide. What may outlive what it names
 * does so without a foreign key: a comment its message, a file its message, a scheduled message its
 * room.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE log (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    secret TEXT NOT NULL,
    head INTEGER NOT NULL,
    -- Events up to here may be gone.
    forgotten INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    created_ms INTEGER NOT NULL,
    banned_until_ms INTEGER
  ) STRICT;

  CREATE TABLE former_names (
    folded TEXT PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX former_names_by_user ON former_names (user);

  CREATE TABLE tokens (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users,
    hash TEXT NOT NULL UNIQUE,
    client TEXT,
    created_ms INTEGER NOT NULL,
    last_seen_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX tokens_by_user ON tokens (user);

  CREATE TABLE windows (
    user INTEGER NOT NULL REFERENCES users,
    kind TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    used INTEGER NOT NULL,
    PRIMARY KEY (user, kind)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE reports (
    target INTEGER NOT NULL REFERENCES users,
    reporter INTEGER NOT NULL REFERENCES users,
    at_ms INTEGER NOT NULL,
    reason TEXT,
    message INTEGER,
    PRIMARY KEY (target, reporter)
  ) STRICT, WITHOUT ROWID;

  -- With a rowid, for keys are random: a receipt goes to the end, only its key to its place.
  CREATE TABLE receipts (
    user INTEGER NOT NULL REFERENCES users,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    kept TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (user, key)
  ) STRICT;
  CREATE INDEX receipts_by_age ON receipts (at_ms);

  CREATE TABLE rooms (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    pair_low INTEGER REFERENCES users,
    pair_high INTEGER REFERENCES users,
    name TEXT,
    owner INTEGER REFERENCES users,
    created_ms INTEGER NOT NULL,
    closed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (pair_low, pair_high)
  ) STRICT;
  CREATE INDEX rooms_closed ON rooms (id) WHERE closed = 1;
  INSERT INTO rooms (id, kind, created_ms) VALUES (0, 'common', 0);

  CREATE TABLE members (
    room INTEGER NOT NULL REFERENCES rooms,
    user INTEGER NOT NULL REFERENCES users,
    joined INTEGER NOT NULL,
    read_id INTEGER NOT NULL,
    PRIMARY KEY (room, user)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_by_user ON members (user);
  -- Who has read least of a room decides what of it can go.
  CREATE INDEX members_by_reading ON members (room, read_id);

  CREATE TABLE invitations (
    room INTEGER NOT NULL REFERENCES rooms,
    user INTEGER NOT NULL REFERENCES users,
    by INTEGER NOT NULL REFERENCES users,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (room, user)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX invitations_by_user ON invitations (user);

  CREATE TABLE links (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms,
    hash TEXT NOT NULL UNIQUE,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    uses_max INTEGER,
    uses INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX links_by_room ON links (room);

  CREATE TABLE requests (
    room INTEGER NOT NULL REFERENCES rooms,
    user INTEGER NOT NULL REFERENCES users,
    link INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (room, user)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES rooms,
    author INTEGER NOT NULL REFERENCES users,
    text TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    -- The latest expires_ms in the room up to this message. Unlike that it never falls from one
    -- message to the next, even if the clock does, so that by its index the first message that may
    -- not have expired is found at once.
    horizon_ms INTEGER NOT NULL,
    comment_on INTEGER,
    key TEXT
  ) STRICT;
  CREATE INDEX messages_by_room ON messages (room, id, author, expires_ms, at_ms);
  CREATE INDEX messages_by_horizon ON messages (room, horizon_ms);
  CREATE INDEX messages_by_age ON messages (room, at_ms);
  CREATE INDEX messages_by_comment ON messages (comment_on, id, author, expires_ms, at_ms)
    WHERE comment_on IS NOT NULL;
  -- Those that expire before an earlier one: none, unless the clock or the time to live was set back.
  CREATE INDEX messages_astray ON messages (room, expires_ms) WHERE expires_ms < horizon_ms;

  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    audience INTEGER NOT NULL,
    type TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_audience ON events (audience, position);
  CREATE INDEX events_by_age ON events (at_ms);

  CREATE TABLE scheduled (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES users,
    room INTEGER,
    to_user INTEGER REFERENCES users,
    text TEXT NOT NULL,
    comment_on INTEGER,
    due_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    key TEXT,
    end_kind TEXT,
    end_message INTEGER,
    end_code TEXT,
    end_ms INTEGER
  ) STRICT;
  CREATE INDEX scheduled_by_author ON scheduled (author);
  CREATE INDEX scheduled_unsent ON scheduled (author, due_ms) WHERE end_message IS NULL;
  CREATE INDEX scheduled_waiting ON scheduled (due_ms) WHERE end_ms IS NULL;
  CREATE INDEX scheduled_ended ON scheduled (end_ms) WHERE end_ms IS NOT NULL;

  CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES users,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    message INTEGER,
    scheduled INTEGER,
    -- What it was in is gone, and it will go.
    doomed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX files_by_message ON files (message) WHERE message IS NOT NULL;
  CREATE INDEX files_by_scheduled ON files (scheduled)
    WHERE scheduled IS NOT NULL AND message IS NULL;
  CREATE INDEX files_unsent ON files (owner) WHERE message IS NULL;
  CREATE INDEX files_loose_by_age ON files (created_ms)
    WHERE message IS NULL AND scheduled IS NULL;
  CREATE INDEX files_doomed ON files (id) WHERE doomed = 1;

  -- With a rowid, for in its leaf a piece would crowd out the keys of all others.
  CREATE TABLE file_chunks (
    file INTEGER NOT NULL REFERENCES files,
    number INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (file, number)
  ) STRICT;
  `,
  `
  ALTER TABLE users ADD COLUMN role TEXT;
  ALTER TABLE users ADD COLUMN deleted_ms INTEGER;
  ALTER TABLE users ADD COLUMN erased INTEGER;
  CREATE INDEX users_with_role ON users (role) WHERE role IS NOT NULL;
  CREATE INDEX users_banned ON users (banned_until_ms) WHERE banned_until_ms IS NOT NULL;
  CREATE INDEX users_deleted ON users (deleted_ms) WHERE deleted_ms IS NOT NULL;
  CREATE INDEX users_to_erase ON users (deleted_ms)
    WHERE deleted_ms IS NOT NULL AND erased IS NULL;

  CREATE INDEX reports_by_age ON reports (at_ms);
  CREATE INDEX reports_by_reporter ON reports (reporter);
  CREATE INDEX invitations_by_sender ON invitations (by);
  CREATE INDEX requests_by_user ON requests (user);
  CREATE INDEX rooms_owned ON rooms (id) WHERE kind = 'room';

  -- What was done stays known as it was done, by the names of then.
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    act TEXT NOT NULL,
    by INTEGER,
    by_name TEXT,
    user INTEGER,
    user_name TEXT,
    message INTEGER,
    room INTEGER,
    until_ms INTEGER,
    role TEXT,
    reason TEXT,
    count INTEGER
  ) STRICT;
  CREATE INDEX audit_by_age ON audit (at_ms);

  CREATE TABLE registration_invites (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    by INTEGER REFERENCES users,
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER NOT NULL,
    uses_max INTEGER NOT NULL,
    uses INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX registration_invites_by_end ON registration_invites (expires_ms);
  CREATE INDEX registration_invites_used_up ON registration_invites (id) WHERE uses >= uses_max;
  `,
];
