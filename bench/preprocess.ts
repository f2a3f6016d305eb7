import { readFile } from 'node:fs/promises';
import { cropAxis, type PixelPlan, resizedSize } from '../images/index.ts';
import { decodePixels, sharp } from '../images/sharp.ts';
import { dataFiles } from './data.ts';
import { median } from './statistics.ts';

/** Passes over each set; the ways take turns, so that a noisy neighbour disturbs all. */
const PASSES = 7;

/** What exact pixels may cost on small JPEGs, of what sharp's own resize costs. */
const TARGET = 1.15;

const plan: PixelPlan = {
  resize: { shortestEdge: 256 },
  filter: 'bilinear',
  rounding: 'onnx-zoo',
  crop: { width: 224, height: 224 },
  channels: 3,
};

/** The same size and place by sharp alone: header, decode at reduced size, resize, crop. Other pixels. */
const bySharp = async (bytes: Uint8Array): Promise<unknown> => {
  const { width, height } = await sharp(bytes).metadata();
  const to = resizedSize({ width, height }, plan.resize, 'onnx-zoo');
  return sharp(bytes, { ignoreIcc: true, failOn: 'error' })
    .resize({ ...to, fit: 'fill', kernel: 'linear' })
    .extract({
      left: cropAxis(to.width, 224, 'onnx-zoo').offset,
      top: cropAxis(to.height, 224, 'onnx-zoo').offset,
      width: 224,
      height: 224,
    })
    .toColourspace('srgb')
    .raw()
    .toBuffer();
};

const ways: Readonly<Record<'exact' | 'fast' | 'sharp', (bytes: Uint8Array) => Promise<unknown>>> = {
  exact: (bytes) => decodePixels(bytes, { ...plan, preprocess: 'exact' }),
  fast: (bytes) => decodePixels(bytes, { ...plan, preprocess: 'fast' }),
  sharp: bySharp,
};

/** CPU-ms per picture of one pass, of all threads. */
const pass = async (files: readonly Uint8Array[], run: (bytes: Uint8Array) => Promise<unknown>) => {
  const before = process.cpuUsage();
  for (const file of files) await run(file);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / files.length;
};

/** CPU time of preprocessing, byte for byte as Pillow and reduced while decoding, beside sharp's own resize. */
export const preprocess = async (): Promise<void> => {
  for (const [name, folder, target] of [
    ['small JPEGs', 'photos/labelled', TARGET],
    ['X-rays', 'photos/xray', undefined],
    ['8 to 16 MP', 'photos/large', undefined],
  ] as const) {
    const files = await Promise.all(
      dataFiles(folder)
        .filter((file) => /\.jpe?g$/i.test(file))
        .map((file) => readFile(file)),
    );
    const passes: { readonly exact: number; readonly fast: number; readonly sharp: number }[] = [];
    for (let turn = 0; turn < PASSES; turn++) {
      const exact = await pass(files, ways.exact);
      const bare = await pass(files, ways.sharp);
      passes.push({ exact, sharp: bare, fast: await pass(files, ways.fast) });
    }
    const middle = (of: (row: (typeof passes)[number]) => number, digits: number) =>
      median(passes.map(of)).toFixed(digits);
    console.log(
      `preprocessing ${name}: exact ${middle((row) => row.exact, 1)} CPU-ms, fast ${middle((row) => row.fast, 1)}, ` +
        `sharp's own resize ${middle((row) => row.sharp, 1)}, exact to sharp ${middle((row) => row.exact / row.sharp, 2)}` +
        `${target === undefined ? '' : ` (target at most ${target})`}, fast to exact ` +
        `${middle((row) => row.fast / row.exact, 2)}, ${files.length} pictures × ${PASSES}`,
    );
  }
};
