import type { ItemContext } from '../../engine/index.ts';
import {
  aboutPicture,
  type DecodeLimits,
  freeBytes,
  limitsOf,
  maxSide,
  parseReference,
  type Render,
  type Rendered,
  type Rendering,
  type Size,
} from '../../images/index.ts';
import type { Sources } from '../../images/sources/index.ts';
import { ImageTooLargeError } from '../../platform/index.ts';
import { timed } from '../timed.ts';
import { files, mayBeWhole, type ThumbnailFormat } from './core/formats.ts';
import { type Box, layOut } from './core/layout.ts';
import type { ThumbnailOptions } from './core/options.ts';
import { type ThumbnailSpec, thumbnailSpecOf } from './core/spec.ts';
import { digestOf, stemOf, thumbnailName } from './name.ts';
import type { Outputs } from './outputs.ts';

/** One thumbnail, and where it is. */
export interface Thumbnail {
  /** `s3://…`, `file:///…`, or the thumbnail itself: `data:…;base64,…`. */
  readonly uri: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly format: ThumbnailFormat;
  /**
   * Of `raw`, whose layout is: height × width × channels values of 8 bits, rows top to bottom, pixels left to right,
   * RGB interleaved or one grey value; no header. NumPy: `fromfile(path, uint8).reshape(height, width, channels)`.
   */
  readonly channels?: 1 | 3;
}

/** The answer for one picture: `thumbnail` for one size, `thumbnails` in the order of `sizes`. */
export type Thumbnails = { readonly thumbnail: Thumbnail } | { readonly thumbnails: readonly Thumbnail[] };

/** What making thumbnails takes. */
export interface ThumbnailDeps {
  readonly sources: Sources;
  readonly render: Render;
  readonly outputs: Outputs;
  /** Bounds of decoding; `maxPixels` also of what is made, all sizes of one picture together. */
  readonly limits: DecodeLimits;
}

const text = ({ width, height }: Size): string => `${width}×${height}`;

const renderingOf = (upright: Size, box: Box, spec: ThumbnailSpec, maxPixels: number): Rendering => {
  const { encoding, background } = spec;
  const { scaled, frame } = layOut(upright, box, spec);
  const longest = maxSide[encoding.format];
  if (Math.max(frame.width, frame.height) > longest) {
    throw new ImageTooLargeError(
      `Expected sides of at most ${longest} pixels in ${encoding.format}, would make ${text(frame)} of ${text(upright)}`,
    );
  }
  if (scaled.width * scaled.height > maxPixels) {
    throw new ImageTooLargeError(
      `Expected at most ${maxPixels} pixels after the resize, would make ${text(scaled)} of ${text(upright)}`,
    );
  }
  return { scaled, frame, encoding, background };
};

/** The renderings without repetitions, and the place of each wanted one among them. */
const distinct = (
  renderings: readonly Rendering[],
): { readonly different: readonly Rendering[]; readonly placeOf: readonly number[] } => {
  const places = new Map<string, number>();
  const placeOf = renderings.map((rendering) => {
    const key = JSON.stringify(rendering);
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return place;
  });
  return {
    different: renderings.filter((_, index) => placeOf.indexOf(placeOf[index] ?? 0) === index),
    placeOf,
  };
};

/** Refuses sizes that are too much together, each of which may be small enough. */
const checkTotal = (renderings: readonly Rendering[], maxPixels: number): void => {
  const total = renderings.reduce((sum, { frame }) => sum + frame.width * frame.height, 0);
  if (total <= maxPixels) return;
  throw new ImageTooLargeError(
    `Expected sizes of at most ${maxPixels} pixels together (MAX_PIXELS), would make ${renderings.length} of ${total}`,
  );
};

/** Makes the function of one picture: fetches it, makes its thumbnails of one decode, and puts them where they go. */
export const createThumbnail =
  ({ sources, render, outputs, limits }: ThumbnailDeps) =>
  async (image: string, { options, signal, note }: ItemContext<ThumbnailOptions>): Promise<Thumbnails> => {
    try {
      const spec = thumbnailSpecOf(options);
      const reference = parseReference(image);
      const output = await outputs.to(options.out);
      const bytes = await timed(note, 'fetch', () => sources.fetch(reference, { signal }));
      const { maxPixels } = limitsOf(limits);
      let places: readonly number[] = [];
      const plan = (upright: Size): readonly Rendering[] => {
        const wanted = spec.boxes.map((box) => renderingOf(upright, box, spec, maxPixels));
        const { different, placeOf } = distinct(wanted);
        checkTotal(different, maxPixels);
        places = placeOf;
        return different;
      };
      const stem = stemOf(reference);
      const source = digestOf(bytes);
      const { encoding } = spec;
      const { mediaType } = files[encoding.format];
      let storeMs = 0;
      let kept = 0;
      const nameOf = (rendering: Rendering) => thumbnailName(stem, source, rendering);
      const answerOf = (rendering: Rendering, at: Pick<Thumbnail, 'uri' | 'bytes'>): Thumbnail => ({
        uri: at.uri,
        ...rendering.frame,
        bytes: at.bytes,
        format: encoding.format,
        ...(encoding.format === 'raw' && { channels: encoding.channels }),
      });
      const put = async ({ data, rendering }: Rendered): Promise<Thumbnail> => {
        const startMs = performance.now();
        const uri = await output.put({ name: nameOf(rendering), data, mediaType });
        storeMs += performance.now() - startMs;
        return answerOf(rendering, { uri, bytes: data.length });
      };
      const find = async (rendering: Rendering): Promise<Thumbnail | undefined> => {
        const found = await output.find?.(nameOf(rendering));
        if (!found || !mayBeWhole(found.bytes, rendering)) return undefined;
        kept += 1;
        return answerOf(rendering, found);
      };
      const destination = { put, ...(options.keep && { find }) };
      // what is stored is stored while the next ones are made
      const made = await timed(note, 'render', () => render(bytes, plan, destination, { ...limits, signal }));
      freeBytes(bytes);
      note('storeMs', Math.round(storeMs * 100) / 100);
      if (options.keep) note('kept', kept);
      const thumbnails = places.flatMap((place) => made[place] ?? []);
      const [only] = thumbnails;
      return spec.several || only === undefined ? { thumbnails } : { thumbnail: only };
    } catch (error) {
      throw aboutPicture(image, error);
    }
  };
