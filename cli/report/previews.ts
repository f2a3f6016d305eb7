import { fileURLToPath } from 'node:url';
import pMap from 'p-map';
import type { RunItem } from '../../view/index.ts';

/** Most previews in one report: 1,000 of 3 KB are 4 MB of base64. */
export const PREVIEW_CAP = 1000;

const SIDE = 96;
const MOST_BYTES = 3 * 1024;

/** Worse until it is small enough; a picture that is not at the last of them has none. */
const qualities = [60, 35, 15];

/** A picture and where it lies, if it is a file here. */
export interface Previewed {
  readonly item: RunItem;
  readonly reference: string;
}

const isHere = (reference: string): boolean => /^(?:file:|data:image\/[\w.+-]+;base64,)/.test(reference);

/** What sharp reads of a reference that is here. */
const inputOf = (reference: string): string | Buffer =>
  reference.startsWith('file:')
    ? fileURLToPath(reference)
    : Buffer.from(reference.slice(reference.indexOf(',') + 1), 'base64');

const previewOf = async (path: string | Buffer): Promise<string | undefined> => {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(path, { failOn: 'none' })
    .autoOrient()
    .resize(SIDE, SIDE, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const raw = { width: info.width, height: info.height, channels: info.channels };
  for (const quality of qualities) {
    const webp = await sharp(data, { raw }).webp({ quality, effort: 0 }).toBuffer();
    if (webp.length <= MOST_BYTES) return webp.toString('base64');
  }
  return undefined;
};

/**
 * Adds small WebP previews to the first {@link PREVIEW_CAP} pictures that are here and were answered, and have none yet:
 * what the function could not decode is not tried again.
 */
export const withPreviews = (
  all: readonly Previewed[],
  signal?: AbortSignal,
): Promise<readonly RunItem[]> => {
  const chosen = new Set(
    all
      .filter(
        ({ item, reference }) => item.error === undefined && item.preview === undefined && isHere(reference),
      )
      .slice(0, PREVIEW_CAP),
  );
  return pMap(
    all,
    async (one) => {
      if (signal?.aborted || !chosen.has(one)) return one.item;
      // a picture without a preview is a card without one, whatever became of the file meanwhile
      const preview = await previewOf(inputOf(one.reference)).catch(() => undefined);
      return preview === undefined ? one.item : { ...one.item, preview };
    },
    { concurrency: 2 },
  );
};
