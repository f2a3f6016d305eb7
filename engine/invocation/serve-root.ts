import { fromWireError } from '../../platform/index.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import { rangesWhere } from '../policy/cover.ts';
import { notWantedError, type Outcome, pendingError } from '../policy/outcome.ts';
import { indexesOf, type Range } from '../policy/range.ts';
import { fitRoot, jsonBytes, noRoomError, withoutRoom } from '../protocol/fit.ts';
import { onErrorOf } from '../protocol/options.ts';
import { formatReply, formatResumed, shown } from '../protocol/reply.ts';
import type { ReadItem, Request } from '../protocol/request.ts';
import { readResumeToken, writeResumeToken } from '../protocol/resume.ts';
import { inlineItems } from '../stored-batch/item-source.ts';
import { longCallHint, watchLongCall } from './long-call.ts';
import { rootPlace } from './root-place.ts';
import { runTask, shapeOf, type TaskResult } from './task.ts';

const outcomeOf = (read: ReadItem, worked: Outcome<unknown>): Outcome<unknown> =>
  'invalid' in read ? { error: read.invalid } : worked;

/** Answers a request whose items came with it. The reply has the request's form. */
export const serveRoot = async (request: Request, start: Start, deps: HandlerDeps): Promise<unknown> => {
  const { options } = request;
  const place = rootPlace(request, start, deps);
  // as the caller wrote them: whoever works on an item reads it
  const given = request.items.map((read) => read.given);
  const wanted: readonly Range[] =
    options.resume === undefined ? [{ start: 0, end: given.length }] : readResumeToken(options.resume, given);
  // a token may have a range for every other item: marked once, not looked for item by item
  const isWanted = new Uint8Array(given.length);
  for (const { start: from, end } of wanted) isWanted.fill(1, from, end);

  const invalid = request.items.find((read, index) => 'invalid' in read && isWanted[index]);
  if (invalid && 'invalid' in invalid && onErrorOf(options) === 'raise') throw fromWireError(invalid.invalid);
  const wantedItems = isWanted.reduce((sum, mark) => sum + mark, 0);
  for (const [index, read] of request.items.entries()) if ('invalid' in read) isWanted[index] = 0;

  const todo = rangesWhere(given.length, (index) => isWanted[index] === 1);
  // what is done has holes; what is to be done is numbered without
  const indexes = indexesOf(todo);
  const shape = shapeOf(deps.config, options);
  const items = inlineItems(given).select(todo);
  const { hasGateway } = start.context;
  const { deadline } = place;
  const result: TaskResult = await runTask(
    {
      items,
      before: { succeeded: 0, failed: wantedItems - indexes.length },
      options,
      attempt: 0,
      shape,
      place,
      ...(hasGateway &&
        onErrorOf(options) === 'raise' && {
          longCall: watchLongCall({ items: items.length, shape, deadline, clock: deps.clock }),
        }),
    },
    start,
    deps,
  );
  const worked: (Outcome<unknown> | undefined)[] = [];
  for (const [at, index] of indexes.entries()) worked[index] = result.outcomes[at];
  const { stats, version, identity, attempts, receipts } = result;
  const replyWithout = (noRoom: ReadonlySet<number>): unknown => {
    const left = rangesWhere(
      given.length,
      (index) => isWanted[index] === 1 && (!worked[index] || noRoom.has(index)),
    );
    const told = {
      stats,
      version,
      rootRequestId: place.rootRequestId,
      identity,
      resume: writeResumeToken(given, left),
      ...(hasGateway && result.late && left.length > 0 && { hint: longCallHint }),
      ...(result.enough && { completionReason: 'MIN_SUCCESSFUL_REACHED' as const }),
      ...(options.receipts && {
        attempts: attempts.map((receipt) => ({
          ...receipt,
          start: indexes[receipt.start] ?? 0,
          end: (indexes[receipt.end - 1] ?? 0) + 1,
        })),
        // where results have no room, these have none either
        ...(noRoom.size === 0 && { receipts }),
      }),
    };
    const pending = { error: result.enough ? notWantedError : pendingError };
    const outcomes = request.items.map((read, index) =>
      outcomeOf(read, noRoom.has(index) ? { error: noRoomError } : (worked[index] ?? pending)),
    );
    return options.resume === undefined
      ? formatReply(request, outcomes, told, deps)
      : formatResumed(request, outcomes, wanted, told, deps);
  };
  const roomless = (most: number): ReadonlySet<number> => {
    const entries = request.items.map((read, index) => {
      const name = { [deps.form.itemKey]: shown(read, deps.label) };
      const without = jsonBytes({ ...name, error: noRoomError }) + 1;
      return { bytes: worked[index] ? jsonBytes({ ...name, ...worked[index] }) + 1 : without, without };
    });
    return withoutRoom(entries, most);
  };
  const collects = request.form === 'batch' && onErrorOf(options) === 'collect';
  return fitRoot(replyWithout(new Set()), {
    openStore: deps.openStore,
    viaHttp: start.context.viaHttp,
    ...(collects && { without: (most) => replyWithout(roomless(most)) }),
  });
};
