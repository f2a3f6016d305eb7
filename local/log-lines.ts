import type { Readable } from 'node:stream';
import { LOG_LINE_MAX_CHARS } from '../platform/index.ts';
import { endOfLog } from './runtime/messages.ts';

/** A mark of `endOfLog`: a request id (UUID) between two NULs. */
const END_OF_LOG = /\0[0-9a-f-]{36}\0$/;
const MARK_MAX_CHARS = 40;

/** One output stream of an execution environment, taken apart into lines. */
export interface LogLines {
  /** Resolves once all lines of the invocation have been told, or the stream has ended. */
  endOf(requestId: string): Promise<void>;
  /** Resolves once the stream has ended. */
  readonly ended: Promise<void>;
}

/**
 * Reads a stream line by line. What ends without a newline is a line too; a line without end is cut every 256 K
 * characters, so that nothing is held back for ever.
 */
export const readLogLines = (stream: Readable, onLine: (line: string) => void): LogLines => {
  let pending = '';
  let awaited = '';
  let reached = '';
  let onReached: () => void = () => {};
  let closed = false;

  const take = (line: string): void => {
    // the mark follows, on the same line, an output that ended without a newline
    const mark = END_OF_LOG.exec(line)?.[0];
    if (mark === undefined || mark.length < line.length) {
      onLine(mark === undefined ? line : line.slice(0, -mark.length));
    }
    if (mark === undefined) return;
    reached = mark;
    if (reached === awaited) onReached();
  };

  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (pending + chunk).split('\n');
    pending = lines.pop() ?? '';
    for (const line of lines) take(line);
    // what is kept back is longer than a mark, so that none is ever cut
    while (pending.length > LOG_LINE_MAX_CHARS + MARK_MAX_CHARS) {
      onLine(pending.slice(0, LOG_LINE_MAX_CHARS));
      pending = pending.slice(LOG_LINE_MAX_CHARS);
    }
  });

  const ended = new Promise<void>((resolve) => {
    stream.on('close', () => {
      if (pending !== '') onLine(pending);
      closed = true;
      onReached();
      resolve();
    });
  });

  return {
    ended,
    endOf: (requestId) =>
      new Promise((resolve) => {
        awaited = endOfLog(requestId);
        if (closed || reached === awaited) return resolve();
        onReached = resolve;
      }),
  };
};
