import { basename } from 'node:path';
import { dataFiles } from './data.ts';
import type { PictureJob } from './picture-job.ts';

/** One comparison: what droste is asked, and the same for its peers. */
export interface Row {
  readonly name: string;
  /** Pictures made in one pass. */
  readonly count: number;
  readonly files: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly peer: readonly JobParts[];
  /** Least ratio of droste's speed to Pillow's; and to bare sharp's, which is no peer where there are several sizes. */
  readonly targets: { readonly pillow: number; readonly sharp?: number };
}

interface JobParts {
  readonly kind: PictureJob[0];
  readonly source: string;
  readonly side: number;
}

const repeated = (files: readonly string[], count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => files[index % files.length] ?? '');

const each = (files: readonly string[], kind: PictureJob[0], side: number): readonly JobParts[] =>
  files.map((source) => ({ kind, source, side }));

const thumbnails = (kind: string, files: readonly string[], targets: Row['targets']): Row => ({
  name: `${files.length.toLocaleString('en')} thumbnails of 75 px, ${kind}`,
  count: files.length,
  files,
  options: { size: 75 },
  peer: each(files, 'thumbnail', 75),
  targets,
});

/** Small and large JPEGs, many sizes of one, and grey ones of any size. */
export const rows = (): readonly Row[] => {
  const small = repeated(dataFiles('photos/labelled'), 1_000);
  const large = repeated(dataFiles('photos/large'), 100);
  const xrays = repeated(dataFiles('photos/xray'), 260);
  const photo = dataFiles('photos/large').find((file) => basename(file) === 'phone-12.2MP.jpg') ?? '';
  const sizes = Array.from({ length: 40 }, (_, index) => 100 + 20 * index);
  return [
    thumbnails('small JPEGs', small, { pillow: 0.6, sharp: 0.95 }),
    thumbnails('8 to 16 MP', large, { pillow: 1, sharp: 0.95 }),
    {
      name: '40 sizes (100 to 880 px) of one 12 MP photo (one decode)',
      count: sizes.length,
      files: [photo],
      options: { sizes },
      peer: sizes.map((side) => ({ kind: 'thumbnail', source: photo, side })),
      targets: { pillow: 5 },
    },
    {
      name: `${xrays.length} arrays of 64 × 64 of X-rays (grey JPEGs)`,
      count: xrays.length,
      files: xrays,
      options: { size: 64, fit: 'fill', format: 'raw', channels: 1, enlarge: true },
      peer: each(xrays, 'array', 64),
      targets: { pillow: 1.25, sharp: 0.95 },
    },
  ];
};
