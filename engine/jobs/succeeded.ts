import * as z from 'zod';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { createdObjects } from '../events/s3-event.ts';
import { keepReply } from '../stored-batch/keep-reply.ts';

/** What Lambda tells a destination of an asynchronous invocation that has ended well (developer guide, "Capturing records of asynchronous invocations"). */
const recordSchema = z.object({
  version: z.literal('1.0'),
  requestContext: z.object({ requestId: z.uuid(), condition: z.literal('Success') }),
  requestPayload: z.unknown(),
  responsePayload: z.unknown(),
});

/** An asynchronous invocation that has ended well. */
export interface Succeeded {
  readonly requestId: string;
  readonly request: unknown;
  readonly reply: unknown;
}

/** Reads what a destination is told; undefined for anything else. */
export const readSucceeded = (event: unknown): Succeeded | undefined => {
  const { success, data } = recordSchema.safeParse(event);
  if (!success) return undefined;
  const { requestContext, requestPayload: request, responsePayload: reply } = data;
  return { requestId: requestContext.requestId, request, reply };
};

/** Keeps its results. Those of objects that landed are beside them, or where the inbox wants them. */
export const keepSucceeded = async (
  store: ObjectStore,
  { requestId, request, reply }: Succeeded,
): Promise<{ readonly kept: boolean }> => {
  const kept = createdObjects(request) === undefined;
  if (kept) await keepReply(store, requestId, reply);
  return { kept };
};
