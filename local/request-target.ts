/** The two parts of an HTTP request target. */
export interface RequestTarget {
  /** As sent, percent-encoded. */
  readonly path: string;
  /** Without its question mark; empty when there is none. */
  readonly query: string;
}

/** Splits a request target by hand: a URL parser throws at some (`//`), and rewrites others (`/a/../b`). */
export const splitTarget = (target = '/'): RequestTarget => {
  const at = target.indexOf('?');
  return at < 0 ? { path: target, query: '' } : { path: target.slice(0, at), query: target.slice(at + 1) };
};
