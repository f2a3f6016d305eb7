/** How results are written in a table. It may remember what it has seen, so that rows stand under each other. */
export interface ResultColumn {
  /** Sees the results of a page before they are written. */
  widen(page: readonly unknown[]): void;
  /** @param room columns to fit into; undefined for no limit */
  format(results: unknown, room: number | undefined): string;
}
