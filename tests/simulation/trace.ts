/**
 * What happened lately, in words, for whoever looks into a failure.
 *
 * @module
 */

/** Steps that are told of in a failure. */
export const stepsTold = 20;

export class Trace {
  step = 0;
  #steps: { readonly step: number; readonly lines: string[] }[] = [];
  /** Of everything that was written, so that two runs can be compared. */
  digest = 0;

  begin(step: number): void {
    this.step = step;
    this.#steps.push({ step, lines: [] });
    this.#steps = this.#steps.slice(-stepsTold);
  }

  write(line: string): void {
    this.#steps.at(-1)?.lines.push(line);
    for (let at = 0; at < line.length; at++) {
      this.digest = (Math.imul(this.digest, 31) + line.charCodeAt(at)) | 0;
    }
  }

  toString(): string {
    return this.#steps.map(({ step, lines }) => `${step}: ${lines.join("\n    ")}`).join("\n");
  }
}
