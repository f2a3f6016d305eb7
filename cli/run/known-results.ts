import { resolve } from 'node:path';
import { InvalidRequestError } from '../../platform/index.ts';
import type { Terminal } from '../terminal.ts';
import { bindToRun, type RunIdentity } from './identity.ts';
import type { PictureRun } from './picture-run.ts';
import { openResultCache, type ResultCache } from './result-cache.ts';
import { openResultsFile, type ResultsFile } from './results-file.ts';

const identityOf = async ({ name, args, options, dependsOn }: PictureRun): Promise<RunIdentity> => ({
  function: args.function ?? name,
  options,
  ...(await dependsOn?.()),
});

/**
 * Opens what earlier runs of the same identity have found: the file that is completed, the folder of results.
 *
 * @param onFailure called once, when the file takes nothing any more
 * @throws InvalidRequestError for a file of another run, or one that cannot be read or written
 */
export const openKnownResults = async (
  run: PictureRun,
  terminal: Terminal,
  onFailure: (error: Error) => void,
): Promise<{ readonly results?: ResultsFile; readonly cache?: ResultCache }> => {
  const { cache, args } = run;
  if (args.resume === undefined && cache === undefined) return {};
  const identity = await identityOf(run);
  const place = (path: string) => resolve(terminal.cwd(), path);
  const twice = [args.report, args.trace].find(
    (other) => args.resume !== undefined && other !== undefined && place(other) === place(args.resume),
  );
  if (twice !== undefined) {
    throw new InvalidRequestError(`--resume: expected a file of its own, received ${twice} twice`);
  }
  const open = (path: string): ResultsFile => {
    const results = openResultsFile(path, onFailure);
    try {
      bindToRun(path, identity, results.isEmpty);
      return results;
    } catch (error) {
      results.close();
      throw error;
    }
  };
  return {
    ...(args.resume !== undefined && { results: open(place(args.resume)) }),
    ...(cache !== undefined && { cache: openResultCache(place(cache), identity) }),
  };
};
