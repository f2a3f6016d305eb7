import type { HandlerDeps, Start } from '../handler.ts';
import type { Outcome } from '../policy/outcome.ts';
import { fitRoot, jsonBytes, noRoomError, withoutRoom } from '../protocol/fit.ts';
import { onErrorOf } from '../protocol/options.ts';
import { formatReply, formatResumed, shown } from '../protocol/reply.ts';
import type { ReadItem, Request } from '../protocol/request.ts';
import { longCallHint, watchLongCall } from './long-call.ts';
import { pendingOutcome, readRootBatch, toldOf } from './root-batch.ts';
import { rootPlace } from './root-place.ts';
import { runTask, shapeOf } from './task.ts';

const outcomeOf = (read: ReadItem, worked: Outcome<unknown>): Outcome<unknown> =>
  'invalid' in read ? { error: read.invalid } : worked;

/** Answers a request whose items came with it. The reply has the request's form. */
export const serveRoot = async (request: Request, start: Start, deps: HandlerDeps): Promise<unknown> => {
  const { options } = request;
  const place = rootPlace(request, start, deps);
  const batch = readRootBatch(request);
  const { items, indexes, before } = batch;
  const shape = shapeOf(deps.config, options);
  const { hasGateway } = start.context;
  const { deadline } = place;
  const result = await runTask(
    {
      items,
      before,
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
  const replyWithout = (noRoom: ReadonlySet<number>): unknown => {
    const isLeft = (index: number) => batch.isTodo(index) && (!worked[index] || noRoom.has(index));
    const { receipts, ...told } = toldOf(batch, request, place.rootRequestId, result, isLeft);
    const said = {
      ...told,
      ...(hasGateway && result.late && told.resume !== undefined && { hint: longCallHint }),
      // where results have no room, these have none either
      ...(receipts && noRoom.size === 0 && { receipts }),
    };
    const outcomes = request.items.map((read, index) =>
      outcomeOf(read, noRoom.has(index) ? { error: noRoomError } : (worked[index] ?? pendingOutcome(result))),
    );
    return options.resume === undefined
      ? formatReply(request, outcomes, said, deps)
      : formatResumed(request, outcomes, batch.wanted, said, deps);
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
