import type { JobRequest } from '../../client/index.ts';
import { functionNamed } from '../../functions/index.ts';
import { InvalidRequestError } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { expandInputs } from '../inputs/expand.ts';
import { readFunctions, readOptions } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { follow, type JobPlace, jobsAt } from './run.ts';

/** The command line of `droste job start`, parsed. */
export interface StartArguments extends JobPlace {
  readonly manifest?: string;
  readonly prefix?: string;
  readonly option?: readonly string[];
  readonly slots?: number;
  readonly follow?: boolean;
}

const referencesOf = async (words: readonly string[], terminal: Terminal): Promise<readonly string[]> => {
  const inputs = await expandInputs(words, {
    stdin: terminal.stdin,
    nul: false,
    watch: false,
    cwd: terminal.cwd(),
    follow: false,
    exclude: [],
  });
  const references: string[] = [];
  try {
    for await (const piece of inputs.pieces) references.push(...piece.map(({ reference }) => reference));
  } finally {
    await inputs.close();
  }
  for (const note of inputs.notes) terminal.stderr.write(`${note}\n`);
  return references;
};

const batchOf = async (
  inputs: readonly string[],
  { manifest, prefix, function: deployed }: StartArguments,
  terminal: Terminal,
) => {
  const given = [inputs.length > 0, manifest !== undefined, prefix !== undefined].filter(Boolean);
  if (given.length !== 1) {
    throw new InvalidRequestError(
      `expected pictures, or --manifest, or --prefix, received ${given.length === 0 ? 'none of them' : 'several'}`,
    );
  }
  if (manifest !== undefined) return { manifest };
  if (prefix !== undefined) return { prefix };
  const items = await referencesOf(inputs, terminal);
  const file = items.find((item) => item.startsWith('file:'));
  if (deployed !== undefined && file !== undefined) {
    throw new InvalidRequestError(
      `--function ${deployed}: expected references that the function can read (s3://, https://), received ${file}`,
    );
  }
  return { items };
};

/** `droste job start`: prints the id. @throws InvalidRequestError for what nobody can start */
export const startJob = async (
  name: string,
  inputs: readonly string[],
  args: StartArguments,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { option = [], slots } = args;
  const batch = await batchOf(inputs, args, terminal);
  const jobs = jobsAt(args, terminal);
  const own = slots === undefined ? {} : { slots };
  // the function itself says what is wrong with a value
  const asked =
    functionNamed(name)?.invokes === 'others'
      ? { functions: readFunctions(option), options: own }
      : { options: { ...readOptions(option), ...own } };
  const request: JobRequest = { function: name, ...batch, ...asked };
  const id = await jobs.start(request);
  terminal.stdout.write(`${id}\n`);
  return args.follow ? follow(jobs, id, terminal, false) : exitCodes.done;
};
