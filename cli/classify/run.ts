import { basename } from 'node:path';
import type { ExitCode } from '../exit-codes.ts';
import { runPictures } from '../run/run-pictures.ts';
import type { Terminal } from '../terminal.ts';
import type { ClassifyArguments } from './arguments.ts';
import { openLocalTarget } from './local-target.ts';
import type { ClassifyJob } from './prepare.ts';
import type { Target } from './target.ts';

/** Tags per picture where `--top` is not given: a table has room for three. */
const TOP = { json: 5, table: 3 } as const;

/** Where the batch runs: here, or on the function that was named. */
const openTarget = async (
  job: ClassifyJob,
  args: ClassifyArguments,
  terminal: Terminal,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<Target> => {
  if (args.function === undefined) return openLocalTarget(job, { verbose: args.verbose, terminal, say });
  const { openDeployedTarget } = await import('../deployed/open-deployed.ts');
  return openDeployedTarget({ ...args, function: args.function }, job.pictures, { signal, onSent: () => {} });
};

/** Classifies the pictures of a job, here or on a deployed function, and shows their tags. */
export const runClassify = (
  job: ClassifyJob,
  args: ClassifyArguments,
  terminal: Terminal,
): Promise<ExitCode> =>
  runPictures(
    {
      pictures: job.pictures,
      shape: job.shape,
      options: { topK: args.top ?? (args.json ? TOP.json : TOP.table) },
      onError: args.onError,
      json: args.json,
      heading: `tags (${args.function ?? basename(args.model)})`,
      note: job.note,
      openTarget: (running) => openTarget(job, args, terminal, running),
    },
    terminal,
  );
