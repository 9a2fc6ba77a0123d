import { assertEquals } from "@std/assert";
import {
  endSlackPx,
  type MessageElement,
  type Scrolled,
  ScrollKeeper,
} from "../../../../../client/web/page/views/scroll_keeper.ts";

interface Row {
  readonly id: number;
  readonly heightPx: number;
}

const viewPx = 300;
/** Where the upper edge of the log stands on the screen. */
const edgePx = 40;

/** A log that is laid out as a browser would: rows below each other, scrolled within its bounds. */
class PaperLog implements Scrolled {
  rows: Row[];
  clientHeight = viewPx;
  #scrolledPx = 0;

  constructor(count: number) {
    this.rows = Array.from({ length: count }, (_, at) => ({ id: at + 1, heightPx: 50 }));
  }

  get scrollHeight(): number {
    return Math.max(this.clientHeight, this.#aboveRow(this.rows.length));
  }
  get scrollTop(): number {
    return Math.min(this.#scrolledPx, this.scrollHeight - this.clientHeight);
  }
  set scrollTop(px: number) {
    this.#scrolledPx = Math.max(0, Math.min(px, this.scrollHeight - this.clientHeight));
  }

  getBoundingClientRect(): { readonly top: number } {
    return { top: edgePx };
  }

  messages(): MessageElement[] {
    return this.rows.map(({ id, heightPx }, at) => ({
      dataset: { id: String(id) },
      getBoundingClientRect: () => {
        const top = edgePx + this.#aboveRow(at) - this.scrollTop;
        return { top, bottom: top + heightPx };
      },
    }));
  }

  /** How far below the upper edge a message stands. */
  topOf(id: number): number {
    return this.#aboveRow(this.rows.findIndex((row) => row.id === id)) - this.scrollTop;
  }

  grow(id: number, heightPx: number): void {
    this.rows = this.rows.map((row) => row.id === id ? { id, heightPx } : row);
  }

  #aboveRow(at: number): number {
    return this.rows.slice(0, at).reduce((sum, { heightPx }) => sum + heightPx, 0);
  }
}

function keptLog(
  count = 20,
): { readonly log: PaperLog; readonly keeper: ScrollKeeper<MessageElement> } {
  const log = new PaperLog(count);
  const keeper = new ScrollKeeper(log, () => log.messages());
  keeper.settle();
  return { log, keeper };
}

/** The reader scrolls. */
function scroll(log: PaperLog, keeper: ScrollKeeper<MessageElement>, px: number): void {
  log.scrollTop = px;
  keeper.note();
}

const belowPx = (log: PaperLog) => log.scrollHeight - log.scrollTop - log.clientHeight;

Deno.test("a log stays at its end, whatever comes in, grows, or takes room from it", () => {
  const { log, keeper } = keptLog();
  assertEquals(belowPx(log), 0);
  for (
    const change of [
      () => log.rows.push({ id: 21, heightPx: 80 }),
      () => log.grow(20, 400),
      () => log.grow(20, 30),
      () => log.clientHeight = 120,
      () => log.clientHeight = viewPx,
    ]
  ) {
    change();
    keeper.settle();
    assertEquals([belowPx(log), keeper.isAtEnd], [0, true]);
  }
});

Deno.test("growth that comes before word of its own scrolling does not take it from the end", () => {
  const { log, keeper } = keptLog();
  log.grow(20, 400);
  assertEquals(keeper.note(), false);
  keeper.settle();
  assertEquals(belowPx(log), 0);
});

Deno.test("who reads further up keeps their place when something comes in above or below", () => {
  const { log, keeper } = keptLog();
  scroll(log, keeper, 420);
  assertEquals([log.topOf(9), keeper.isAtEnd], [-20, false]);
  log.rows.unshift({ id: -1, heightPx: 75 }, { id: 0, heightPx: 45 });
  keeper.settle();
  assertEquals(log.topOf(9), -20);
  log.grow(3, 333);
  log.rows.push({ id: 21, heightPx: 80 });
  keeper.settle();
  assertEquals(log.topOf(9), -20);
});

Deno.test("the place of a message that is gone is that of the next one", () => {
  const { log, keeper } = keptLog();
  scroll(log, keeper, 420);
  log.rows = log.rows.filter(({ id }) => id !== 9);
  keeper.settle();
  assertEquals(log.topOf(10), -20);
});

Deno.test("the end is reached within its slack, and not before", () => {
  const { log, keeper } = keptLog();
  const end = log.scrollTop;
  scroll(log, keeper, end - endSlackPx - 1);
  assertEquals(keeper.isAtEnd, false);
  scroll(log, keeper, end - endSlackPx);
  assertEquals(keeper.isAtEnd, true);
});

Deno.test("the end of a log that goes on elsewhere is no place to stay at", () => {
  const { log, keeper } = keptLog();
  keeper.isCut = true;
  scroll(log, keeper, 420);
  scroll(log, keeper, log.scrollHeight);
  assertEquals(keeper.isAtEnd, false);
  const top = log.topOf(15);
  log.rows.push({ id: 21, heightPx: 80 });
  keeper.settle();
  assertEquals(log.topOf(15), top);
});

Deno.test("going to a message puts it where it is seen, and keeps it there", () => {
  const { log, keeper } = keptLog();
  assertEquals(keeper.toMessage(8, 0.3)?.dataset.id, "8");
  assertEquals([log.topOf(8), keeper.isAtEnd], [90, false]);
  log.grow(2, 500);
  keeper.settle();
  assertEquals(log.topOf(8), 90);
});

Deno.test("a message that is not there is followed by the next, or the last", () => {
  const { log, keeper } = keptLog();
  log.rows = log.rows.filter(({ id }) => id !== 8);
  assertEquals(keeper.toMessage(8, 0)?.dataset.id, "9");
  assertEquals(keeper.toMessage(99, 0)?.dataset.id, "20");
  assertEquals(keptLog(0).keeper.toMessage(1, 0), undefined);
});

Deno.test("it is told when what is further up, or down, will soon be wanted", () => {
  const { log, keeper } = keptLog();
  assertEquals([keeper.isNearTop, keeper.isNearBottom], [false, true]);
  scroll(log, keeper, viewPx);
  assertEquals([keeper.isNearTop, keeper.isNearBottom], [false, false]);
  scroll(log, keeper, viewPx - 1);
  assertEquals(keeper.isNearTop, true);
});
