/**
 * What earlier versions of the program have left: databases, backups of them, and what was answered.
 *
 * @module
 */
const folder = new URL("./", import.meta.url);

/** What clients of a server were told just before it was stopped. */
export interface Witness {
  /** Version of the program. */
  readonly program: string;
  readonly schema: number;
  /** When it was told, in milliseconds since 1970 UTC. */
  readonly madeAtMs: number;
  /** A cursor of the owner from early in the day, and the last one. */
  readonly cursors: { readonly early: string; readonly last: string };
  /** The tokens of all, by name. */
  readonly tokens: Readonly<Record<string, string>>;
  /** The passwords of some. */
  readonly passwords: Readonly<Record<string, string>>;
  /** Who was revoked, and who is banned. */
  readonly revoked: string;
  readonly banned: string;
  /** A message that was sent with a key. */
  readonly repeated: { readonly by: string; readonly key: string; readonly text: string };
  /** What waits to be sent to the common chat. */
  readonly waiting: { readonly text: string; readonly inMs: number };
  /** A file, by whom it can be fetched. */
  readonly file: { readonly by: string; readonly id: number; readonly bytes: number };
  readonly told: readonly Told[];
}

/** A question, and what of its answer every later version must answer as well. */
export interface Told {
  readonly by: string;
  /** As `GET /status`. */
  readonly ask: string;
  readonly answer: unknown;
}

/** What is kept of one schema. */
export class Kept {
  readonly witness: Witness;
  readonly #name: string;

  constructor(schema: number) {
    this.#name = `schema_${schema}`;
    this.witness = JSON.parse(Deno.readTextFileSync(new URL(`${this.#name}.json`, folder)));
  }

  /** Lays out a copy of the database. */
  async database(path: string): Promise<void> {
    await unzip(`${this.#name}.db.gz`, path);
  }

  /** Lays out a copy of a backup of it. */
  async backup(path: string): Promise<void> {
    await unzip(`${this.#name}.backup.gz`, path);
  }
}

async function unzip(name: string, path: string): Promise<void> {
  const { body } = new Response(await Deno.readFile(new URL(name, folder)));
  const bytes = body?.pipeThrough(new DecompressionStream("gzip"));
  await Deno.writeFile(path, bytes ?? new Uint8Array());
}

/** The schemas of which something is kept, the oldest first. */
export function keptSchemas(): readonly number[] {
  return [...Deno.readDirSync(folder)]
    .flatMap(({ name }) => /^schema_(\d+)\.json$/.exec(name)?.slice(1).map(Number) ?? [])
    .toSorted((a, b) => a - b);
}

/** What is another with each asking, or is a number of the program and not of what was kept. */
const passing = new Set(["server", "settings", "online", "last_seen"]);

/** An answer without that. */
export function lasting(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value) => passing.has(name) ? undefined : value));
}
