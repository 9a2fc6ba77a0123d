/**
 * The end of a conversation: by its user, by its server, or by a defect.
 *
 * @module
 */

/** Whether it has come, and why. */
export class Departure {
  readonly #come = Promise.withResolvers<void>();
  #over = false;
  #defect: unknown;

  /** It has come; what is typed now is not heard. */
  get over(): boolean {
    return this.#over;
  }

  /** It comes now. */
  leave(): void {
    this.#over = true;
    this.#come.resolve();
  }

  /** It comes by a defect in the midst of what no caller waits for; the first one tells why. */
  breakDown(defect: unknown): void {
    this.#defect ??= defect;
    this.leave();
  }

  /** Resolves when it has come; rejects for a defect. */
  async come(): Promise<void> {
    await this.#come.promise;
    if (this.#defect !== undefined) throw this.#defect;
  }
}
