import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as z from 'zod';
import {
  type Fit,
  type ThumbnailFormat,
  type ThumbnailOptions,
  thumbnailSpecOf,
} from '../../functions/thumbnail/index.ts';
import { thumbnail as definition } from '../../functions/thumbnail/work.ts';
import { InvalidRequestError, quote, readPlace } from '../../platform/index.ts';
import type { ExitCode } from '../command.ts';
import type { ResultShape } from '../output/format.ts';
import { cutEnd, cutMiddle, onOneLine, widthOf } from '../output/text.ts';
import type { PictureArguments } from '../run/options.ts';
import { runPictures } from '../run/run-pictures.ts';
import type { Terminal } from '../terminal.ts';

/** The command line of `droste thumbnail`, parsed; what is absent has the function's default. */
export interface ThumbnailArguments extends PictureArguments {
  /** One: a box; several: all of one decode. */
  readonly size?: readonly number[];
  readonly width?: number;
  readonly height?: number;
  readonly fit?: Fit;
  readonly thumbnailFormat?: ThumbnailFormat;
  readonly quality?: number;
  readonly background?: string;
  readonly enlarge?: boolean;
  readonly channels?: '1' | '3';
  /** Make what is there again. */
  readonly remake?: boolean;
  /** A folder, or `s3://bucket/prefix`. */
  readonly out?: string;
}

/** Two threads decode while the others' files are read and written; more of them only get in each other's way. */
const DECODING_THREADS = '2';

const isUrl = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(text);

/** The output as the function takes it: a folder's path becomes its URL. */
const outputOf = (out: string, cwd: string): string => {
  const url = isUrl(out) ? out : pathToFileURL(resolve(cwd, out)).href;
  const place = readPlace(url);
  const isFile =
    place?.kind === 'folder' && statSync(place.path, { throwIfNoEntry: false })?.isDirectory() === false;
  if (place !== undefined && !isFile) return url;
  throw new InvalidRequestError(`--out: expected a folder, or s3://bucket/prefix, received ${quote(out)}`);
};

const optionsOf = (args: ThumbnailArguments): ThumbnailOptions => {
  const { size, width, height, fit, thumbnailFormat: format, quality, background, enlarge, channels } = args;
  const isKept = args.out !== undefined && !args.remake;
  const [side, ...others] = size ?? [];
  return {
    ...(others.length > 0 ? { sizes: size } : { size: side }),
    ...{ width, height, fit, format, quality, background, enlarge, keep: isKept || undefined },
    channels: channels === undefined ? undefined : channels === '1' ? 1 : 3,
  };
};

/** The function's own checks, made before anything is started. */
const check = (options: ThumbnailOptions, { out, format, function: elsewhere }: ThumbnailArguments): void => {
  const { background } = options;
  const { success } = definition.options.background.safeParse(background);
  if (!success) {
    throw new InvalidRequestError(
      `--background: expected a colour as #rgb, #rrggbb or #rrggbbaa, received ${quote(background)}`,
    );
  }
  thumbnailSpecOf(options);
  if (out === undefined && elsewhere === undefined && !['ndjson', 'json'].includes(format)) {
    throw new InvalidRequestError(
      '--out: expected a folder or s3://bucket/prefix for the thumbnails (or --json, to have small ones in the results)',
    );
  }
};

const thumbnail = z.object({ uri: z.string(), width: z.number(), height: z.number(), bytes: z.number() });
const shape = z.union([
  z.object({ thumbnail }).transform((result) => [result.thumbnail]),
  z.object({ thumbnails: z.array(thumbnail) }).transform((result) => result.thumbnails),
]);

/** Names are cut to no less than this; rather none is shown. */
const LEAST_NAME = 12;

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

const thumbnailsOf = (results: unknown): readonly z.output<typeof thumbnail>[] =>
  shape.safeParse(results).data ?? [];

/** `75×56   2.1 kB  lemon-….jpg`; of several sizes the first, and how many more there are. */
const formatThumbnails = (results: unknown, room: number | undefined): string => {
  const [first, ...others] = thumbnailsOf(results);
  if (first === undefined) return '';
  const name = onOneLine(first.uri.slice(first.uri.lastIndexOf('/') + 1));
  const size = `${first.width}×${first.height}`.padEnd(9);
  const more = others.length === 0 ? '' : `  and ${others.length} more`;
  const facts = `${size} ${kilobytes(first.bytes).padStart(9)}  `;
  const left = room === undefined ? widthOf(name) : room - facts.length - more.length;
  // a narrow terminal has no room for a name: what is left of one says nothing
  if (left < Math.min(LEAST_NAME, widthOf(name))) return cutEnd(`${facts.trimEnd()}${more}`, room ?? left);
  return `${facts}${cutMiddle(name, left)}${more}`;
};

export const thumbnailShape = (heading: string): ResultShape => ({
  column: { heading: () => heading, widen: () => {}, format: formatThumbnails },
  fields: () => ['uri', 'width', 'height', 'bytes'],
  made: (results) => thumbnailsOf(results)[0]?.uri,
  rows: (results) =>
    thumbnailsOf(results).map(({ uri, width, height, bytes }) => [uri, width, height, bytes]),
  paths: (_, results) =>
    thumbnailsOf(results).map(({ uri }) => (uri.startsWith('file:') ? fileURLToPath(uri) : uri)),
});

/**
 * Makes thumbnails, here or on a deployed function, and shows where they are. No folder is made before it is needed.
 *
 * @throws InvalidRequestError or ConfigurationError for what the command line names wrongly
 */
export const runThumbnail = async (args: ThumbnailArguments, terminal: Terminal): Promise<ExitCode> => {
  const options = optionsOf(args);
  check(options, args);
  const output = args.out === undefined ? '' : outputOf(args.out, terminal.cwd());
  // undefined is no JSON: what is not given is not sent
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return runPictures(
    {
      name: 'thumbnail',
      environment: { OUTPUT: output, UV_THREADPOOL_SIZE: DECODING_THREADS },
      args,
      options: given,
      dependsOn: async () => ({ options: { ...given, keep: undefined }, output }),
      ...{ places: [output], output },
      result: thumbnailShape(`thumbnail (${args.function ?? args.out ?? 'in the results'})`),
    },
    terminal,
  );
};
