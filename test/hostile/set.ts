/**
 * The whole hostile set through `droste classify` on a function of 1,769 MB, a good picture beside each bad one: every
 * picture made by the generators of this folder, and where they are the hard files of `../shared/data`.
 *
 * @example node test/hostile/set.ts
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sharp } from '../../images/sharp.ts';
import { startLocalHost } from '../../local/index.ts';
import { chanceOf, mutateBytes } from './fuzz/mutate.ts';
import { pictureSeeds } from './fuzz/picture-seeds.ts';
import { progressiveJpeg } from './pictures/progressive-jpeg.ts';
import { tiff } from './pictures/tiff.ts';

const repository = new URL('../../', import.meta.url);
const hardFiles = new URL('../shared/data/hard/', repository);
const good = new URL('examples/pictures/lemon.jpg', repository);

const flat = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({
    create: { width, height, channels, background: { r: 32, g: 64, b: 96, alpha: 0.5 } },
    limitInputPixels: false,
  });

const largeGif = (): Uint8Array => {
  const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs=', 'base64');
  for (const at of [6, 8, 24, 26]) if (gif[at] === 1) gif.writeUInt16LE(16_383, at);
  return gif;
};

const made = async (): Promise<readonly (readonly [string, Uint8Array])[]> => {
  const seeds = await pictureSeeds();
  const planar = { bits: 8, photometric: 2, samples: 3, planar: true, tiled: true };
  return [
    ['scans-2646.jpg', progressiveJpeg(4096, 2646)],
    ['scans-500.jpg', progressiveJpeg(4096, 500)],
    ['scans-100.jpg', progressiveJpeg(8192, 100)],
    ['frame.gif', largeGif()],
    ['interlaced.png', await flat(12_000, 12_000).png({ progressive: true }).toBuffer()],
    ['large.png', await flat(12_000, 12_000).png().toBuffer()],
    ['large.avif', await flat(5_000, 5_000).avif({ effort: 0 }).toBuffer()],
    ['large.webp', await flat(12_000, 12_000).webp({ effort: 0 }).toBuffer()],
    ['wide.png', await flat(1_000_000, 48, 4).png().toBuffer()],
    ['tall.png', await flat(48, 1_000_000, 4).withMetadata({ orientation: 6 }).png().toBuffer()],
    ['column.png', await flat(1, 19_500).withMetadata({ orientation: 6 }).png().toBuffer()],
    ['planar.tif', tiff(planar)],
    ['lab.tif', tiff({ ...planar, planar: false, tiled: false, photometric: 8 })],
    ['comments.jpg', Buffer.from(`${'<!---->'.repeat(40)}x`)],
    ['empty.jpg', new Uint8Array()],
    ...Array.from({ length: 300 }, (_, number) => {
      const chance = chanceOf(11, number);
      return [`chance-${number}.bin`, mutateBytes(chance.pick(seeds), chance)] as const;
    }),
  ];
};

const hard = async (folder: string): Promise<readonly string[]> => {
  const found = await readdir(hardFiles, { recursive: true, withFileTypes: true }).catch(() => []);
  if (found.length === 0) process.stdout.write('no ../shared/data/hard: only what is made here\n');
  const files = found.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(folder, `hard-${basename(parentPath)}-${name}`);
      await copyFile(join(parentPath, name), path);
      return path;
    }),
  );
};

const folder = await mkdtemp(join(tmpdir(), 'droste-hostile-'));
try {
  await mkdir(folder, { recursive: true });
  const bad: string[] = [...(await hard(folder))];
  for (const [name, bytes] of await made()) {
    bad.push(join(folder, name));
    await writeFile(join(folder, name), bytes);
  }
  const goodBytes = await readFile(good);
  const images: string[] = [];
  for (const [index, path] of bad.entries()) {
    const neighbour = join(folder, `good-${index}.jpg`);
    await writeFile(neighbour, goodBytes);
    images.push(pathToFileURL(path).href, pathToFileURL(neighbour).href);
  }
  const ends: string[] = [];
  let peakMb = 0;
  let invocations = 0;
  const host = await startLocalHost({
    concurrency: 2,
    functions: [
      {
        name: 'classify',
        module: new URL('functions/classify/handler.ts', repository).href,
        environment: { ALLOW_FILE: 'true' },
        memoryMb: 1_769,
        timeoutMs: 900_000,
      },
    ],
    observe: (event) => {
      if (event.kind === 'environment ended' && event.reason !== 'host closed') ends.push(event.reason);
      if (event.kind !== 'invocation ended') return;
      invocations += 1;
      peakMb = Math.max(peakMb, event.maxMemoryMb);
    },
  });
  const request = { images, options: { onError: 'collect' } };
  const reply = await host.invoke('classify', JSON.stringify(request));
  await host.close();
  if (reply.kind !== 'executed' || reply.functionError)
    throw new Error(`no answer: ${JSON.stringify(reply)}`);
  const { results, summary } = JSON.parse(reply.payload.toString());
  const outcomes: readonly { readonly image: string; readonly error?: { readonly name: string } }[] = results;
  const names = Map.groupBy(
    outcomes.filter(({ image }) => !image.includes('/good-')),
    ({ error }) => error?.name ?? 'answered',
  );
  const lost = outcomes.filter(({ image, error }) => image.includes('/good-') && error !== undefined);
  process.stdout.write(
    `${bad.length} bad pictures and as many good ones, ${invocations} invocations, peak ${peakMb} MB of 1769\n` +
      `environments lost: ${ends.length} ${ends.join(', ')}\ngood pictures lost: ${lost.length}\n` +
      `${[...names].map(([name, all]) => `  ${name}: ${all.length}`).join('\n')}\n` +
      `summary: ${JSON.stringify(summary)}\n`,
  );
  const odd = outcomes.filter(({ error }) => error && !/^(Image|Unsupported)/.test(error.name));
  for (const outcome of odd) process.stdout.write(`${JSON.stringify(outcome)}\n`);
  process.exitCode =
    ends.length + lost.length + odd.length === 0 && outcomes.length === images.length ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
