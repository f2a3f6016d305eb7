/**
 * One process of bare sharp in `p-map`, as its own documentation has it: from path to path. Told a list of jobs it runs
 * them and answers `done`.
 */
import { writeFile } from 'node:fs/promises';
import pMap from 'p-map';
import sharp from 'sharp';
import type { PictureJob } from '../picture-job.ts';

/** Pictures under way at once, as in a function. */
const AT_ONCE = 8;

// as in a function: pictures side by side, none of them twice
sharp.concurrency(1);
sharp.cache(false);

const work = async ([kind, source, side, target]: PictureJob): Promise<void> => {
  const picture = sharp(source).autoOrient();
  switch (kind) {
    case 'thumbnail':
      await picture
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .jpeg({ quality: 80 })
        .toFile(target);
      return;
    case 'array':
      await writeFile(target, await picture.resize(side, side, { fit: 'fill' }).greyscale().raw().toBuffer());
      return;
    default:
      return kind satisfies never;
  }
};

process.on('message', async (jobs: readonly PictureJob[]) => {
  await pMap(jobs, work, { concurrency: AT_ONCE });
  process.send?.('done');
});
