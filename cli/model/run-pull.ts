import { join } from 'node:path';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { onStopSignal, type StopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { openWeb } from './adapters/undici.ts';
import { byteProgress } from './byte-progress.ts';
import { formatBytes } from './bytes.ts';
import { chooseSource, nameToPull } from './choose-source.ts';
import { readHub } from './hub.ts';
import { isThere } from './land.ts';
import { modelsDirectoryOf } from './models-directory.ts';
import { readOrigin } from './origin.ts';
import { pullModel } from './pull.ts';
import { bytesOf } from './room.ts';

export interface PullArguments {
  readonly name: string;
  /** Pull it though it is here. */
  readonly force: boolean;
}

const statedLicence = (licence: string | undefined, page: string): string =>
  licence === undefined ? `licence: the page states none, see ${page}` : `licence: ${licence}, see ${page}`;

/**
 * `droste model pull`: says on stderr what it brings and under which licence, and on stdout where the model is.
 *
 * @throws InvalidRequestError or ConfigurationError for what the command line or the environment names wrongly,
 *   ModelLoadError for a pull that fails
 */
export const runPull = async ({ name, force }: PullArguments, terminal: Terminal): Promise<ExitCode> => {
  const { stdout, stderr, env } = terminal;
  const say = (line: string) => void stderr.write(`${line}\n`);
  const hub = readHub(env);
  const modelsDirectory = modelsDirectoryOf(env);
  const folder = join(modelsDirectory, nameToPull(name));
  if (!force && (await isThere(folder))) {
    const origin = await readOrigin(folder);
    if (origin !== undefined) say(statedLicence(origin.licence, origin.page));
    say(`${name} is here already; --force pulls it again`);
    stdout.write(`${folder}\n`);
    return exitCodes.done;
  }

  const stopping = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const unlisten = onStopSignal(terminal, (signal) => {
    stoppedBy = signal;
    stopping.abort();
  });
  const web = openWeb(env);
  try {
    const source = await chooseSource(name, hub, { web, signal: stopping.signal });
    const total = bytesOf(source);
    say(`pulling ${name}, ${formatBytes(total)}; ${statedLicence(source.licence, source.page)}`);
    const progress = await byteProgress(stderr, total);
    terminal.on('exit', progress.stop);
    try {
      const { classes, sha256 } = await pullModel(source, {
        modelsDirectory,
        web,
        signal: stopping.signal,
        onProgress: progress.at,
      });
      progress.stop();
      say(`${source.name}: ${classes} classes, sha256 ${sha256}`);
      say(`use it: droste classify --model ${source.name}`);
      stdout.write(`${folder}\n`);
      return exitCodes.done;
    } finally {
      progress.stop();
      terminal.off('exit', progress.stop);
    }
  } catch (failure) {
    if (stoppedBy === undefined) throw failure;
    say('stopped; what is here is kept, and the same command goes on with it');
    return exitCodes[stoppedBy];
  } finally {
    unlisten();
    await web.close();
  }
};
