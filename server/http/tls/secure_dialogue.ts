/**
 * The dialogue with one peer by TLS: a handshake under a deadline, then as with any other.
 *
 * @module
 */
import { Dialogue, type DialogueHost } from "../dialogue.ts";
import type { Peer } from "../exchange.ts";
import { ProtocolError } from "../protocol/events.ts";
import type { ByteStream } from "../socket.ts";
import type { TlsDoor } from "./tls_door.ts";
import { TlsStream } from "./tls_stream.ts";

/** What all dialogues by TLS of a listener share. */
export interface SecureDialogueHost extends DialogueHost {
  /** The door for those who come now. */
  readonly door: Pick<TlsDoor, "enter">;
  /** Told why a peer has not come to its first request. */
  readonly onHandshakeFailure: (cause: unknown, peer: Peer) => void;
}

/** The first byte of a client that speaks TLS (RFC 8446 §5.1). */
const handshakeRecord = 22;

/** One peer by TLS, from its first byte to the last. */
export class SecureDialogue {
  readonly #conn: ByteStream;
  readonly #peer: Peer;
  readonly #host: SecureDialogueHost;
  readonly #handshakeDueMs: number;
  #closeDueMs: number | undefined;
  #stream: TlsStream | undefined;
  #dialogue: Dialogue | undefined;
  #isCut = false;

  constructor(conn: ByteStream, peer: Peer, host: SecureDialogueHost) {
    this.#conn = conn;
    this.#peer = peer;
    this.#host = host;
    this.#handshakeDueMs = this.#dueMs(host.limits.headerTimeoutMs);
  }

  /** Serves the peer until one side is done. Never rejects. */
  run(): Promise<void> {
    return this.#begin((dialogue) => dialogue.run());
  }

  /** Tells the peer `error` before it has asked for anything. Never rejects. */
  refuse(error: ProtocolError): Promise<void> {
    return this.#begin((dialogue) => dialogue.refuse(error));
  }

  /** Ends it now if the peer is between two requests; otherwise after this one. */
  stop(): void {
    if (this.#dialogue !== undefined) this.#dialogue.stop();
    else this.cut();
  }

  /** Ends it at once. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    if (this.#stream !== undefined) this.#stream.abort();
    else if (this.#dialogue === undefined) this.#conn.close();
    this.#dialogue?.cut();
  }

  /** Acts on what is overdue at `nowMs`. */
  sweep(nowMs: number): void {
    if (this.#dialogue === undefined) {
      if (nowMs < this.#handshakeDueMs) return;
      this.#tell(new Error("Cannot wait longer for the handshake"));
      this.cut();
    } else if (this.#stream?.closing) {
      this.#closeDueMs ??= this.#dueMs(this.#host.limits.lingerMs);
      if (nowMs >= this.#closeDueMs) this.cut();
    } else {
      this.#dialogue.sweep(nowMs);
    }
  }

  async #begin(speak: (dialogue: Dialogue) => Promise<void>): Promise<void> {
    try {
      const stream = await this.#secure();
      if (stream !== undefined) {
        this.#dialogue = new Dialogue(stream, this.#peer, this.#host);
        await speak(this.#dialogue);
      }
    } catch (cause) {
      this.#tell(cause);
    }
    if (!this.#stream?.closing) this.cut();
    await this.#stream?.done;
  }

  /** When something that may take `ms` from now is overdue; never early, since now is a little old. */
  #dueMs(ms: number): number {
    return this.#host.nowMs + ms + this.#host.limits.sweepPeriodMs;
  }

  #tell(cause: unknown): void {
    // What fails after we have cut the connection says nothing of the peer.
    if (!this.#isCut) this.#host.onHandshakeFailure(cause, this.#peer);
  }

  /** Does the handshake; undefined if there is nobody left to speak to. */
  async #secure(): Promise<TlsStream | undefined> {
    const buffer = new Uint8Array(this.#host.limits.idleBufferBytes);
    const length = await this.#conn.read(buffer);
    if (length === null) return undefined;
    const first = buffer.subarray(0, length);
    if (first[0] !== handshakeRecord) return await this.#refuseWithoutTls(first);
    const passage = await this.#host.door.enter();
    if (this.#isCut) {
      passage.outside.close();
      passage.inside.close();
      return undefined;
    }
    this.#stream = new TlsStream(this.#conn, passage, first, this.#host.limits);
    await this.#stream.handshake();
    return this.#isCut ? undefined : this.#stream;
  }

  /** Whoever speaks HTTP without TLS is told so in its own language; it is most likely a person. */
  async #refuseWithoutTls(first: Uint8Array): Promise<undefined> {
    const text = String.fromCharCode(...first.subarray(0, 1));
    if (!/[A-Za-z]/.test(text)) throw new Error("Cannot read handshake: the peer speaks no TLS");
    this.#dialogue = new Dialogue(this.#conn, { ...this.#peer, secure: false }, this.#host);
    await this.#dialogue.refuse(
      new ProtocolError(400, "malformed", "Cannot speak plain HTTP: this address speaks HTTPS"),
    );
    return undefined;
  }
}
