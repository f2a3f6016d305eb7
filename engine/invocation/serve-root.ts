import { SYNC_REQUEST_MAX_BYTES } from '../../platform/aws-quotas.ts';
import { PayloadTooLargeError } from '../../platform/errors.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import { rangesWhere } from '../policy/cover.ts';
import { type Outcome, pendingError } from '../policy/outcome.ts';
import type { Range } from '../policy/range.ts';
import { checkIn } from '../protocol/claims.ts';
import { formatReply, formatResumed } from '../protocol/reply.ts';
import type { ReadItem, Request } from '../protocol/request.ts';
import { readResumeToken, writeResumeToken } from '../protocol/resume.ts';
import { inlineItems } from '../stored-batch/item-source.ts';
import { rootPlace } from './root-place.ts';
import { runTask, shapeOf, type TaskResult } from './task.ts';

const outcomeOf = (read: ReadItem, worked: Outcome<unknown> | undefined): Outcome<unknown> =>
  'invalid' in read
    ? { error: { name: read.invalid.name, message: read.invalid.message } }
    : (worked ?? { error: pendingError });

/** The reply as it can travel: what is larger than an invocation carries is put aside, and a claim stands for it. */
const fitting = async (reply: unknown, { openStore }: HandlerDeps): Promise<unknown> => {
  const text = JSON.stringify(reply);
  const bytes = Buffer.byteLength(text);
  if (bytes <= SYNC_REQUEST_MAX_BYTES) return reply;
  if (!openStore) {
    throw new PayloadTooLargeError(
      `Expected a reply of at most ${SYNC_REQUEST_MAX_BYTES} bytes, received ${bytes}: send fewer items, or a manifest (with a STORE).`,
    );
  }
  const store = await openStore();
  const claim = await checkIn(store, Buffer.from(text));
  return { claim: { uri: `${store.location}claims/${claim.sha256}`, ...claim } };
};

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
  if (invalid && 'invalid' in invalid && (options.onError ?? 'raise') === 'raise') throw invalid.invalid;
  for (const [index, read] of request.items.entries()) if ('invalid' in read) isWanted[index] = 0;

  const todo = rangesWhere(given.length, (index) => isWanted[index] === 1);
  // what is done has holes; what is to be done is numbered without
  const indexes = todo.flatMap(({ start: from, end }) =>
    Array.from({ length: end - from }, (_, at) => from + at),
  );
  const result: TaskResult = await runTask(
    {
      items: inlineItems(given).select(todo),
      options,
      attempt: 0,
      shape: shapeOf(deps.config, options),
      place,
    },
    start,
    deps,
  );
  const worked: (Outcome<unknown> | undefined)[] = [];
  for (const [at, index] of indexes.entries()) worked[index] = result.outcomes[at];
  const open = rangesWhere(given.length, (index) => isWanted[index] === 1 && !worked[index]);
  const { stats, version, identity, attempts } = result;
  const told = {
    stats,
    version,
    identity,
    resume: writeResumeToken(given, open),
    ...(options.receipts && {
      attempts: attempts.map((receipt) => ({
        ...receipt,
        start: indexes[receipt.start] ?? 0,
        end: (indexes[receipt.end - 1] ?? 0) + 1,
      })),
    }),
  };
  const outcomes = request.items.map((read, index) => outcomeOf(read, worked[index]));
  const reply =
    options.resume === undefined
      ? formatReply(request, outcomes, told, deps)
      : formatResumed(request, outcomes, wanted, told, deps);
  return fitting(reply, deps);
};
