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
 * @module
 */
import type { Clock } from "../../lib/clock.ts";
import { Accepting } from "./accepting.ts";
import type { HttpLimits } from "./limits.ts";
import type { ByteStream } from "./socket.ts";

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

interface Waiting {
  resolve(inside: Deno.TlsConn): void;
  reject(reason: unknown): void;
}

/** Where only this process connects to. */
const hostname = "127.0.0.1";

/** Opens passages with one key pair. */
export class TlsDoor {
  readonly #port: number;
  readonly #accepting: Accepting<Deno.TlsConn>;
  /** By the address of their other end: those whose other end is not known yet, … */
  readonly #arrived = new Map<string, Deno.TlsConn>();
  /** … and those who wait for theirs. */
  readonly #waiting = new Map<string, Waiting>();
  #entering = 0;
  #isRetired = false;
  #isShut = false;

  /** @throws {TlsKeyPairError} */
  constructor({ cert, key }: TlsKeyPair, { clock, limits, onFault }: TlsDoorOptions) {
    const source = listenInside({ cert, key });
    this.#port = source.addr.port;
    this.#accepting = new Accepting({
      source,
      clock,
      limits,
      admit: (inside) => this.#admit(inside),
      onFault: (cause) => onFault("accept for TLS", cause),
    });
  }

  /** Resolves when it is shut. */
  get done(): Promise<void> {
    return this.#accepting.done;
  }

  /** Opens a passage. Rejects if the system has no room for one, or the door is shut. */
  async enter(): Promise<Passage> {
    this.#entering++;
    try {
      const outside = await Deno.connect({ hostname, port: this.#port });
      try {
        outside.setNoDelay(true);
        return { outside, inside: await this.#otherEndOf(outside) };
      } catch (cause) {
        outside.close();
        throw cause;
      }
    } finally {
      this.#entering--;
      if (this.#entering === 0) this.#tidy();
    }
  }

  /** Lets in those who are entering, and shuts after them. */
  retire(): void {
    this.#isRetired = true;
    if (this.#entering === 0) this.shut();
  }

  /** Shuts at once; passages that are open stay so. */
  shut(): void {
    this.#isShut = true;
    this.#accepting.stop();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Error("Cannot enter: the door is shut"));
    this.#tidy();
  }

  #admit(inside: Deno.TlsConn): void {
    const place = placeOf(inside.remoteAddr);
    const waiting = this.#waiting.get(place);
    this.#waiting.delete(place);
    if (waiting !== undefined) waiting.resolve(inside);
    else if (this.#entering > 0) this.#arrived.set(place, inside);
    else inside.close();
  }

  #otherEndOf({ localAddr }: Deno.TcpConn): Promise<Deno.TlsConn> {
    const place = placeOf(localAddr);
    const arrived = this.#arrived.get(place);
    this.#arrived.delete(place);
    if (arrived !== undefined) return Promise.resolve(arrived);
    if (this.#isShut) return Promise.reject(new Error("Cannot enter: the door is shut"));
    return new Promise((resolve, reject) => this.#waiting.set(place, { resolve, reject }));
  }

  /** Nobody of ours is under way, so whoever has arrived is another program of this machine. */
  #tidy(): void {
    for (const inside of this.#arrived.values()) inside.close();
    this.#arrived.clear();
    if (this.#isRetired) this.#accepting.stop();
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
