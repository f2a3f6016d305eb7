import sharp from 'sharp';
import { UnsupportedImageError } from '../../platform/index.ts';
import type { Header } from '../decode.ts';
import { describeContent } from '../describe-content.ts';
import { type ImageFormat, sniffFormat } from '../format.ts';
import { jpegHeader } from '../jpeg-header.ts';
import { isSrgbProfile } from '../srgb-profile.ts';

// Pictures are decoded side by side, so threads within one only add hand-overs; and no picture comes twice, so a
// cache of operations only holds memory.
sharp.concurrency(1);
sharp.cache(false);

// The second lock, behind the sniffing: even a file that lies about its beginning reaches no other parser. For the
// whole process, and files by path too.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadTiffBuffer',
  ],
});

/** sharp, set up: whoever uses it takes it from here. */
export { sharp };

/**
 * The format by content.
 *
 * @throws UnsupportedImageError for anything but JPEG, PNG, WebP, GIF, AVIF and TIFF.
 */
export const recognise = async (bytes: Uint8Array): Promise<ImageFormat> => {
  const format = sniffFormat(bytes);
  if (format !== undefined) return format;
  throw new UnsupportedImageError(
    `Expected a JPEG, PNG, WebP, GIF, AVIF or TIFF image, received ${await describeContent(bytes)}`,
  );
};

const profileOf = (icc: Uint8Array | undefined): Header['profile'] => {
  if (icc === undefined) return 'none';
  return isSrgbProfile(icc) ? 'srgb' : 'other';
};

const spaceOf = (space: string, depth: string): Header['space'] => {
  if (space === 'rgb16' || space === 'cmyk') return space;
  return space === 'b-w' && depth === 'uchar' ? 'grey' : 'other';
};

/** libvips' names of band formats, where the file does not say how many bits it has. */
const bitsOf = (depth: string): number =>
  depth === 'uchar' || depth === 'char' ? 8 : depth.endsWith('short') ? 16 : 32;

/** What the decoder makes of the header; no pixel is decoded. Throws what sharp throws. */
// Limits off: the header costs no memory whatever it says, and what it says is wanted for the message.
export const decoderHeader = async (bytes: Uint8Array, format: ImageFormat): Promise<Header> => {
  const meta = await sharp(bytes, {
    limitInputPixels: false,
    limitInputChannels: false,
    failOn: 'error',
  }).metadata();
  return {
    format,
    width: meta.width,
    height: meta.height,
    profile: profileOf(meta.icc),
    space: spaceOf(meta.space, meta.depth),
    channels: meta.channels,
    hasAlpha: meta.hasAlpha,
    isProgressive: meta.isProgressive,
    bitsPerSample: meta.bitsPerSample ?? bitsOf(meta.depth),
    ...(meta.orientation === undefined ? {} : { orientation: meta.orientation }),
  };
};

/** What the header says; no pixel is decoded. Throws what sharp throws. */
export const readHeader = async (bytes: Uint8Array, format: ImageFormat): Promise<Header> =>
  (format === 'jpeg' ? jpegHeader(bytes) : undefined) ?? (await decoderHeader(bytes, format));
