import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ThumbnailOptions, wishOf } from '../../functions/thumbnail/core/wish.ts';
import { thumbnailOptionsShape } from '../../functions/thumbnail/request-options.ts';
import type { LocalFunction } from '../../local/index.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import { readPlace } from '../../platform/storage/place.ts';
import { chooseShape, type RunShape } from '../classify/shape.ts';
import { expandInputs } from '../inputs/expand.ts';
import type { Picture } from '../inputs/picture.ts';
import { pictureFunction } from '../local-function.ts';
import type { Terminal } from '../terminal.ts';
import type { ThumbnailArguments } from './arguments.ts';

/** Everything a run needs to start. */
export interface ThumbnailJob {
  readonly pictures: readonly Picture[];
  readonly shape: RunShape;
  readonly definition: LocalFunction;
  readonly options: ThumbnailOptions;
}

/** Two threads decode while the others' files are read and written; more of them only get in each other's way. */
const DECODING_THREADS = '2';

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/** The output as the function takes it: a folder's path becomes its URL. */
const outputOf = (out: string, cwd: string): string => {
  const url = isUrl(out) ? out : pathToFileURL(resolve(cwd, out)).href;
  if (readPlace(url) !== undefined) return url;
  throw new InvalidRequestError(
    `--out: expected a folder, or s3://bucket/prefix, received ${JSON.stringify(out)}`,
  );
};

const optionsOf = ({ size, ...args }: ThumbnailArguments): ThumbnailOptions => {
  const { width, height, fit, format, quality, background, enlarge, channels } = args;
  const [side, ...others] = size ?? [];
  return {
    ...(others.length > 0 ? { sizes: size } : { size: side }),
    ...{ width, height, fit, format, quality, background, enlarge, channels },
  };
};

/** The function's own checks, made before anything is started. */
const check = (options: ThumbnailOptions): void => {
  const { background } = options;
  const { success } = thumbnailOptionsShape.background.safeParse(background);
  if (!success) {
    throw new InvalidRequestError(
      `--background: expected a colour as #rgb, #rrggbb or #rrggbbaa, received ${JSON.stringify(background)}`,
    );
  }
  wishOf(options);
};

/** S3 is rare here, and its SDK takes time to import. */
const accessFor = async (needed: boolean, env: Terminal['env']) =>
  needed ? (await import('../s3-access.ts')).s3Access(env) : {};

/**
 * Checks and looks up everything the command line names. Nothing is started, and no folder made.
 *
 * @throws InvalidRequestError or ConfigurationError naming what is wrong
 */
export const prepare = async (args: ThumbnailArguments, terminal: Terminal): Promise<ThumbnailJob> => {
  const { stdin, env } = terminal;
  const cwd = terminal.cwd();
  const options = optionsOf(args);
  check(options);
  if (args.out === undefined && !args.json) {
    throw new InvalidRequestError(
      '--out: expected a folder or s3://bucket/prefix for the thumbnails (or --json, to have small ones in the results)',
    );
  }
  const output = args.out === undefined ? '' : outputOf(args.out, cwd);
  const pictures = await expandInputs(args.inputs, { cwd, stdin });
  const reachesS3 = [output, ...pictures.map(({ reference }) => reference)].some((url) =>
    url.startsWith('s3://'),
  );
  const access = await accessFor(reachesS3, env);
  return {
    pictures,
    shape: chooseShape(args, availableParallelism()),
    definition: pictureFunction(
      'thumbnail',
      { http: args.http, env, access },
      { OUTPUT: output, UV_THREADPOOL_SIZE: DECODING_THREADS },
    ),
    options,
  };
};
