/**
 * One process of the limit: does nothing but one stage of the work, as fast as this machine can, with no transport,
 * no recursion and no waiting. Told `{model, files}` it gets ready, told `decode` or `infer` it runs that stage over
 * its files once and answers `done`.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as nextTurn } from 'node:timers/promises';
import pMap from 'p-map';
import { loadModel } from '../../functions/classify/work.ts';
import type { Pixels } from '../../images/index.ts';
import { decodePixels } from '../../images/sharp.ts';

interface Task {
  readonly model: string;
  readonly files: readonly string[];
}

/** Decodes under way at once: libuv has four threads. */
const DECODES_AT_ONCE = 4;

const prepare = async ({ model, files }: Task) => {
  const classifier = await loadModel(model, { threads: 1 });
  const bytes = await Promise.all(files.map((file) => readFile(file)));
  const decode = () =>
    pMap(bytes, (picture) => decodePixels(picture, classifier.plan), { concurrency: DECODES_AT_ONCE });
  const pixels: readonly Pixels[] = await decode();
  return {
    decode,
    infer: async () => {
      for (const picture of pixels) await classifier.answer(picture);
    },
  };
};

let stages: Awaited<ReturnType<typeof prepare>> | undefined;

process.on('message', async (message: Task | 'decode' | 'infer') => {
  if (typeof message === 'object') stages = await prepare(message);
  else await stages?.[message]();
  // the last native call's buffers are let go before the clock is stopped elsewhere
  await nextTurn(0);
  process.send?.('done');
});
