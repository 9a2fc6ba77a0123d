/**
 * The way into TLS: pairs of connections of which one end is plain and the other one encrypted.
 *
 * `Deno.listenTls` alone would not do. In Deno 2.9 closing a connection whose handshake is not done, or
 * whose peer does not read, leaves it open for as long as the peer likes; and a certificate can only
 * be changed by closing the port for a moment, which turns connections away. So peers are accepted by
 * plain TCP, where closing closes, and what they send is passed on to a `Deno.listenTls` that only
 * this process connects to. The price for each connection is two more descriptors, some 20 KiB, and
 * twice the work.
 *
 * Any program of this machine can find that port and connect to it, too. It gets no further: a
 * passage is given only to the connection that we have made. But it costs a descriptor until it goes
 * away, since closing does not close. So strangers are counted as long as they are there. When there
 * are many the port is given up for another one, and when there are too many there is none until
 * enough of them have gone: what remains is that a program of this machine, if it looks for each of
 * our ports and keeps its connections open, can keep new peers from coming in by TLS. It takes
 * neither the descriptors that the rest of the server needs, nor those who are in.
 *
 * @module
 */
import type { Clock } from "../../../lib/clock.ts";
import { Accepting } from "../accepting.ts";
import type { HttpLimits } from "../limits.ts";
import type { ByteStream } from "../socket.ts";

/** A certificate and its key. */
export interface TlsKeyPair {
  /** In PEM: the certificate, and after it those that lead from it to a known authority. */
  readonly cert: string;
  /** In PEM, not encrypted. */
  readonly key: string;
}

/** A pair that cannot be used; `cause` is what the runtime says. */
export class TlsKeyPairError extends Error {
  override readonly name = "TlsKeyPairError";
}

/** The two ends of one way through TLS. */
export interface Passage {
  /** Takes what the peer sends, and gives what it is to be sent. */
  readonly outside: ByteStream;
  /** Gives what the peer means, and takes the answer. */
  readonly inside: ByteStream & { handshake(): Promise<unknown> };
}

export interface TlsDoorOptions {
  readonly clock: Clock;
  readonly limits: HttpLimits;
  readonly onFault: (what: string, cause: unknown) => void;
}

/** Connections of other programs at one port, by which the port is given up for another one. */
export const strangersPerPortMax = 16;

/** Connections of other programs at all ports of a door, by which nobody enters until some go. */
export const strangersMax = 128;

/** How often one who is entering tries again, at another port. */
const triesMax = 3;

/** Where only this process is to connect to. */
const hostname = "127.0.0.1";

const shutMessage = "Cannot enter: the door is shut";

/** Opens passages with one key pair. */
export class TlsDoor {
  readonly #pair: TlsKeyPair;
  readonly #options: TlsDoorOptions;
  readonly #done = Promise.withResolvers<void>();
  readonly #ports = new Set<InnerPort>();
  /** The one for those who come now; there is none when the last one was given up. */
  #port: InnerPort | undefined;
  readonly #strangers = new Set<Deno.TlsConn>();
  #toldMs = -Infinity;
  #entering = 0;
  #isRetired = false;
  #isShut = false;

  /** @throws {TlsKeyPairError} */
  constructor(pair: TlsKeyPair, options: TlsDoorOptions) {
    this.#pair = pair;
    this.#options = options;
    this.#port = this.#openPort();
  }

  /** Resolves when it is shut. */
  get done(): Promise<void> {
    return this.#done.promise;
  }

  /** Opens a passage. Rejects if the system has no room for one, or the door is shut. */
  async enter(): Promise<Passage> {
    this.#entering++;
    try {
      for (let tries = 1;; tries++) {
        const port = this.#portForNow();
        try {
          return await port.enter();
        } catch (cause) {
          if (this.#isShut || !port.isShut || tries === triesMax) throw cause;
        }
      }
    } finally {
      this.#entering--;
      if (this.#isRetired && this.#entering === 0) this.shut();
    }
  }

  /** Lets in those who are entering, and shuts after them. */
  retire(): void {
    this.#isRetired = true;
    if (this.#entering === 0) this.shut();
  }

  /** Shuts at once; passages that are open stay so. */
  shut(): void {
    if (this.#isShut) return;
    this.#isShut = true;
    this.#port?.shut();
    // The runtime may keep them open, but does not wait for them when the program ends.
    for (const stranger of this.#strangers) stranger.close();
    this.#settle();
  }

  #portForNow(): InnerPort {
    if (this.#isShut) throw new Error(shutMessage);
    if (this.#strangers.size >= strangersMax) {
      throw new Error("Cannot enter: other programs of this machine are in the way");
    }
    return this.#port ??= this.#openPort();
  }

  #openPort(): InnerPort {
    const { clock, limits, onFault } = this.#options;
    const port: InnerPort = new InnerPort({
      source: listenInside(this.#pair),
      clock,
      limits,
      onFault: (cause) => onFault("accept for TLS", cause),
      onStranger: (inside) => this.#endure(inside),
      onCrowd: () => this.#giveUp(port),
    });
    this.#ports.add(port);
    void port.done.then(() => {
      this.#ports.delete(port);
      this.#settle();
    });
    return port;
  }

  #settle(): void {
    if (this.#isShut && this.#ports.size === 0) this.#done.resolve();
  }

  #giveUp(port: InnerPort): void {
    if (this.#port === port) this.#port = undefined;
    port.shut();
    const { clock, limits, onFault } = this.#options;
    const nowMs = clock.monotonic();
    if (nowMs - this.#toldMs < limits.acceptFaultPeriodMs) return;
    this.#toldMs = nowMs;
    const who = "other programs of this machine connect to the port that is for the server itself";
    const count = `connections of theirs: ${this.#strangers.size}`;
    onFault("accept for TLS", new Error(`Cannot keep a port: ${who}; ${count}`));
  }

  /** Counts a stranger for as long as it costs a descriptor. Never rejects. */
  #endure(inside: Deno.TlsConn): Promise<void> {
    if (this.#isShut) {
      inside.close();
      return Promise.resolve();
    }
    this.#strangers.add(inside);
    if (this.#strangers.size >= strangersMax && this.#port) this.#giveUp(this.#port);
    const close = () => {
      this.#strangers.delete(inside);
      if (!this.#isShut) inside.close();
    };
    // Most likely it goes without a handshake. Only then does closing close.
    return inside.handshake().then(close, close);
  }
}

interface InnerPortOptions {
  readonly source: Deno.TlsListener;
  readonly clock: Clock;
  readonly limits: HttpLimits;
  readonly onFault: (cause: unknown) => void;
  /** Told of each connection that is not ours; resolves when it is closed. Never rejects. */
  readonly onStranger: (inside: Deno.TlsConn) => Promise<void>;
  /** Told when there are as many strangers as one port may have. */
  readonly onCrowd: () => void;
}

interface Arrived {
  readonly inside: Deno.TlsConn;
  /** The last of ours that had set out by then; whoever sets out later is another one. */
  readonly after: number;
}

interface Waiting {
  resolve(inside: Deno.TlsConn): void;
  reject(reason: unknown): void;
}

/** One port that this process connects to, and sorts its own connections from those of others. */
class InnerPort {
  readonly #options: InnerPortOptions;
  readonly #port: number;
  readonly #accepting: Accepting<Deno.TlsConn>;
  /** By the address of their other end: those whose other end is not known yet, … */
  readonly #arrived = new Map<string, Arrived>();
  /** … and those who wait for theirs. */
  readonly #waiting = new Map<string, Waiting>();
  /** The numbers of those of ours who don't know their address yet, in order. */
  readonly #connecting = new Set<number>();
  #connects = 0;
  #strangers = 0;
  #isShut = false;

  constructor(options: InnerPortOptions) {
    const { source, clock, limits, onFault } = options;
    this.#options = options;
    this.#port = source.addr.port;
    const admit = (inside: Deno.TlsConn) => this.#admit(inside);
    this.#accepting = new Accepting({ source, clock, limits, admit, onFault });
  }

  /** Resolves when it is shut. */
  get done(): Promise<void> {
    return this.#accepting.done;
  }

  get isShut(): boolean {
    return this.#isShut;
  }

  async enter(): Promise<Passage> {
    const number = ++this.#connects;
    this.#connecting.add(number);
    let outside;
    try {
      outside = await Deno.connect({ hostname, port: this.#port });
    } catch (cause) {
      this.#settle(number);
      throw cause;
    }
    try {
      const inside = this.#otherEndOf(outside, number);
      this.#settle(number);
      outside.setNoDelay(true);
      return { outside, inside: await inside };
    } catch (cause) {
      outside.close();
      throw cause;
    }
  }

  shut(): void {
    if (this.#isShut) return;
    this.#isShut = true;
    this.#accepting.stop();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Error(shutMessage));
    this.#sortOut(Infinity);
  }

  #admit(inside: Deno.TlsConn): void {
    const place = placeOf(inside.remoteAddr);
    const waiting = this.#waiting.get(place);
    this.#waiting.delete(place);
    if (waiting !== undefined) {
      waiting.resolve(inside);
      return;
    }
    // Of two at one address, the former is gone.
    this.#sendAway(place);
    this.#arrived.set(place, { inside, after: this.#connects });
    this.#sortOut(this.#isShut ? Infinity : this.#oldest());
    // Beyond those of ours who are under way, all are strangers, whoever they are.
    const strangers = this.#strangers + Math.max(0, this.#arrived.size - this.#connecting.size);
    if (!this.#isShut && strangers >= strangersPerPortMax) this.#options.onCrowd();
  }

  #otherEndOf({ localAddr }: Deno.TcpConn, number: number): Promise<Deno.TlsConn> {
    const place = placeOf(localAddr);
    const arrived = this.#arrived.get(place);
    if (arrived !== undefined && arrived.after >= number) {
      this.#arrived.delete(place);
      return Promise.resolve(arrived.inside);
    }
    if (this.#isShut) return Promise.reject(new Error(shutMessage));
    return new Promise((resolve, reject) => this.#waiting.set(place, { resolve, reject }));
  }

  #settle(number: number): void {
    this.#connecting.delete(number);
    this.#sortOut(this.#oldest());
  }

  /** The number of the first of ours who does not know its address yet. */
  #oldest(): number {
    for (const number of this.#connecting) return number;
    return Infinity;
  }

  /** Whoever arrived before those of ours who are still under way had set out is a stranger. */
  #sortOut(oldest: number): void {
    for (const [place, { after }] of this.#arrived) if (after < oldest) this.#sendAway(place);
  }

  #sendAway(place: string): void {
    const arrived = this.#arrived.get(place);
    if (arrived === undefined) return;
    this.#arrived.delete(place);
    this.#strangers++;
    void this.#options.onStranger(arrived.inside).then(() => this.#strangers--);
  }
}

function listenInside({ cert, key }: TlsKeyPair): Deno.TlsListener {
  try {
    // Browsers offer HTTP/2, too, and would speak it if they were not told what we speak.
    return Deno.listenTls({ hostname, port: 0, cert, key, alpnProtocols: ["http/1.1"] });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new TlsKeyPairError(`Cannot use the certificate: ${why}`, { cause });
  }
}

function placeOf({ hostname, port }: Deno.NetAddr): string {
  return `${hostname}:${port}`;
}
