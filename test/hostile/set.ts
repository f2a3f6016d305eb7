/**
 * The whole hostile set through the command `droste classify` on environments of 1,769 MB, a good picture beside each bad
 * one: every picture made by the generators of this folder, and where they are the hard files of `../shared/data`.
 *
 * @example node test/hostile/set.ts
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { sharp } from '../../images/sharp.ts';
import { VCPU_MEMORY_MB as MEMORY_MB } from '../../platform/index.ts';
import { chanceOf, mutateBytes } from './fuzz/mutate.ts';
import { pictureSeeds } from './fuzz/picture-seeds.ts';
import { progressiveJpeg } from './pictures/progressive-jpeg.ts';
import { tiff } from './pictures/tiff.ts';

const repository = new URL('../../', import.meta.url);
const droste = fileURLToPath(new URL('cli/main.ts', repository));
const hardFiles = new URL('../shared/data/hard/', repository);
const good = new URL('examples/pictures/lemon.jpg', repository);

interface Outcome {
  readonly path: string;
  readonly error?: { readonly name: string };
}

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

/** What the command says of an environment, one line each, with `--verbose`. */
const lost = /^environment \w+ ended in the middle of its work \(.*$/gm;
const memory = /^environment \w+: \d+ ms, at most (\d+) MB$/gm;

const folder = await mkdtemp(join(tmpdir(), 'droste-hostile-'));
try {
  const bad: string[] = [...(await hard(folder))];
  for (const [name, bytes] of await made()) {
    bad.push(join(folder, name));
    await writeFile(join(folder, name), bytes);
  }
  const images: string[] = [];
  for (const [index, path] of bad.entries()) {
    const neighbour = join(folder, `good-${index}.jpg`);
    await copyFile(good, neighbour);
    images.push(path, neighbour);
  }
  // by name, for a folder gives only what is called a picture
  const list = join(folder, 'list.txt');
  await writeFile(list, images.join('\0'));
  const flags = ['--null', '--json', '--verbose', '--memory', String(MEMORY_MB), '--concurrency', '2'];
  const command = spawn(process.execPath, [droste, 'classify', `@${list}`, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(command.stdout),
    text(command.stderr),
    once(command, 'close'),
  ]);
  const outcomes: readonly Outcome[] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const [goods, bads] = [true, false].map((isGood) =>
    outcomes.filter(({ path }) => basename(path).startsWith('good-') === isGood),
  ) as [Outcome[], Outcome[]];
  const names = Map.groupBy(bads, ({ error }) => error?.name ?? 'answered');
  const odd = bads.filter(({ error }) => error && !/^(Image|Unsupported)/.test(error.name));
  const ends = stderr.match(lost) ?? [];
  const goodLost = bad.length - goods.filter(({ error }) => error === undefined).length;
  const memories = [...stderr.matchAll(memory)].map(([, megabytes]) => Number(megabytes));
  process.stdout.write(
    `${bad.length} bad pictures and as many good ones, the command ended with ${code}\n` +
      `${stderr.trimEnd().split('\n').at(-1)}\n` +
      `peak ${Math.max(...memories)} MB of ${MEMORY_MB}, of ${memories.length} invocations\n` +
      `environments lost: ${ends.length}\ngood pictures lost: ${goodLost}\n` +
      `${[...names].map(([name, all]) => `  ${name}: ${all.length}\n`).join('')}`,
  );
  for (const line of ends) process.stdout.write(`${line}\n`);
  for (const outcome of odd) process.stdout.write(`${JSON.stringify(outcome)}\n`);
  const isWhole = code === 1 && outcomes.length === images.length && memories.length > 0;
  process.exitCode = isWhole && ends.length + goodLost + odd.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
