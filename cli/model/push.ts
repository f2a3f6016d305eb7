import { join } from 'node:path';
import { parseS3Prefix, type S3Prefix } from '../../functions/classify/index.ts';
import { InvalidRequestError, ModelLoadError, quote } from '../../platform/index.ts';
import type { ExitCode } from '../command.ts';
import { configurationOf, readFunctionName } from '../function-name.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import { formatBytes } from '../output/amounts.ts';
import type { Terminal } from '../terminal.ts';
import { modelFiles } from './files.ts';
import { findHere } from './find-here.ts';
import { proveModel } from './prove.ts';
import { s3Uploader, type Uploader } from './s3-upload.ts';
import { stoppable } from './stoppable.ts';
import { PassingFailure, type TryOptions, tryAgain } from './try-again.ts';

/** The command line of `droste model push`: to a prefix, or to the one that a deployed function takes its models from. */
export interface PushArguments extends AwsArguments {
  /** A name, or a folder. */
  readonly name: string;
  readonly to?: string;
  readonly function?: string;
}

const readPrefix = (uri: string, where: string): S3Prefix => {
  try {
    return parseS3Prefix(uri);
  } catch (cause) {
    throw new InvalidRequestError(
      `${where}: expected s3://bucket or s3://bucket/prefix, received ${quote(uri)}`,
      { cause },
    );
  }
};

const prefixOf = async (name: string, args: PushArguments): Promise<S3Prefix> => {
  const { LambdaClient } = await import('@aws-sdk/client-lambda');
  const client = new LambdaClient(connectionOf(args));
  try {
    const { MODELS_URI: uri } = await configurationOf(client, readFunctionName(name));
    if (uri) return readPrefix(uri, `MODELS_URI of ${name}`);
    throw new InvalidRequestError(
      `--function ${name}: expected its variable MODELS_URI to say where its models are, found none; --to s3://bucket/prefix says it`,
    );
  } finally {
    client.destroy();
  }
};

/**
 * Finds the prefix under which models lie.
 *
 * @throws InvalidRequestError for none or two targets, a malformed one, and a function that is not there or has no models
 */
const resolveTarget = async (args: PushArguments): Promise<S3Prefix> => {
  const { to, function: name } = args;
  if (to !== undefined && name === undefined) return readPrefix(to, '--to');
  if (to === undefined && name !== undefined) return prefixOf(name, args);
  throw new InvalidRequestError(
    `expected --to s3://bucket/prefix or --function <name>, received ${to === undefined ? 'neither' : 'both'}`,
  );
};

export interface PushOptions extends Omit<TryOptions, 'reached'> {
  /** For messages: `s3://bucket/`. */
  readonly location: string;
  /** Ends with a slash, or is empty. The model's name follows. */
  readonly prefix: string;
  /** Called with how many bytes are there of how many. */
  readonly onProgress: (bytes: number, total: number) => void;
}

/**
 * Uploads a model that loads to `<prefix><name>/`, its graph last.
 *
 * @returns the model's URI, without a slash at the end
 * @throws ModelLoadError for a model that does not load, and where the store refuses; the signal's reason
 */
const pushModel = async (
  name: string,
  folder: string,
  uploader: Uploader,
  options: PushOptions,
): Promise<string> => {
  const { location, prefix, signal, onProgress } = options;
  await proveModel(folder, name, { signal });
  const files = await modelFiles(folder);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  onProgress(0, total);
  let before = 0;
  for (const file of files) {
    const key = `${prefix}${name}/${file.path}`;
    const onFileProgress = (bytes: number): void => onProgress(before + bytes, total);
    const put = async (): Promise<void> => {
      try {
        await uploader.put({
          ...file,
          key,
          path: join(folder, file.path),
          signal,
          onProgress: onFileProgress,
        });
      } catch (failure) {
        signal.throwIfAborted();
        if (failure instanceof PassingFailure) throw failure;
        const why = failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);
        throw new ModelLoadError(`${location}${key}: expected to put it there, received ${why}`, {
          cause: failure,
        });
      }
    };
    await tryAgain(`${location}${key}`, put, options);
    before += file.bytes;
    onProgress(before, total);
  }
  return `${location}${prefix}${name}`;
};

/**
 * `droste model push`: says on stderr what it does, and on stdout where the model is then.
 *
 * @throws InvalidRequestError for what the command line names wrongly, ModelLoadError for a model that does not load
 *   and a store that refuses
 */
export const runPush = async (args: PushArguments, terminal: Terminal): Promise<ExitCode> => {
  const { name, folder } = await findHere(args.name, terminal);
  const { bucket, prefix } = await resolveTarget(args);
  const location = `s3://${bucket}/`;
  // an endpoint of one's own is a stand-in of AWS, where buckets have no host names
  const settings = { ...connectionOf(args), forcePathStyle: args.endpointUrl !== undefined };
  const uploader = s3Uploader(bucket, settings);
  try {
    const again = 'stopped; the same command begins again';
    return await stoppable(terminal, again, async ({ signal, onProgress, say }) => {
      let isSaid = false;
      const uri = await pushModel(name, folder, uploader, {
        ...{ location, prefix, signal },
        onProgress: (bytes, total) => {
          if (!isSaid) say(`pushing ${name}, ${formatBytes(total)}, to ${location}${prefix}${name}/`);
          isSaid = true;
          onProgress(bytes, total);
        },
      });
      terminal.stdout.write(`${uri}\n`);
    });
  } finally {
    uploader.close();
  }
};
