import { randomUUID } from 'node:crypto';
import type { Job } from './environment.ts';
import type { RunJob } from './environments.ts';
import { openEventQueue } from './event-queue.ts';
import type { Observe } from './host-events.ts';
import { checkCall, type InvokeCall } from './invoke-call.ts';
import { advanceLineage } from './lineage.ts';
import { keepLogTail } from './log-tail.ts';
import { type Refusal, recursiveLoop, serviceFailed, throttled } from './refusals.ts';
import { type InvokeReply, toInvokeReply } from './replies.ts';
import { endLines, startLine } from './report-lines.ts';
import type { Slots } from './slots.ts';
import type { Versions } from './versions.ts';

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
  /** Starts events that wait; to be called when a slot came back. */
  pump(): void;
  /** From now on everything is refused, and what waits is forgotten. */
  close(): void;
}

/** Puts the steps of an invocation together: check the call, follow the lineage, take a slot, run. */
export const openInvocations = ({ versions, slots, run, observe }: InvocationsOptions): Invocations => {
  const events = openEventQueue();
  let closed = false;

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

  const runNow = async (job: Job, tailed: boolean): Promise<InvokeReply> => {
    const { functionName } = job.version;
    const slot = slots.take(functionName);
    if (slot.kind === 'throttled') {
      observe({ kind: 'throttled', functionName, reason: slot.reason });
      return { kind: 'refused', requestId: job.message.requestId, refusal: throttled(slot.reason) };
    }
    const reply = await (tailed ? runTailed(job) : runPlain(job));
    slot.release();
    return reply;
  };

  const runLater = (job: Job): void =>
    events.push({
      tryStart: () => {
        const slot = slots.take(job.version.functionName);
        if (slot.kind === 'throttled') return false;
        void run(job).then(() => slot.release());
        return true;
      },
    });

  const invoke = async (call: InvokeCall): Promise<InvokeReply> => {
    const requestId = randomUUID();
    const refuse = (refusal: Refusal): InvokeReply => ({ kind: 'refused', requestId, refusal });
    if (closed) return refuse(serviceFailed('The local host is closed'));

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
    if (type === 'RequestResponse') return runNow({ version, message }, call.logType === 'Tail');
    runLater({ version, message });
    return { kind: 'accepted', requestId };
  };

  return {
    invoke,
    pump: events.pump,
    close: () => {
      closed = true;
      events.clear();
    },
  };
};
