import { InvalidRequestError, SYNC_REQUEST_MAX_BYTES } from '../../platform/index.ts';

const NEWLINE = 0x0a;

/** A line of a list is one item; no request could carry a larger one. */
const LINE_MAX_BYTES = SYNC_REQUEST_MAX_BYTES;

/** @throws InvalidRequestError for a line that is longer than an item may be. */
export const checkLine = (bytes: number, line: number): void => {
  if (bytes <= LINE_MAX_BYTES) return;
  throw new InvalidRequestError(
    `expected lines of at most ${LINE_MAX_BYTES} bytes, received more in line ${line}`,
  );
};

/** Where the lines of a text begin, found chunk by chunk without keeping the text. */
export interface LineStarts {
  /** @throws InvalidRequestError for a line of more than {@link LINE_MAX_BYTES}, as soon as so much of it is there. */
  add(chunk: Uint8Array): void;
  /**
   * Byte offsets, one per line that has a byte other than a line end, and one more: the end of the text. Line i is
   * from the i-th offset up to the next one, blank lines after it included.
   */
  finish(): Float64Array;
}

/** Doubles a list of offsets when it is full: ten million lines are 80 MB, and nothing else of them is kept. */
const grown = (offsets: Float64Array): Float64Array => {
  const larger = new Float64Array(offsets.length * 2);
  larger.set(offsets);
  return larger;
};

/** Begins counting at a byte offset. */
export const lineStarts = (from = 0): LineStarts => {
  let offsets: Float64Array = new Float64Array(1024);
  let lines = 0;
  let position = from;
  let lineStart = from;
  let blank = true;

  const push = (offset: number) => {
    if (lines === offsets.length) offsets = grown(offsets);
    offsets[lines] = offset;
    lines += 1;
  };

  const endLine = (end: number) => {
    if (blank) return;
    checkLine(end - lineStart, lines + 1);
    push(lineStart);
  };

  return {
    add: (chunk) => {
      for (let index = 0; index < chunk.length; index++) {
        const byte = chunk[index] ?? 0;
        if (byte === NEWLINE) {
          endLine(position + index);
          lineStart = position + index + 1;
          blank = true;
        } else if (byte > 0x20) blank = false;
      }
      position += chunk.length;
      if (!blank) checkLine(position - lineStart, lines + 1);
    },
    finish: () => {
      endLine(position);
      const count = lines;
      push(position);
      return offsets.slice(0, count + 1);
    },
  };
};
