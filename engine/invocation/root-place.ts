import { randomUUID } from 'node:crypto';
import { DeadlineExceededError, instantText } from '../../platform/index.ts';
import type { Place } from '../child/place.ts';
import type { HandlerDeps, Start } from '../handler.ts';
import { deadlineOf } from '../policy/deadline.ts';
import type { Request } from '../protocol/request.ts';

/** The root's place in a tree that begins with it. @throws DeadlineExceededError when there is no time to work. */
export const rootPlace = (
  { options, givenOptions }: Pick<Request, 'options' | 'givenOptions'>,
  { context }: Start,
  { config, clock }: HandlerDeps,
): Place => {
  const nowMs = clock.now();
  const deadline = deadlineOf(nowMs, context.getRemainingTimeInMillis(), options.deadlineMs);
  if (deadline <= nowMs) {
    throw new DeadlineExceededError(
      `Expected time to work: the deadline is ${instantText(deadline)}, and it is ${instantText(nowMs)} ` +
        '(deadlineMs is an instant, in milliseconds since 1970).',
    );
  }
  return {
    functionName: config.functionName ?? 'this function',
    qualifier: config.qualifier,
    options: givenOptions,
    depth: 0,
    path: '0',
    deadline,
    version: context.functionVersion,
    identity: {},
    rootRequestId: context.awsRequestId,
    // not the request's id, which Lambda gives to every try of an asynchronous invocation
    runId: randomUUID(),
  };
};
