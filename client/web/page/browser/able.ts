/**
 * Whether the browser has all that the page takes from it.
 *
 * @module
 */

/** The newest of it: browsers since Chrome 120, Firefox 125 and Safari 17.4 have all of them. */
const newest: readonly unknown[] = [
  AbortSignal.any,
  HTMLElement.prototype.showPopover,
  Promise.withResolvers,
  String.prototype.isWellFormed,
  URL.canParse,
];

/** Whether the page can run here. */
export const isAble = !newest.includes(undefined);
