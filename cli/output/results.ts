import type { Outcome } from '../../engine/policy/outcome.ts';
import type { Picture } from '../inputs/picture.ts';

/** The answer for one picture, on its way to the reader. */
export interface Answer {
  readonly picture: Picture;
  readonly outcome: Outcome<unknown>;
}

/** Where answers go, in the order of the batch: NDJSON, a table. */
export interface ResultWriter {
  write(answer: Answer): void;
  /** Writes what was kept back. */
  end(): void;
}
