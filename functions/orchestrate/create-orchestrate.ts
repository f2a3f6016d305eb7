import { deadlineOf } from '../../engine/driver.ts';
import type { Handler, Invoke } from '../../engine/index.ts';
import { describeReference } from '../../images/index.ts';
import {
  checkNesting,
  DeadlineExceededError,
  instantText,
  PayloadTooLargeError,
  SYNC_REQUEST_MAX_BYTES,
} from '../../platform/index.ts';
import { createCallFunction } from './call-function.ts';
import { createCallList } from './call-list.ts';
import type { OrchestrateConfig } from './config.ts';
import { orchestrate, withItems } from './orchestrate.ts';
import { readOrchestrateRequest } from './request.ts';

/** What orchestrate is made of. */
export interface OrchestrateDeps {
  readonly config: OrchestrateConfig;
  readonly invoke: Invoke;
  /** Epoch ms. Default: the machine's clock. */
  readonly now?: () => number;
}

const checkSize = (reply: unknown): void => {
  const bytes = Buffer.byteLength(JSON.stringify(reply));
  if (bytes <= SYNC_REQUEST_MAX_BYTES) return;
  throw new PayloadTooLargeError(
    `Expected a reply of at most ${SYNC_REQUEST_MAX_BYTES} bytes, received ${bytes}: send fewer items, or name fewer functions.`,
  );
};

/** A picture inside its reference is cut to its head, as in every reply. */
const label = (item: unknown): unknown => (typeof item === 'string' ? describeReference(item) : item);

/**
 * The function that sends one batch through several functions. It is the root of none of their trees: it works on
 * nothing itself, and has its own deadline, which it passes down.
 *
 * @throws InvalidRequestError for a request it does not understand; under `raise` the first error of any function.
 */
export const createOrchestrate =
  ({ config, invoke, now = Date.now }: OrchestrateDeps): Handler =>
  async (event, context) => {
    checkNesting(event);
    const request = readOrchestrateRequest(event, config.targets);
    const deadline = deadlineOf(now(), context.getRemainingTimeInMillis(), request.deadlineMs);
    if (deadline <= now()) {
      throw new DeadlineExceededError(
        `Expected time to work: the deadline is ${instantText(deadline)} ` +
          '(deadlineMs is an instant, in milliseconds since 1970).',
      );
    }
    const settings = {
      invoke,
      calls: Math.min(config.calls, request.calls ?? config.calls),
      slots: config.slots,
      deadline,
    };
    const { list, parts, onError, resume: batch = context.awsRequestId } = request;
    const callPart = list
      ? createCallList({ ...settings, list, parts, onError, batch, now })
      : withItems(request, createCallFunction(settings), label);
    const reply = await orchestrate(request, callPart);
    checkSize(reply);
    return reply;
  };
