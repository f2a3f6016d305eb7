/** A line that says how far the batch is. */
export interface ProgressLine {
  /** One more picture is answered. */
  tick(failed: boolean): void;
  /** Prints something, to any stream: the line makes room and comes back below. */
  above(print: () => void): void;
  /** Removes the line. Idempotent. */
  stop(): void;
}

/** For a stream that is no terminal: nothing is drawn. */
export const noProgress: ProgressLine = { tick: () => {}, above: (print) => print(), stop: () => {} };
