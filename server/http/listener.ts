/**
 * Admits connections, bounds them, sweeps their deadlines, and stops in order.
 *
 * @module
 */
import type { Clock, Timer } from "../../lib/clock.ts";
import { Accepting } from "./accepting.ts";
import { Dialogue } from "./dialogue.ts";
import { type Endpoint, type Entrance, openEndpoints, type TcpEndpoint } from "./endpoints.ts";
import type { Handler, Peer, Request, Response } from "./exchange.ts";
import { defaultHttpLimits, type HttpLimits } from "./limits.ts";
import { PeerCounts } from "./peer_counts.ts";
import { ProtocolError } from "./protocol/events.ts";
import { SecureDialogue, type SecureDialogueHost } from "./tls/secure_dialogue.ts";
import { TlsDoor, type TlsKeyPair } from "./tls/tls_door.ts";

/** What a listener is told. */
export interface ListenerOptions {
  /** Where to listen: at all of them, or not at all. */
  readonly endpoints: readonly Endpoint[];
  /** With it, all but the Unix sockets speak TLS, and nothing else. */
  readonly tls?: TlsKeyPair;
  readonly limits?: Partial<HttpLimits>;
  readonly clock: Clock;
  readonly handler: Handler;
  /**
   * The network that a peer's address is counted for by `connectionsPerAddressMax`; undefined if it
   * is not counted, as one that stands for many. Without it each address is a network.
   */
  readonly networkOf?: (address: string) => string | undefined;
  /** The answer to a request that broke the protocol or a bound. */
  readonly onProtocolError?: (error: ProtocolError, peer: Peer) => Response;
  /** The answer in place of one that a handler failed to give, or gave in a form that cannot be sent. */
  readonly onHandlerFailure?: (failure: unknown, request: Request) => Response;
  /** Told of what is wrong with no request to blame: `what` was being done, and why it failed. */
  readonly onFault?: (what: string, cause: unknown) => void;
  /** Told why a peer has come to no request by TLS: on the open network that is every scanner's way. */
  readonly onHandshakeFailure?: (cause: unknown, peer: Peer) => void;
  /** Told each time that an answer in parts was cut since its reader did not keep up. */
  readonly onSlowReader?: () => void;
}

/** A server at work. */
export interface HttpListener {
  /** Where it listens: the first of its TCP endpoints, or port 0 of nowhere without one. */
  readonly address: TcpEndpoint;
  /** All the places where it listens, in the order in which they were given. */
  readonly addresses: readonly Endpoint[];
  /** How many connections are open. */
  readonly connections: number;
  /**
   * Takes another certificate for those who come from now on; what is open goes on. Only for a
   * listener that has one.
   *
   * @throws {TlsKeyPairError} if it can't be used; the one before then stays.
   */
  renewTls(pair: TlsKeyPair): void;
  /**
   * Takes no more connections, closes idle ones at once, and lets exchanges under way finish, with
   * `Connection: close`. Resolves when all are done; after `graceMs`, if given, the rest is cut.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
  /** Cuts everything at once. */
  close(): void;
}

/**
 * Starts to listen.
 *
 * @throws {EndpointError} if one of the endpoints can't be opened.
 * @throws {TlsKeyPairError} if there is a certificate that can't be used.
 */
export function listen(options: ListenerOptions): HttpListener {
  return new Listener(options);
}

function plainProblem(error: ProtocolError): Response {
  const { status, code, message } = error;
  return {
    status,
    headers: [["Content-Type", "application/problem+json"]],
    body: JSON.stringify({ status, code, detail: message }),
  };
}

const noRoom = new ProtocolError(503, "busy", "Cannot take the connection: there are too many");
const noRoomForNetwork = new ProtocolError(
  503,
  "busy",
  "Cannot take the connection: there are too many from this address",
);

class Listener implements HttpListener, SecureDialogueHost {
  readonly limits: HttpLimits;
  readonly handler: Handler;
  readonly onProtocolError: (error: ProtocolError, peer: Peer) => Response;
  readonly onHandlerFailure: (failure: unknown, request: Request) => Response;
  readonly onFault: (what: string, cause: unknown) => void;
  readonly onHandshakeFailure: (cause: unknown, peer: Peer) => void;
  readonly onSlowReader: () => void;
  nowMs: number;
  date: string;
  readonly #entrances: readonly Entrance[];
  readonly #acceptings: readonly Accepting<Deno.TcpConn | Deno.UnixConn>[];
  readonly #clock: Clock;
  readonly #networkOf: (address: string) => string | undefined;
  readonly #dialogues = new Set<Dialogue | SecureDialogue>();
  readonly #refused = new Set<Dialogue | SecureDialogue>();
  readonly #peers = new PeerCounts();
  /** The one for those who come now, and those that still let in who came before. */
  readonly #doors = new Set<TlsDoor>();
  #door: TlsDoor | undefined;
  readonly #done = Promise.withResolvers<void>();
  #accepting: number;
  #stopping = false;
  #sweepTimer: Timer | undefined;
  #graceTimer: Timer | undefined;

  constructor(options: ListenerOptions) {
    this.limits = { ...defaultHttpLimits, ...options.limits };
    this.handler = options.handler;
    this.onProtocolError = options.onProtocolError ?? plainProblem;
    this.onHandlerFailure = options.onHandlerFailure ?? (() => ({ status: 500, headers: [] }));
    this.onFault = options.onFault ?? (() => {});
    this.onHandshakeFailure = options.onHandshakeFailure ?? (() => {});
    this.onSlowReader = options.onSlowReader ?? (() => {});
    this.#networkOf = options.networkOf ?? ((address) => address);
    this.#clock = options.clock;
    this.nowMs = this.#clock.monotonic();
    this.date = new Date(this.#clock.now()).toUTCString();
    this.#entrances = openEndpoints(options.endpoints);
    try {
      if (options.tls !== undefined) this.#door = this.#openDoor(options.tls);
    } catch (failure) {
      for (const entrance of this.#entrances) entrance.close();
      throw failure;
    }
    this.#acceptings = this.#entrances.map((entrance) => this.#acceptFrom(entrance));
    this.#accepting = this.#acceptings.length;
  }

  get address(): TcpEndpoint {
    for (const endpoint of this.addresses) if ("port" in endpoint) return endpoint;
    return { hostname: "", port: 0 };
  }

  get addresses(): readonly Endpoint[] {
    return this.#entrances.map(({ endpoint }) => endpoint);
  }

  get connections(): number {
    return this.#dialogues.size;
  }

  get door(): TlsDoor {
    if (this.#door === undefined) throw new Error("Cannot speak TLS: there is no certificate");
    return this.#door;
  }

  renewTls(pair: TlsKeyPair): void {
    // Nobody comes any more.
    if (this.#stopping) return;
    const before = this.door;
    this.#door = this.#openDoor(pair);
    before.retire();
  }

  stop(options: { readonly graceMs?: number } = {}): Promise<void> {
    if (!this.#stopping) {
      this.#stopping = true;
      for (const accepting of this.#acceptings) accepting.stop();
      for (const dialogue of this.#dialogues) dialogue.stop();
      for (const door of this.#doors) door.shut();
    }
    if (options.graceMs !== undefined && this.#graceTimer === undefined) {
      this.#graceTimer = this.#clock.setTimer(options.graceMs, () => this.close());
    }
    this.#settle();
    return this.#done.promise;
  }

  close(): void {
    void this.stop();
    for (const dialogue of [...this.#dialogues, ...this.#refused]) dialogue.cut();
    // A handler that is still at work has nobody left to answer: it is not waited for.
    this.#dialogues.clear();
    this.#refused.clear();
    this.#settle();
  }

  #openDoor(pair: TlsKeyPair): TlsDoor {
    const { limits, onFault } = this;
    const door = new TlsDoor(pair, { clock: this.#clock, limits, onFault });
    this.#doors.add(door);
    void door.done.then(() => {
      this.#doors.delete(door);
      this.#settle();
    });
    return door;
  }

  #acceptFrom(source: Entrance): Accepting<Deno.TcpConn | Deno.UnixConn> {
    const accepting = new Accepting({
      source,
      clock: this.#clock,
      limits: this.limits,
      admit: (conn: Deno.TcpConn | Deno.UnixConn) => this.#admit(conn),
      onFault: (cause) => this.onFault("accept", cause),
    });
    void accepting.done.then(() => {
      this.#accepting--;
      this.#settle();
    });
    return accepting;
  }

  #admit(conn: Deno.TcpConn | Deno.UnixConn): void {
    if (this.#stopping) {
      conn.close();
      return;
    }
    try {
      configure(conn);
    } catch {
      // Some systems say so when the peer is gone already.
      conn.close();
      return;
    }
    this.#beginSweeps();
    const address = addressOf(conn);
    const dialogue = this.#dialogueWith(conn, address);
    const network = address === "" ? undefined : this.#networkOf(address);
    const refusal = this.#refusalFor(network);
    if (refusal === undefined) {
      this.#dialogues.add(dialogue);
      if (network !== undefined) this.#peers.add(network);
      void dialogue.run().then(() => {
        if (network !== undefined) this.#peers.remove(network);
        this.#leave(this.#dialogues, dialogue);
      });
    } else if (this.#refused.size < this.limits.refusalsMax) {
      this.#refused.add(dialogue);
      void dialogue.refuse(refusal).then(() => this.#leave(this.#refused, dialogue));
    } else {
      dialogue.cut();
    }
  }

  #dialogueWith(conn: Deno.TcpConn | Deno.UnixConn, address: string): Dialogue | SecureDialogue {
    return this.#door !== undefined && isTcp(conn)
      ? new SecureDialogue(conn, { address, secure: true }, this)
      : new Dialogue(conn, { address, secure: false }, this);
  }

  #refusalFor(network: string | undefined): ProtocolError | undefined {
    const { connectionsMax, connectionsPerAddressMax } = this.limits;
    if (this.#dialogues.size >= connectionsMax) return noRoom;
    if (network === undefined) return undefined;
    return this.#peers.countOf(network) < connectionsPerAddressMax ? undefined : noRoomForNetwork;
  }

  #leave(group: Set<Dialogue | SecureDialogue>, dialogue: Dialogue | SecureDialogue): void {
    group.delete(dialogue);
    this.#settle();
  }

  /** Puts away what is not needed while, or because, nobody is there. */
  #settle(): void {
    if (this.#dialogues.size + this.#refused.size > 0) return;
    this.#sweepTimer?.cancel();
    this.#sweepTimer = undefined;
    if (!this.#stopping || this.#accepting + this.#doors.size > 0) return;
    this.#graceTimer?.cancel();
    this.#done.resolve();
  }

  // One timer for all connections: a look at each costs less than a timer for each request.

  #beginSweeps(): void {
    if (this.#sweepTimer !== undefined) return;
    this.#readClock();
    this.#sweepTimer = this.#clock.setTimer(this.limits.sweepPeriodMs, this.#sweep);
  }

  readonly #sweep = (): void => {
    this.#readClock();
    this.#sweepTimer = this.#clock.setTimer(this.limits.sweepPeriodMs, this.#sweep);
    for (const dialogue of this.#dialogues) dialogue.sweep(this.nowMs);
    for (const dialogue of this.#refused) dialogue.sweep(this.nowMs);
  };

  #readClock(): void {
    this.nowMs = this.#clock.monotonic();
    this.date = new Date(this.#clock.now()).toUTCString();
  }
}

function isTcp(conn: Deno.TcpConn | Deno.UnixConn): conn is Deno.TcpConn {
  return conn.remoteAddr.transport === "tcp";
}

function addressOf(conn: Deno.TcpConn | Deno.UnixConn): string {
  return isTcp(conn) ? conn.remoteAddr.hostname : "";
}

function configure(conn: Deno.TcpConn | Deno.UnixConn): void {
  if (!isTcp(conn)) return;
  // Answers are written whole, so waiting for more to send with them only delays them.
  conn.setNoDelay(true);
  conn.setKeepAlive(true);
}
