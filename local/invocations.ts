import { randomUUID } from 'node:crypto';
import { DESTINATION_RECORD_MAX_BYTES, parseJson } from '../platform/index.ts';
import type { Job } from './environment.ts';
import type { RunJob } from './environments.ts';
import type { Observe } from './host-events.ts';
import { checkCall, type InvokeCall } from './invoke-call.ts';
import { advanceLineage } from './lineage.ts';
import { endLines, keepLogTail, startLine } from './log-tail.ts';
import { type Refusal, recursiveLoop, serviceFailed, throttled } from './refusals.ts';
import { type InvokeReply, toInvokeReply } from './replies.ts';
import type { Slot, Slots } from './slots.ts';
import type { FunctionVersion, Versions } from './versions.ts';

/** What a destination is told, as Lambda words it (developer guide, "Capturing records of asynchronous invocations"). */
const successRecord = (
  { functionArn, version }: FunctionVersion,
  { requestId, invokedFunctionArn, payload }: Job['message'],
  responsePayload: unknown,
  attempt: number,
) => ({
  version: '1.0',
  timestamp: new Date().toISOString(),
  requestContext: {
    requestId,
    functionArn: invokedFunctionArn ?? functionArn,
    condition: 'Success',
    approximateInvokeCount: attempt + 1,
  },
  requestPayload: payload.length === 0 ? {} : JSON.parse(Buffer.from(payload).toString('utf8')),
  responseContext: { statusCode: 200, executedVersion: version },
  responsePayload,
});

/** What an invocation passes on its way to an environment. */
export interface InvocationsOptions {
  readonly versions: Versions;
  readonly slots: Slots;
  readonly run: RunJob;
  readonly observe: Observe;
}

/** The Invoke operation, without HTTP. */
export interface Invocations {
  /** Never rejects: what cannot run is refused. */
  invoke(call: InvokeCall): Promise<InvokeReply>;
  /** From now on everything is refused, and what waits is forgotten. */
  close(): void;
}

/** Puts the steps of an invocation together: check the call, follow the lineage, take a slot, run. */
export const openInvocations = ({ versions, slots, run, observe }: InvocationsOptions): Invocations => {
  const closing = new AbortController();

  const runTailed = async (job: Job): Promise<InvokeReply> => {
    const { requestId } = job.message;
    const { version, memoryMb } = job.version;
    const tail = keepLogTail();
    tail.add(startLine({ requestId, version }));
    const outcome = await run({ ...job, onLine: tail.add });
    for (const line of endLines({ requestId, version, memoryMb, ...outcome })) tail.add(line);
    return toInvokeReply(outcome, requestId, version, tail.bytes());
  };

  const runPlain = async (job: Job): Promise<InvokeReply> =>
    toInvokeReply(await run(job), job.message.requestId, job.version.version);

  /** A slot now, or while `wait` lasts. */
  const takeSlot = async (functionName: string, wait: AbortSignal | undefined): Promise<Slot> => {
    const slot = slots.take(functionName);
    if (slot.kind === 'taken' || wait === undefined) return slot;
    const over = AbortSignal.any([wait, closing.signal]);
    if (over.aborted) return slot;
    return new Promise((resolve) => {
      const forget = slots.takeLater(functionName, (release) => resolve({ kind: 'taken', release }));
      over.addEventListener('abort', () => {
        forget();
        resolve(slot);
      });
    });
  };

  const runNow = async (asked: Job, { logType, wait, reader }: InvokeCall): Promise<InvokeReply> => {
    const job = { ...asked, reader };
    const { functionName, version: executedVersion } = job.version;
    const slot = await takeSlot(functionName, wait);
    if (slot.kind === 'throttled') {
      observe({ kind: 'throttled', functionName, reason: slot.reason, payload: job.message.payload });
      return { kind: 'refused', requestId: job.message.requestId, refusal: throttled(slot.reason) };
    }
    reader?.begin?.({ requestId: job.message.requestId, executedVersion });
    const reply = await (logType === 'Tail' ? runTailed(job) : runPlain(job));
    slot.release();
    return reply;
  };

  /** What is too large for a destination, or no JSON, as lines are none, is not delivered; Lambda has a metric of that. */
  const tellDestination = async (
    { version, message }: Job,
    reply: Buffer,
    attempt: number,
  ): Promise<void> => {
    const { functionName, onSuccess } = version;
    if (onSuccess === undefined) return;
    const response = parseJson(reply.toString('utf8'));
    const payload = Buffer.from(JSON.stringify(successRecord(version, message, response, attempt)));
    const told =
      response !== undefined && payload.length <= DESTINATION_RECORD_MAX_BYTES
        ? await invoke({ functionName: onSuccess, invocationType: 'Event', payload })
        : undefined;
    if (told?.kind === 'accepted') return;
    const { requestId } = message;
    observe({ kind: 'event dropped', functionName, requestId, errorType: 'DestinationDeliveryFailure' });
  };

  /** Like Lambda's queue of events: one that is throttled waits, one that fails may be run again. */
  const runLater = (job: Job, attempt = 0): void => {
    const { functionName, eventRetryDelaysMs } = job.version;
    const forget = slots.takeLater(functionName, async (release) => {
      const outcome = await run(job);
      release();
      if (closing.signal.aborted) return;
      if (outcome.kind === 'returned') return tellDestination(job, outcome.payload, attempt);
      if (outcome.kind !== 'failed') return;
      const delayMs = eventRetryDelaysMs[attempt];
      if (delayMs === undefined) {
        const { requestId } = job.message;
        observe({ kind: 'event dropped', functionName, requestId, errorType: outcome.errorType });
        return;
      }
      const timer = setTimeout(() => runLater(job, attempt + 1), delayMs);
      closing.signal.addEventListener('abort', () => clearTimeout(timer));
    });
    closing.signal.addEventListener('abort', forget);
  };

  const invoke = async (call: InvokeCall): Promise<InvokeReply> => {
    const requestId = randomUUID();
    const refuse = (refusal: Refusal): InvokeReply => ({ kind: 'refused', requestId, refusal });
    if (closing.signal.aborted) return refuse(serviceFailed('The local host is closed'));

    const checked = checkCall(call, versions);
    if (checked.kind === 'invalid') return refuse(checked.refusal);
    const { type, version, invokedArn, payload } = checked;
    if (type === 'DryRun') return { kind: 'permitted', requestId };

    const { functionName, functionArn } = version;
    const lineage = advanceLineage(call.traceId, functionArn, Date.now());
    if (lineage.kind === 'loops') {
      observe({ kind: 'recursive loop stopped', functionName });
      // Lambda accepts the event, and drops it later
      return type === 'Event' ? { kind: 'accepted', requestId } : refuse(recursiveLoop(functionName));
    }

    const { clientContext } = call;
    const message = {
      requestId,
      invokedFunctionArn: invokedArn,
      traceId: lineage.traceId,
      payload,
      ...(clientContext !== undefined && { clientContext }),
    };
    if (type === 'RequestResponse') return runNow({ version, message }, call);
    runLater({ version, message });
    return { kind: 'accepted', requestId };
  };

  return { invoke, close: () => closing.abort() };
};
