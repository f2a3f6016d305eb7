/** What a command may use of the process it runs in. */
export type Terminal = Pick<
  NodeJS.Process,
  'stdin' | 'stdout' | 'stderr' | 'env' | 'cwd' | 'on' | 'off' | 'exit'
>;

/** A stream a person may be looking at. */
export type Output = Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'>;

/** Columns to fit into; undefined where the stream is no terminal or does not know, and lines may be as long as they are. */
export const columnsOf = ({ isTTY, columns }: Pick<Output, 'isTTY' | 'columns'>): number | undefined =>
  isTTY && columns > 0 ? columns : undefined;
