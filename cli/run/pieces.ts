import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ExitCode, exitCodes } from '../command.ts';
import { expandInputs, type Inputs } from '../inputs/expand.ts';
import type { Picture } from '../inputs/picture.ts';
import { formatCount } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import type { PictureArguments } from './options.ts';
import type { PictureRun } from './picture-run.ts';

/**
 * Looks up the pictures of a command line.
 *
 * @param run what is taken where it names no input, and where its pictures go: a folder is passed over
 */
export const lookUp = (
  args: PictureArguments,
  { defaultInputs = [], output }: Pick<PictureRun, 'defaultInputs' | 'output'>,
  terminal: Terminal,
): Promise<Inputs> => {
  const words = args.inputs.length === 0 ? defaultInputs : args.inputs;
  const { exclude, follow, watch, null: nul } = args;
  return expandInputs(words, {
    ...{ cwd: terminal.cwd(), exclude, follow, nul, watch: watch && !args.dryRun },
    output: output?.startsWith('file:') ? resolve(fileURLToPath(output)) : undefined,
    get stdin() {
      return terminal.stdin;
    },
  });
};

/** Prints which pictures a run would take, and says how many. */
export const rehearse = async (
  { pieces, notes, unreadable }: Inputs,
  args: PictureArguments,
  terminal: Terminal,
): Promise<ExitCode> => {
  const { stdout, stderr } = terminal;
  for (const note of notes) stderr.write(`${note}\n`);
  let count = 0;
  for await (const pictures of pieces) {
    count += pictures.length;
    stdout.write(pictures.map(({ shown }) => `${shown}${args.null ? '\0' : '\n'}`).join(''));
  }
  if (!args.quiet) stderr.write(`dry run: ${formatCount(count, 'picture')}, nothing was started\n`);
  return unreadable === 0 ? exitCodes.done : exitCodes.failed;
};

/**
 * The next piece of the batch; none once the run is ended, even if more may come, and none after a failure to look
 * further: what is done by then stays done.
 */
export const nextPiece = async (
  pieces: AsyncIterator<readonly Picture[]>,
  signal: AbortSignal,
  onFailure: (error: Error) => void,
): Promise<readonly Picture[] | undefined> => {
  const { promise: ended, resolve } = Promise.withResolvers<undefined>();
  const onAbort = () => resolve(undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([ended, pieces.next().then(({ value, done }) => (done ? undefined : value))]);
  } catch (error) {
    onFailure(error as Error);
    return undefined;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
};
