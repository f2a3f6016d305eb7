import type { Encoding } from '../../../images/index.ts';
import { InvalidRequestError } from '../../../platform/index.ts';
import { defaultQuality } from './formats.ts';
import type { Box, LayoutOptions } from './layout.ts';
import type { ThumbnailOptions } from './options.ts';

/** What is wanted of each picture; the same for all of a request. */
export interface ThumbnailSpec extends LayoutOptions {
  readonly boxes: readonly Box[];
  /** Whether the answer is a list. */
  readonly several: boolean;
  readonly encoding: Encoding;
  readonly background: string;
}

const refuse = (message: string): never => {
  throw new InvalidRequestError(`options: ${message}`);
};

const boxOf = ({ width, height }: { width?: number | undefined; height?: number | undefined }): Box => {
  if (width !== undefined && height !== undefined) return { width, height };
  if (width !== undefined) return { width };
  if (height !== undefined) return { height };
  return refuse('expected width, height or both in each of sizes, received neither');
};

const square = (side: number): Box => ({ width: side, height: side });

const boxesOf = (options: ThumbnailOptions): readonly Box[] => {
  const { size, sizes, width, height } = options;
  const sided = width !== undefined || height !== undefined;
  const given = [
    ...(size === undefined ? [] : ['size']),
    ...(sizes === undefined ? [] : ['sizes']),
    ...(sided ? ['width or height'] : []),
  ];
  if (given.length !== 1) {
    const received = given.length === 0 ? 'none of them' : given.join(' and ');
    return refuse(`expected one of size, sizes, or width and height, received ${received}`);
  }
  if (size !== undefined) return [square(size)];
  if (sizes !== undefined)
    return sizes.map((each) => (typeof each === 'number' ? square(each) : boxOf(each)));
  return [boxOf({ width, height })];
};

const encodingOf = ({ format = 'jpeg', quality, channels }: ThumbnailOptions): Encoding => {
  if (channels !== undefined && format !== 'raw') refuse(`channels are of raw, received them with ${format}`);
  switch (format) {
    case 'jpeg':
    case 'webp':
    case 'avif':
      return { format, quality: quality ?? defaultQuality[format] };
    case 'png':
    case 'raw':
      if (quality !== undefined) refuse(`${format} is lossless and has no quality, received ${quality}`);
      return format === 'png' ? { format } : { format, channels: channels ?? 3 };
    default:
      return format satisfies never;
  }
};

const WHITE = '#ffffff';
const TRANSPARENT = '#ffffff00';

/** `#rgb` written out; anything else as it is. */
const longColour = (colour: string): string =>
  colour.length === 4 ? `#${[...colour.slice(1)].map((digit) => digit + digit).join('')}` : colour;

/**
 * Reads what is wanted from the options, whose types have been checked.
 *
 * @throws InvalidRequestError for options that mean nothing beside each other, and for no size at all.
 */
export const thumbnailSpecOf = (options: ThumbnailOptions): ThumbnailSpec => {
  const encoding = encodingOf(options);
  const padding = encoding.format === 'jpeg' || encoding.format === 'raw' ? WHITE : TRANSPARENT;
  return {
    boxes: boxesOf(options),
    several: options.sizes !== undefined,
    fit: options.fit ?? 'inside',
    enlarge: options.enlarge ?? false,
    encoding,
    background: options.background === undefined ? padding : longColour(options.background.toLowerCase()),
  };
};
