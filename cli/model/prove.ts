import type { ModelCheck } from '../../functions/classify/index.ts';
import { startLocalHost } from '../../local/index.ts';
import { DrosteError, fromWireError, ModelLoadError } from '../../platform/index.ts';
import { modelCheck } from '../installation.ts';

/** How much a model may take to be loaded and run once on zeros. */
export interface ProofLimits {
  /** Default 120,000: a graph of 2 GB from a cold disk takes half of it. */
  readonly timeoutMs?: number;
  /** Default 6,144: a graph of 2 GB, the largest a file holds, is in memory twice while it is loaded. */
  readonly memoryMb?: number;
  readonly signal?: AbortSignal | undefined;
  /** Paths of pictures that it is to answer for; default none. */
  readonly pictures?: readonly string[];
}

const failureOf = (
  folder: string,
  payload: string,
  { timeoutMs, memoryMb }: Required<Pick<ProofLimits, 'timeoutMs' | 'memoryMb'>>,
): Error => {
  const { errorType: name = 'Error', errorMessage: message = payload } = JSON.parse(payload) as {
    readonly errorType?: string;
    readonly errorMessage?: string;
  };
  const known = fromWireError({ name, message });
  if (known instanceof DrosteError) return known;
  return new ModelLoadError(
    `${folder}: expected a model that loads and runs within ${timeoutMs / 1000} s and ${memoryMb} MB, received ${name}: ${message}`,
  );
};

/**
 * Loads a model, runs it on zeros and on pictures, and says what it is, in a process of its own: a graph of a stranger's may loop for ever, or ask
 * for all the memory there is. The process is ended at a limit, or when the signal says so.
 *
 * @throws ModelLoadError for a model that does not load, or not within the limits; the signal's reason
 */
export const proveModel = async (
  folder: string,
  name: string,
  limits: ProofLimits = {},
): Promise<ModelCheck> => {
  const { timeoutMs = 120_000, memoryMb = 6144, signal, pictures = [] } = limits;
  signal?.throwIfAborted();
  await using host = await startLocalHost({
    functions: [{ name: 'check', module: modelCheck, timeoutMs, memoryMb }],
    concurrency: 1,
  });
  const stop = () => void host.close();
  signal?.addEventListener('abort', stop);
  const reply = await host.invoke('check', JSON.stringify({ folder, name, pictures }));
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (reply.kind !== 'executed')
    throw new ModelLoadError(`${folder}: expected it to be loaded, received ${reply.kind}`);
  const payload = reply.payload.toString('utf8');
  if (reply.functionError) throw failureOf(folder, payload, { timeoutMs, memoryMb });
  return JSON.parse(payload) as ModelCheck;
};
