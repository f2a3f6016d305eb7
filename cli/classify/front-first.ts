/** A batch in the order in which its front is answered first. */
export interface FrontFirst<Item> {
  readonly items: readonly Item[];
  /** Index in the caller's order, of an index in `items`; its own inverse. */
  indexOf(index: number): number;
}

/**
 * Turns a batch round. The engine's lanes take from the end of a batch, because own hands take from its front; a
 * caller from outside has no hands, so its batch would be answered last picture first, and nothing could be shown in
 * order before everything is done.
 */
export const frontFirst = <Item>(batch: readonly Item[]): FrontFirst<Item> => ({
  items: batch.toReversed(),
  indexOf: (index) => batch.length - 1 - index,
});
