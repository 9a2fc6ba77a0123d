/**
 * Lists that come in pages, as one.
 *
 * @module
 */

interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** All items, when `ask` gives the page after an item, or the first. */
export async function allOf<Item>(
  ask: (last: Item | undefined) => Promise<Page<Item>>,
): Promise<readonly Item[]> {
  const all: Item[] = [];
  for (;;) {
    const { items, hasMore } = await ask(all.at(-1));
    all.push(...items);
    if (!hasMore) return all;
  }
}
