/**
 * Keeps a scrolled log where its reader is: at its end, or beside the message that is being read.
 *
 * @module
 */

/** How near to the end counts as being there, in CSS pixels: layouts round. */
export const endSlackPx = 24;

/** Where the reader is. */
type Hold =
  | { readonly kind: "end" }
  /** A message, and how far below the upper edge it stands. */
  | { readonly kind: "message"; readonly id: number; readonly topPx: number };

/** What scrolls: an element, or what a test has in its place. */
export interface Scrolled {
  scrollTop: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
  getBoundingClientRect(): { readonly top: number };
}

/** The element of a message, with its id in `data-id`. */
export interface MessageElement {
  readonly dataset: { readonly [name: string]: string | undefined };
  getBoundingClientRect(): { readonly top: number; readonly bottom: number };
}

export class ScrollKeeper<Message extends MessageElement> {
  readonly #log: Scrolled;
  readonly #messages: () => readonly Message[];
  /** Whether more follows on what is in the log, so that its end is not where a reader stays. */
  isCut = false;
  #hold: Hold = { kind: "end" };
  /** Where it was scrolled to from here, of which an event tells as of any other scrolling. */
  #settledPx: number | undefined;

  /** @param messages Gives those that are in the log, in order of their ids. */
  constructor(log: Scrolled, messages: () => readonly Message[]) {
    this.#log = log;
    this.#messages = messages;
  }

  get isAtEnd(): boolean {
    return this.#hold.kind === "end";
  }

  /** Whether what is above, or below, will soon be wanted. */
  get isNearTop(): boolean {
    return this.#log.scrollTop < this.#log.clientHeight;
  }
  get isNearBottom(): boolean {
    return this.#belowPx() < this.#log.clientHeight;
  }

  /** It was scrolled; gives back whether its reader has done that. */
  note(): boolean {
    // What has grown since then is not for the reader to make up for.
    if (this.#log.scrollTop === this.#settledPx) return false;
    this.#look();
    return true;
  }

  #look(): void {
    this.#settledPx = this.#log.scrollTop;
    if (!this.isCut && this.#belowPx() <= endSlackPx) {
      this.#hold = { kind: "end" };
      return;
    }
    const shown = this.#firstShown();
    if (shown === undefined) return;
    const id = Number(shown.dataset.id);
    this.#hold = { kind: "message", id, topPx: this.#topOf(shown) };
  }

  /** The first message that is not above the upper edge, if only by a part. */
  #firstShown(): Message | undefined {
    const messages = this.#messages();
    const top = this.#log.getBoundingClientRect().top;
    // Asked for each time that something scrolls: among hundreds, not one by one.
    let low = 0;
    let high = messages.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const bottom = messages[middle]?.getBoundingClientRect().bottom ?? Infinity;
      if (bottom > top) high = middle;
      else low = middle + 1;
    }
    return messages[low];
  }

  /** Goes back to where the reader is, after what is in the log, or its size, has changed. */
  settle(): void {
    if (this.#hold.kind === "end") {
      this.#log.scrollTop = this.#log.scrollHeight;
    } else {
      const { id, topPx } = this.#hold;
      const message = this.#find(id);
      if (message === undefined) return;
      const movedPx = this.#topOf(message) - topPx;
      if (Math.abs(movedPx) >= 1) this.#log.scrollTop += movedPx;
    }
    this.#settledPx = this.#log.scrollTop;
  }

  toEnd(): void {
    this.#hold = { kind: "end" };
    this.settle();
  }

  /**
   * Goes to a message, or to the next one there is; gives back where it is.
   *
   * @param share how far down it is to stand, as a share of the height of the log.
   */
  toMessage(id: number, share: number): Message | undefined {
    const message = this.#find(id);
    if (message === undefined) return undefined;
    this.#log.scrollTop += this.#topOf(message) - share * this.#log.clientHeight;
    // The end of the log may have come first.
    this.#look();
    return message;
  }

  #belowPx(): number {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight;
  }

  #topOf(message: Message): number {
    return message.getBoundingClientRect().top - this.#log.getBoundingClientRect().top;
  }

  /** A message that is gone is followed by the next one. */
  #find(id: number): Message | undefined {
    const messages = this.#messages();
    return messages.find((message) => Number(message.dataset.id) >= id) ?? messages.at(-1);
  }
}
