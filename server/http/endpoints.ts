/**
 * The places where a listener listens: TCP addresses and Unix sockets, opened all or none.
 *
 * @module
 */

/** An address and a port of it, or the path of a Unix socket. */
export type Endpoint = TcpEndpoint | UnixEndpoint;

export interface TcpEndpoint {
  /** An IP address, or a host name, which stands for the first address it has. */
  readonly hostname: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export interface UnixEndpoint {
  readonly path: string;
}

/** An endpoint that takes connections. */
export interface Entrance {
  /** Where it really is, with the port that the system chose. */
  readonly endpoint: Endpoint;
  /** Resolves to the next connection; rejects with what the system says, and when it is closed. */
  accept(): Promise<Deno.TcpConn | Deno.UnixConn>;
  close(): void;
}

/**
 * Who may connect by a Unix socket: its owner and its group, so that a proxy in front needs no more
 * than to be of the group. Others on the machine may be anyone.
 */
const socketMode = 0o660;

/** A place that cannot be listened on; `cause` is what the system says. */
export class EndpointError extends Error {
  override readonly name = "EndpointError";

  constructor(readonly endpoint: Endpoint, cause: unknown) {
    super(`Cannot listen on ${endpointText(endpoint)}`, { cause });
  }
}

/** As a person would write it: `127.0.0.1:8000`, `[::1]:8000`, `unix:/run/chat.sock`. */
export function endpointText(endpoint: Endpoint): string {
  if ("path" in endpoint) return `unix:${endpoint.path}`;
  const { hostname, port } = endpoint;
  return `${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

/**
 * Opens all of them; if one can't be, none stays open.
 *
 * @throws {EndpointError}
 */
export function openEndpoints(endpoints: readonly Endpoint[]): Entrance[] {
  const entrances: Entrance[] = [];
  for (const endpoint of endpoints) {
    try {
      entrances.push("path" in endpoint ? openUnix(endpoint) : openTcp(endpoint));
    } catch (cause) {
      for (const entrance of entrances) entrance.close();
      throw new EndpointError(endpoint, cause);
    }
  }
  return entrances;
}

function openTcp({ hostname, port }: TcpEndpoint): Entrance {
  const listener = Deno.listen({ hostname, port });
  return {
    endpoint: { hostname: listener.addr.hostname, port: listener.addr.port },
    accept: () => listener.accept(),
    close: () => listener.close(),
  };
}

/**
 * Binds under a name of its own and links that to `path`, which takes no place that is taken, and
 * shows the socket only when its mode is what it is to be. `Deno.Listener.close` removes whatever
 * lies at the name that was bound, and so does no harm.
 */
function openUnix({ path }: UnixEndpoint): Entrance {
  const [bound, listener] = bindBeside(path);
  let made: Deno.FileInfo;
  try {
    Deno.chmodSync(bound, socketMode);
    made = Deno.lstatSync(bound);
    Deno.linkSync(bound, path);
    Deno.removeSync(bound);
  } catch (cause) {
    listener.close();
    throw cause instanceof Deno.errors.AlreadyExists ? new Deno.errors.AddrInUse(path) : cause;
  }
  return {
    endpoint: { path },
    accept: () => listener.accept(),
    close() {
      try {
        // As long as it is bound, no other file can have its number.
        removeIfStill(path, made);
      } finally {
        listener.close();
      }
    },
  };
}

/** Binds a name that nobody uses beside `path`; one as long, so that what can't be a path fails. */
function bindBeside(path: string): [bound: string, listener: Deno.UnixListener] {
  const last = [...path].at(-1) ?? "";
  const bytes = new TextEncoder().encode(last).length;
  for (const mark of "0123456789abcdefghijklmnopqrstuvwxyz") {
    const bound = path.slice(0, -last.length) + mark.repeat(bytes);
    if (bound === path) continue;
    try {
      return [bound, Deno.listen({ transport: "unix", path: bound })];
    } catch (cause) {
      if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    }
  }
  throw new Error("there is no free name beside it");
}

/** Removes the file at `path` if it is the one that we `made`. */
function removeIfStill(path: string, { dev, ino }: Deno.FileInfo): void {
  try {
    const found = Deno.lstatSync(path);
    if (found.dev === dev && found.ino === ino) Deno.removeSync(path);
  } catch (cause) {
    // Whoever has removed it, or has taken away the right to, has done so on purpose.
    const { NotFound, PermissionDenied } = Deno.errors;
    if (!(cause instanceof NotFound || cause instanceof PermissionDenied)) throw cause;
  }
}

/**
 * Removes the socket at `path` if it was left behind by a server that is no more.
 *
 * Nothing else is ever removed: neither a file that is no socket, nor a socket that someone answers.
 *
 * @throws {EndpointError} if the place is taken, with `AddrInUse` for a cause if by a server.
 */
export async function clearStaleSocket(endpoint: UnixEndpoint): Promise<void> {
  const { path } = endpoint;
  try {
    if (!(await Deno.lstat(path)).isSocket) {
      throw new Error("there is something that is no socket");
    }
    const conn = await Deno.connect({ transport: "unix", path });
    conn.close();
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return;
    // The system says so while as many wait to be accepted as may.
    if (cause instanceof Deno.errors.WouldBlock) throw taken(endpoint);
    if (!(cause instanceof Deno.errors.ConnectionRefused)) throw new EndpointError(endpoint, cause);
    await Deno.remove(path);
    return;
  }
  throw taken(endpoint);
}

function taken(endpoint: UnixEndpoint): EndpointError {
  return new EndpointError(endpoint, new Deno.errors.AddrInUse("a server answers there"));
}
