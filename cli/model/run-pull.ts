import { join } from 'node:path';
import { type ExitCode, exitCodes } from '../command.ts';
import { modelsDirectoryOf } from '../installation.ts';
import { formatBytes } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import { isThere, readOrigin } from './files.ts';
import { readHub } from './hub.ts';
import { bytesOf } from './install.ts';
import { pullModel } from './pull.ts';
import { chooseSource, nameToPull } from './sources.ts';
import { stoppable } from './stoppable.ts';
import { openWeb } from './web.ts';

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
  const hub = readHub(env);
  const modelsDirectory = modelsDirectoryOf(env);
  const folder = join(modelsDirectory, nameToPull(name));
  if (!force && (await isThere(folder))) {
    const origin = await readOrigin(folder);
    if (origin !== undefined) stderr.write(`${statedLicence(origin.licence, origin.page)}\n`);
    stderr.write(`${name} is here already; --force pulls it again\n`);
    stdout.write(`${folder}\n`);
    return exitCodes.done;
  }
  const web = openWeb(env);
  try {
    const kept = 'stopped; what is here is kept, and the same command goes on with it';
    return await stoppable(terminal, kept, async ({ signal, onProgress, say }) => {
      const source = await chooseSource(name, hub, { web, signal });
      const total = bytesOf(source);
      say(`pulling ${name}, ${formatBytes(total)}; ${statedLicence(source.licence, source.page)}`);
      const { classes, sha256 } = await pullModel(source, {
        ...{ modelsDirectory, web, signal },
        onProgress: (bytes) => onProgress(bytes, total),
      });
      say(`${source.name}: ${classes} classes, sha256 ${sha256}`);
      say(`use it: droste classify --model ${source.name}`);
      stdout.write(`${folder}\n`);
    });
  } finally {
    await web.close();
  }
};
