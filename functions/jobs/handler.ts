import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import {
  type CostAtMost,
  createJobsHandler,
  expiringKeys,
  type JobFunction,
} from '../../engine/jobs/index.ts';
import { prices } from '../../platform/index.ts';
import { type ObjectStore, openStore } from '../../platform/storage/index.ts';
import type { FunctionDefinition } from '../definition.ts';
import { functionNamed } from '../index.ts';
import { orchestrate } from '../orchestrate/definition.ts';
import { readJobParts } from '../orchestrate/index.ts';
import { readJobsConfig } from './config.ts';
import { stepFunctions } from './step-functions.ts';

const config = readJobsConfig(process.env);

/** States that an execution enters for one run: decide, choose, run, and a wait now and then. */
const TRANSITIONS_PER_RUN = 4;

const cost: CostAtMost = (runMs, invocations, runs) => {
  if (config.memoryMb === 0) return 0;
  const gbSeconds = (runMs / 1_000) * config.slots * (config.memoryMb / 1_024);
  return (
    gbSeconds * prices.gbSecond[config.architecture] +
    invocations * prices.request +
    runs * TRANSITIONS_PER_RUN * prices.transition
  );
};

const anything = z.unknown();

/** A function of which nothing is known takes whatever options it is given, and refuses them itself. */
const knownOf = (name: string): Pick<JobFunction, 'form' | 'checkOptions'> => {
  const {
    itemKey = 'item',
    options = {},
    checkOptions,
  }: Partial<FunctionDefinition> = functionNamed(name) ?? {};
  return { form: { itemKey, item: anything, options }, checkOptions };
};

let opened: Promise<ObjectStore> | undefined;

export const handler = createJobsHandler({
  openStore: () => {
    opened ??= openStore(config.store, { expiring: expiringKeys });
    return opened;
  },
  functions: new Map(
    [...config.targets].map(([name, target]) => [name, { ...target, ...knownOf(name) }] as const),
  ),
  several: { name: orchestrate.name, read: (request) => readJobParts(request, config.targets) },
  startExecution: stepFunctions(config.stateMachine),
  now: Date.now,
  randomHex: (digits) => randomBytes(digits / 2).toString('hex'),
  allowFile: config.allowFile,
  cost,
});
