import { createCallPool, runBatch, shareSlots } from '../../client/index.ts';
import { createLambdaInvoke } from '../../engine/child/lambda.ts';
import { together } from '../../engine/driver.ts';
import type { Outcome } from '../../engine/index.ts';
import { checkOptions } from '../../functions/check-options.ts';
import { functionNamed, treeNames } from '../../functions/index.ts';
import { type Callee, readOrchestrateRequest } from '../../functions/orchestrate/index.ts';
import { InvalidRequestError, messageOf } from '../../platform/index.ts';
import { readFunctions } from '../options.ts';
import { FUNCTION_ALIAS } from './local-function.ts';
import type { PieceBatch, PieceResult, Target } from './target.ts';

const check = ({ name, target, options }: Callee): void => {
  const definition = functionNamed(target.functionName);
  try {
    if (definition) checkOptions(definition, options);
  } catch (cause) {
    throw new InvalidRequestError(`--option: ${name}: ${messageOf(cause)}`, { cause });
  }
};

/**
 * The functions that pictures go through, as requests of orchestrate name them.
 *
 * @param options `labels=classify`, or `thumbs={"function": "thumbnail", "options": {"size": 75}}`
 * @throws InvalidRequestError for what is none, and for functions and options that there are not
 */
export const readParts = (options: readonly string[]): readonly Callee[] => {
  const targets = new Map(treeNames.map((name) => [name, { functionName: name, qualifier: FUNCTION_ALIAS }]));
  const { parts } = readOrchestrateRequest({ images: [], functions: readFunctions(options) }, targets);
  for (const part of parts) check(part);
  return parts;
};

/**
 * Runs several functions over the same pictures, each as a tree of its own, all of them within the slots of one run. A
 * picture is answered when every function has answered it; under `raise` the first error of any function stops all.
 */
export const runSeveral = async (
  parts: readonly Callee[],
  { named, connection, onStopped }: Target,
  { items, options, onError, shape, signal, versions, onOutcome }: PieceBatch,
): Promise<PieceResult> => {
  const shares = shareSlots(shape);
  const pool = createCallPool(shares.calls);
  const invoke = createLambdaInvoke({ ...connection, maxSockets: shares.calls });
  const stop = new AbortController();
  const said = items.map(() => new Map<number, Outcome<unknown>>());
  const hear = (part: number, index: number, outcome: Outcome<unknown>): void => {
    const heard = said[index];
    heard?.set(part, outcome);
    const isRaised = onError === 'raise' && 'error' in outcome;
    if (heard === undefined || (heard.size < parts.length && !isRaised)) return;
    const inOrder = [...heard].toSorted(([a], [b]) => a - b);
    onOutcome(index, together(inOrder.map(([at, each]) => [parts[at]?.name ?? '', each])));
    heard.clear();
  };
  const results = await Promise.all(
    parts.map(async ({ name, target, options: own }, part) => {
      const result = await runBatch({
        ...named(target.functionName),
        ...{ items, onError, calls: shares.calls },
        ...(onStopped && { onStopped }),
        invoke: pool.share(invoke),
        options: { ...own, ...options },
        shape: { ...shape, slots: shares.slotsOf(items.length) },
        version: versions.get(name),
        signal: AbortSignal.any([signal, stop.signal]),
        onOutcome: (index, outcome) => hear(part, index, outcome),
      });
      if (result.summary.version !== undefined) versions.set(name, result.summary.version);
      if (result.stopped) stop.abort(result.stopped);
      return { ...result, name };
    }),
  );
  const first: unknown = stop.signal.reason;
  return {
    trees: results.map(({ name, summary }) => ({ name, summary })),
    stopped: first instanceof Error ? first : undefined,
  };
};
