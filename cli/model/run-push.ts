import { basename, join } from 'node:path';
import { isModelName } from '../../functions/classify/model/locate.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { chooseModel } from '../model-choice.ts';
import { onStopSignal, type StopSignal } from '../signals.ts';
import type { Terminal } from '../terminal.ts';
import { s3Uploader } from './adapters/s3-upload.ts';
import { type ByteProgress, byteProgress } from './byte-progress.ts';
import { formatBytes } from './bytes.ts';
import { modelsDirectoryOf } from './models-directory.ts';
import { pushModel } from './push.ts';
import { type PushTarget, resolveTarget } from './push-target.ts';

export interface PushArguments extends PushTarget {
  /** A name, or a folder. */
  readonly name: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** The folder of a model that is here, and its name there. @throws InvalidRequestError */
const findModel = async (choice: string, terminal: Terminal) => {
  const modelsDirectory = modelsDirectoryOf(terminal.env);
  if (choice.startsWith('s3://')) {
    throw new InvalidRequestError(`expected a model that is here, received ${JSON.stringify(choice)}`);
  }
  const model = await chooseModel(choice, { modelsDirectory, cwd: terminal.cwd() }, 'model');
  return isModelName(model)
    ? { name: model, folder: join(modelsDirectory, model) }
    : { name: basename(model), folder: model };
};

/**
 * `droste model push`: says on stderr what it does, and on stdout where the model is then.
 *
 * @throws InvalidRequestError for what the command line names wrongly, ModelLoadError for a model that does not load
 *   and a store that refuses
 */
export const runPush = async (args: PushArguments, terminal: Terminal): Promise<ExitCode> => {
  const { stdout, stderr } = terminal;
  const say = (line: string) => void stderr.write(`${line}\n`);
  const { name, folder } = await findModel(args.name, terminal);
  const connection = {
    ...(args.profile !== undefined && { profile: args.profile }),
    ...(args.region !== undefined && { region: args.region }),
    ...(args.endpointUrl !== undefined && { endpoint: args.endpointUrl }),
  };
  const { bucket, prefix } = await resolveTarget(args, connection);
  const location = `s3://${bucket}/`;

  const stopping = new AbortController();
  let stoppedBy: StopSignal | undefined;
  const unlisten = onStopSignal(terminal, (signal) => {
    stoppedBy = signal;
    stopping.abort();
  });
  // an endpoint of one's own is a stand-in of AWS, where buckets have no host names
  const uploader = s3Uploader(bucket, { ...connection, forcePathStyle: args.endpointUrl !== undefined });
  let progress: ByteProgress | undefined;
  const stopProgress = () => progress?.stop();
  terminal.on('exit', stopProgress);
  try {
    const uri = await pushModel(name, folder, uploader, {
      location,
      prefix,
      signal: stopping.signal,
      onTotal: async (bytes) => {
        say(`pushing ${name}, ${formatBytes(bytes)}, to ${location}${prefix}${name}/`);
        progress = await byteProgress(stderr, bytes);
      },
      onProgress: (bytes) => progress?.at(bytes),
    });
    stopProgress();
    stdout.write(`${uri}\n`);
    return exitCodes.done;
  } catch (failure) {
    if (stoppedBy === undefined) throw failure;
    stopProgress();
    say('stopped; the same command begins again');
    return exitCodes[stoppedBy];
  } finally {
    stopProgress();
    terminal.off('exit', stopProgress);
    unlisten();
    uploader.close();
  }
};
