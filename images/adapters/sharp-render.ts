import type { Sharp } from 'sharp';
import { checkHeader, type Header } from '../decode.ts';
import { decodeFailure } from '../decode-failure.ts';
import type { Size } from '../geometry.ts';
import { swapsSides, upright } from '../orientation.ts';
import { pyramidOf } from '../pyramid.ts';
import type { Render, Rendered, Rendering } from '../rendering.ts';
import { type Resizable, renderOne } from './sharp-encode.ts';
import { readHeader, recognise, sharp } from './sharp-header.ts';

const sideways = ({ width, height }: Size): Size => ({ width: height, height: width });

/** A picture as it is in its file: the resize is of stored sides, the turn comes after it. */
const stored = (bytes: Uint8Array, header: Header, maxPixels: number): Resizable => {
  const { flip, flop, turn } = upright(header.orientation);
  const sides = swapsSides({ flip, flop, turn }) ? sideways : (size: Size) => size;
  const isConverted = header.profile === 'other';
  return {
    hasAlpha: header.channels === 2 || header.channels === 4,
    open: () =>
      sharp(bytes, {
        // as for pixels: see decodeSteps
        failOn: header.format === 'tiff' ? 'warning' : 'error',
        limitInputPixels: maxPixels,
        ignoreIcc: !isConverted,
      }),
    resize: (pipeline, to) => {
      const turned = pipeline
        .resize({ ...sides(to), fit: 'fill' })
        .flip(flip)
        .flop(flop)
        .rotate(turn);
      // sharp converts deep RGB to Display P3 and leaves it there (0.35.5)
      return isConverted && header.space === 'rgb16'
        ? turned.withIccProfile('srgb', { attach: false })
        : turned;
    },
  };
};

/** A picture in memory, upright. */
interface Raster {
  readonly data: Uint8Array;
  readonly info: { readonly width: number; readonly height: number; readonly channels: 1 | 2 | 3 | 4 };
}

/** Decodes to an upright size, transparency kept. */
export type Decode = (picture: Resizable, size: Size) => Promise<Raster>;

const decodeOnce: Decode = (picture, size) =>
  picture.resize(picture.open(), size).raw().toBuffer({ resolveWithObject: true });

const inMemory = ({ data, info: { width, height, channels } }: Raster): Resizable => ({
  hasAlpha: channels === 2 || channels === 4,
  open: () => sharp(data, { raw: { width, height, channels } }),
  resize: (pipeline: Sharp, to: Size) =>
    to.width === width && to.height === height ? pipeline : pipeline.resize({ ...to, fit: 'fill' }),
});

const renderMany = async (
  picture: Resizable,
  size: Size,
  renderings: readonly Rendering[],
  { decode, signal }: { decode: Decode; signal: AbortSignal | undefined },
): Promise<readonly Rendered[]> => {
  const { levels, levelOf } = pyramidOf(
    size,
    renderings.map(({ scaled }) => scaled),
  );
  const pyramid: Resizable[] = [];
  for (const level of levels) {
    const above = pyramid.at(-1);
    pyramid.push(
      inMemory(above === undefined ? await decode(picture, level) : await decodeOnce(above, level)),
    );
    signal?.throwIfAborted();
  }
  return await Promise.all(
    renderings.map((rendering, index) => {
      signal?.throwIfAborted();
      return renderOne(pyramid[levelOf[index] ?? 0] ?? picture, rendering);
    }),
  );
};

/**
 * Makes pictures of pictures with sharp: first frame only, auto-oriented, in sRGB, metadata left out. A single one is
 * decoded at reduced size and encoded in one pipeline; several are made of the halves of one decode (`pyramidOf`).
 *
 * @param decode counted by tests
 * @throws UnsupportedImageError, ImageDecodeError and ImageTooLargeError as `decodePixels`; what `plan` throws; the
 *   reason of `signal` once that is aborted.
 */
export const createRender =
  (decode: Decode = decodeOnce): Render =>
  async (bytes, plan, { maxPixels, signal }) => {
    signal?.throwIfAborted();
    const format = await recognise(bytes);
    try {
      const header = await readHeader(bytes, format);
      checkHeader(header, maxPixels);
      signal?.throwIfAborted();
      const size = swapsSides(upright(header.orientation)) ? sideways(header) : header;
      const renderings = plan({ width: size.width, height: size.height });
      const [only, ...others] = renderings;
      if (only === undefined) return [];
      const picture = stored(bytes, header, maxPixels);
      return others.length === 0
        ? [await renderOne(picture, only)]
        : await renderMany(picture, size, renderings, { decode, signal });
    } catch (cause) {
      signal?.throwIfAborted();
      throw decodeFailure(cause, format);
    }
  };
