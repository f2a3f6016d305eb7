import pMap from 'p-map';
import type { Sharp } from 'sharp';
import type { Header } from '../decode.ts';
import type { Size } from '../geometry.ts';
import { limitsOf } from '../limits.ts';
import { swapsSides, upright } from '../orientation.ts';
import { pyramidOf } from '../pyramid.ts';
import type { Render, Rendering } from '../rendering.ts';
import { type Resizable, renderOne } from './sharp-encode.ts';
import { sharp } from './sharp-header.ts';
import { withinLimits } from './within-limits.ts';

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

/** Pictures made of one at once: enough to keep the threads of a small function busy. */
const AT_ONCE = 4;

/** Decodes a picture into the levels of a pyramid; answers what each target is made of. */
const decodeLevels = async (
  picture: Resizable,
  size: Size,
  targets: readonly Size[],
  { decode, signal }: { decode: Decode; signal: AbortSignal | undefined },
): Promise<(index: number) => Resizable> => {
  const { levels, levelOf } = pyramidOf(size, targets);
  const pyramid: Resizable[] = [];
  for (const level of levels) {
    const above = pyramid.at(-1);
    pyramid.push(
      inMemory(above === undefined ? await decode(picture, level) : await decodeOnce(above, level)),
    );
    signal?.throwIfAborted();
  }
  return (index) => pyramid[levelOf[index] ?? 0] ?? picture;
};

/** The largest of what is held at once, in bytes: 4 channels in the making, and what was made. */
const heldBytes = (renderings: readonly Rendering[]): number =>
  renderings
    .map(({ scaled, frame }) => 4 * Math.max(scaled.width * scaled.height, frame.width * frame.height) * 2)
    .toSorted((a, b) => b - a)
    .slice(0, AT_ONCE)
    .reduce((sum, bytes) => sum + bytes, 0);

/**
 * Makes pictures of pictures with sharp: first frame only, auto-oriented, in sRGB, metadata left out. A single one is
 * decoded at reduced size and encoded in one pipeline; several are made of the halves of one decode (`pyramidOf`).
 *
 * @param decode counted by tests
 * @throws UnsupportedImageError, ImageDecodeError and ImageTooLargeError as `decodePixels`; what `plan` and the
 *   destination throw; the reason of `signal` once that is aborted.
 */
export const createRender =
  (decode: Decode = decodeOnce): Render =>
  async (bytes, plan, { find, put }, limits) => {
    const { maxPixels, signal } = limitsOf(limits);
    // what a place says of a thumbnail is not the picture's fault, and no reason to decode it again
    let refused: { readonly cause: unknown } | undefined;
    const refuse = (cause: unknown): undefined => {
      refused ??= { cause };
    };
    const made = await withinLimits(bytes, limits, (header) => {
      const size = swapsSides(upright(header.orientation)) ? sideways(header) : header;
      const renderings = plan({ width: size.width, height: size.height });
      const targets = renderings.map(({ scaled }) => scaled);
      const picture = stored(bytes, header, maxPixels);
      const isOne = renderings.length === 1;
      return {
        // a single one is decoded as it is asked for, a few rows at a time
        made: isOne ? { width: 0, height: 0 } : (pyramidOf(size, targets).levels[0] ?? size),
        beside: heldBytes(renderings),
        decode: async () => {
          const found = await pMap(renderings, (rendering) => find?.(rendering).catch(refuse), {
            concurrency: AT_ONCE,
          });
          if (refused) return [];
          const isThere = found.every((answer) => answer !== undefined);
          const levelOf =
            isOne || isThere ? () => picture : await decodeLevels(picture, size, targets, { decode, signal });
          return pMap(
            renderings,
            async (rendering, index) => {
              signal?.throwIfAborted();
              if (refused) return [];
              const there = found[index];
              if (there !== undefined) return [there];
              const rendered = await renderOne(levelOf(index), rendering);
              return put(rendered).then(
                (answer) => [answer],
                (cause: unknown) => refuse(cause) ?? [],
              );
            },
            { concurrency: AT_ONCE },
          );
        },
      };
    });
    if (refused) throw refused.cause;
    return made.flat();
  };
