import { toWireError, type WireError } from '../../platform/index.ts';
import type { HandlerDeps, ReplyStream, Start } from '../handler.ts';
import { errorForCallers } from '../http/problem.ts';
import type { Outcome } from '../policy/outcome.ts';
import { indexesOf } from '../policy/range.ts';
import { onErrorOf } from '../protocol/options.ts';
import { shown, summarise } from '../protocol/reply.ts';
import type { Request } from '../protocol/request.ts';
import { createLines } from './lines.ts';
import { pendingOutcome, readRootBatch, toldOf } from './root-batch.ts';
import { rootPlace } from './root-place.ts';
import { runTask, shapeOf } from './task.ts';

/** The last line where the batch came to its end. */
const summaryLine = (summary: unknown): string => `${JSON.stringify({ summary })}\n`;

/** The last line where it did not; the index is that of the item whose error it is, where it is one's. */
const errorLine = (error: WireError, index: number | undefined, rootRequestId: string): string =>
  `${JSON.stringify({ error: { ...error, ...(index !== undefined && { index }) }, rootRequestId })}\n`;

/**
 * Answers a request whose items came with it line by line: `{"<item key>": …, "index": …, "results": …}` (or `error`)
 * for each item, in order, as soon as it and all before it are done, and `{"summary": …}` at the end. What stops the
 * batch once a line was written, under `raise` the first error, is the last line instead: `{"error": …,
 * "rootRequestId": …}`. A caller who goes away stops the tree.
 *
 * The tree does not wait for a slow reader: its invocations would cost what they cost, and the deadline comes. What
 * was handed on is forgotten, what was not is kept as the outcomes of any batch are.
 *
 * @throws what stops the batch before its first line.
 */
export const streamRoot = async (
  request: Request,
  reply: ReplyStream,
  start: Start,
  deps: HandlerDeps,
): Promise<void> => {
  const { options } = request;
  const place = rootPlace(request, start, deps);
  const batch = readRootBatch(request);
  const { items, indexes, before, wanted } = batch;
  // by its place among the lines: a resumed batch has none for what was answered before
  const lineIndexes = indexesOf(wanted);
  const placeOf = new Map(lineIndexes.map((index, at) => [index, at]));
  const lines = createLines<Outcome<unknown>>(reply, (at, outcome) => {
    const index = lineIndexes[at] ?? at;
    return JSON.stringify({
      [deps.form.itemKey]: shown(request.items[index], deps.label),
      index,
      ...outcome,
    });
  });
  const raises = onErrorOf(options) === 'raise';
  let failed = 0;
  let raised: number | undefined;
  const put = (index: number, outcome: Outcome<unknown>) => {
    if ('error' in outcome) failed += 1;
    // it ends the batch, and so the last line tells of it
    if (raises && 'error' in outcome) raised ??= index;
    else lines.add(placeOf.get(index) ?? 0, outcome);
  };
  const end = async (last: string): Promise<void> => {
    await lines.written();
    await reply.write(last);
  };

  for (const index of lineIndexes) {
    const read = request.items[index];
    if (read && 'invalid' in read) put(index, { error: read.invalid });
  }
  const task = {
    ...{ items, before, options, place, attempt: 0, shape: shapeOf(deps.config, options) },
    reader: {
      signal: reply.signal,
      onOutcome: (at: number, outcome: Outcome<unknown>) => put(indexes[at] ?? at, outcome),
    },
  };
  return runTask(task, start, deps).then(
    async (result) => {
      const pending = new Set(indexes.filter((_, at) => !result.outcomes[at]));
      const told = toldOf(batch, request, place.rootRequestId, result, (index) => pending.has(index));
      for (const index of pending) put(index, pendingOutcome(result));
      const succeeded = lineIndexes.length - failed;
      const counts = { items: lineIndexes.length, succeeded, failed };
      await end(summaryLine({ ...summarise([], told), ...counts }));
    },
    async (error: unknown) => {
      if (!lines.begun) throw error;
      const told = start.context.viaHttp ? errorForCallers(error) : toWireError(error);
      // the caller is told little of what was not made for callers, and nobody else would be told anything
      if (told.message !== toWireError(error).message) console.error(error);
      await end(errorLine(told, raised, place.rootRequestId));
    },
  );
};
