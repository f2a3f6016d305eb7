import { DrosteError, InvalidRequestError, instantText, toWireError } from '../../platform/index.ts';
import { type ExitCode, exitCodes } from '../command.ts';
import { readFunctionName } from '../function-name.ts';
import type { AwsArguments } from '../options.ts';
import { formatBytes, formatCount } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import { openPrunable, type Prunable } from './aws.ts';
import { judgeModels, judgeVersions } from './rule.ts';

/** The command line of `droste prune`, parsed. */
export interface PruneArguments extends AwsArguments {
  readonly function: string;
  readonly keep: number;
  readonly days: number;
  readonly dryRun: boolean;
}

const DAY_MS = 86_400_000;

const dayOf = (epochMs: number): string => instantText(epochMs).slice(0, 10);

/** Says of everything whether it stays, and removes what does not. */
const prune = async (
  prunable: Prunable,
  { keep, dryRun }: PruneArguments,
  sinceMs: number,
  say: (line: string) => void,
): Promise<void> => {
  const { bucket = '', latestModel, versions, removeVersion, removeModel } = prunable;
  const models = new Map(versions.map(({ version, model }) => [version, model]));
  const judged = judgeVersions(versions, { ...prunable, keep, sinceMs });
  const staying = judged.flatMap(({ thing, stays }) =>
    stays === undefined ? [] : models.get(thing.version),
  );
  const named = [latestModel, ...staying].flatMap((model) => model || []);
  const folders = judgeModels(prunable.folders, named, { bucket, sinceMs });
  const fate = (stays: string | undefined) =>
    stays === undefined ? (dryRun ? 'would go' : 'goes') : `stays: ${stays}`;
  let gone = 0;
  for (const { thing, stays } of judged) {
    say(`version ${thing.version}, published ${dayOf(thing.publishedMs)}  ${fate(stays)}`);
    if (stays !== undefined) continue;
    gone += 1;
    // Lambda refuses it where an alias leads there by now
    if (!dryRun) await removeVersion(thing.version);
  }
  let freed = 0;
  for (const { thing, stays } of folders) {
    say(
      `s3://${bucket}/${thing.prefix}, ${formatBytes(thing.bytes)}, put ${dayOf(thing.putMs)}  ${fate(stays)}`,
    );
    if (stays !== undefined) continue;
    freed += 1;
    if (!dryRun) await removeModel(thing);
  }
  say(
    `${dryRun ? 'nothing removed; without --dry-run it would be ' : 'removed '}${formatCount(gone, 'version')} of ${versions.length}, ${formatCount(freed, 'model')} of ${folders.length}`,
  );
};

/**
 * `droste prune`: removes what a function's deploys have left behind and nothing needs any more.
 *
 * @throws InvalidRequestError where AWS refuses to say what there is
 */
export const runPrune = async (args: PruneArguments, { stdout }: Terminal): Promise<ExitCode> => {
  const { functionName } = readFunctionName(args.function);
  const sinceMs = Date.now() - args.days * DAY_MS;
  let told = false;
  try {
    const prunable = await openPrunable(functionName, sinceMs, args);
    try {
      await prune(prunable, args, sinceMs, (line) => {
        told = true;
        stdout.write(`${line}\n`);
      });
    } finally {
      prunable.close();
    }
    return exitCodes.done;
  } catch (cause) {
    if (cause instanceof DrosteError) throw cause;
    const { name, message } = toWireError(cause);
    const expected = told
      ? 'everything that goes to be removed'
      : 'its versions, aliases, log and models to be told';
    throw new InvalidRequestError(
      `--function ${args.function}: expected ${expected}, received ${name}: ${message}`,
      { cause },
    );
  }
};
