/**
 * Asks the inspector of a server to collect its garbage, and what its heap holds.
 *
 * @module
 */

/** Memory of one V8 isolate, in bytes. */
export interface HeapUsage {
  /** Objects. */
  readonly usedSize: number;
  /** What the heap has taken from the system for them. */
  readonly totalSize: number;
  /** What buffers hold outside of the heap. */
  readonly backingStorageSize: number;
}

/** A conversation by the Chrome DevTools protocol. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const { id, result } = JSON.parse(data);
      this.#waiting.get(id)?.(result);
      this.#waiting.delete(id);
    };
  }

  static async open(url: string): Promise<Inspector> {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = () => reject(new Error(`Cannot reach the inspector at ${url}`));
    });
    return new Inspector(socket);
  }

  /** Collects all that nobody refers to. */
  async collectGarbage(): Promise<void> {
    // What a first collection finalizes, a second one collects.
    for (let pass = 0; pass < 3; pass++) await this.#call("HeapProfiler.collectGarbage");
  }

  async heapUsage(): Promise<HeapUsage> {
    return await this.#call("Runtime.getHeapUsage") as HeapUsage;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #call(method: string): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method }));
    });
  }
}
