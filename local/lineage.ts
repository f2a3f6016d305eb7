import { createHash, randomBytes } from 'node:crypto';
import { CHAIN_MAX_INVOCATIONS } from '../platform/index.ts';

/**
 * Recursive loop detection. A chain of requests carries `Lineage=1:<hash>:<count>` in its trace header; the AWS SDK
 * sends the header on, byte for byte, and Lambda advances the count. The first invocation of a chain has count 0.
 */
export type Lineage =
  /** `traceId` is for `_X_AMZN_TRACE_ID` of the invocation. */
  { readonly kind: 'continues'; readonly traceId: string } | { readonly kind: 'loops' };

const LINEAGE = /^Lineage=1:(?<hash>[0-9a-f]{8}):(?<count>\d{1,9})$/;

const freshTrace = (nowMs: number): readonly string[] => {
  const seconds = Math.floor(nowMs / 1000)
    .toString(16)
    .padStart(8, '0');
  const random = randomBytes(20).toString('hex');
  return [`Root=1-${seconds}-${random.slice(0, 24)}`, `Parent=${random.slice(24)}`, 'Sampled=0'];
};

const hashOf = (arn: string): string => createHash('sha256').update(arn).digest('hex').slice(0, 8);

/**
 * Advances the chain by one invocation.
 *
 * @param header `X-Amzn-Trace-Id` of the call; without it, or without `Lineage` in it, a chain begins here.
 * @param arn the function's ARN: a chain is named after the function it began with.
 * @param nowMs epoch ms, for the trace id of a new chain.
 */
export const advanceLineage = (header: string | undefined, arn: string, nowMs: number): Lineage => {
  const fields = (header ?? '').split(';').filter((field) => field !== '');
  const groups = fields.map((field) => LINEAGE.exec(field)?.groups).find((found) => found !== undefined);
  const count = groups === undefined ? 0 : Number(groups.count) + 1;
  if (count >= CHAIN_MAX_INVOCATIONS) return { kind: 'loops' };

  const others = fields.filter((field) => !field.startsWith('Lineage='));
  if (!others.some((field) => field.startsWith('Root='))) others.unshift(...freshTrace(nowMs));
  return {
    kind: 'continues',
    traceId: [...others, `Lineage=1:${groups?.hash ?? hashOf(arn)}:${count}`].join(';'),
  };
};
