import { DeadlineExceededError } from '../errors.ts';
import { deadlineOf } from './core/deadline.ts';
import type { Outcome } from './core/outcome.ts';
import type { HandlerDeps, Start } from './handler.ts';
import { notDone, runPart, shapeOf } from './part.ts';
import { formatReply } from './reply.ts';
import type { Request } from './request.ts';

/** Answers what came from outside. The reply has the request's form. */
export const serveRoot = async (request: Request, start: Start, deps: HandlerDeps): Promise<unknown> => {
  const { options } = request;
  const invalid = request.items.find((read) => 'invalid' in read);
  if (invalid && (options.onError ?? 'raise') === 'raise') throw invalid.invalid;

  const { context } = start;
  const now = deps.clock.now();
  const deadline = deadlineOf(now, context.getRemainingTimeInMillis(), options.deadlineMs);
  if (deadline <= now) {
    throw new DeadlineExceededError(
      `Expected time to work: the deadline is ${new Date(deadline).toISOString()}, and it is ${new Date(now).toISOString()} ` +
        '(deadlineMs is an instant, in milliseconds since 1970).',
    );
  }
  // as the caller wrote them: whoever works on an item reads it
  const items = request.items.flatMap((read) => ('item' in read ? [read.given] : []));
  const result = await runPart(
    {
      items,
      options,
      attempt: 0,
      shape: shapeOf(deps.config, options),
      place: {
        functionName: deps.config.functionName ?? 'this function',
        qualifier: deps.config.qualifier,
        options: request.givenOptions,
        depth: 0,
        path: '0',
        deadline,
        version: context.functionVersion,
        rootRequestId: context.awsRequestId,
      },
    },
    start,
    deps,
  );
  let valid = 0;
  const outcomes = request.items.map((read): Outcome<unknown> => {
    if ('invalid' in read) return { error: { name: read.invalid.name, message: read.invalid.message } };
    return result.outcomes[valid++] ?? { error: notDone };
  });
  return formatReply(request, outcomes, result, deps);
};
