import type { PartRequest } from '../../engine/jobs/index.ts';
import { InvalidRequestError, isRecord, quote } from '../../platform/index.ts';
import type { Targets } from '../targets.ts';
import { readOrchestrateRequest } from './request.ts';

/** Of a call that is waited for. */
const NOT_FOR_JOBS = ['calls', 'deadlineMs', 'resume'] as const;

/**
 * Reads a request of orchestrate that is to be a job, as one for each of its functions. Its options are `onError`, which
 * every function has, and `slots`, of the one that is being run.
 *
 * @throws InvalidRequestError as `readOrchestrateRequest`, and for options that a job has no use for
 */
export const readJobParts = (
  request: Readonly<Record<string, unknown>>,
  targets: Targets,
): readonly PartRequest[] => {
  const { options = {}, ...batch } = request;
  if (!isRecord(options)) {
    throw new InvalidRequestError(`options: expected an object, received ${quote(options)}`);
  }
  const foreign = NOT_FOR_JOBS.find((option) => Object.hasOwn(options, option));
  if (foreign !== undefined) {
    throw new InvalidRequestError(`options.${foreign}: expected none for a job, which ends when all is done`);
  }
  const { slots, ...asked } = options;
  const { list, items, parts } = readOrchestrateRequest({ ...batch, options: asked }, targets);
  return parts.map(({ name, function: called, options: own }) => ({
    name,
    request: {
      function: called,
      ...(list ?? { items }),
      options: { ...own, ...asked, ...(slots !== undefined && { slots }) },
    },
  }));
};
