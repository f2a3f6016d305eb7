import { suite, test } from 'node:test';
import { fuzz } from './fuzz/law.ts';
import { pictureFuzzer } from './fuzz/pictures.ts';
import { readers } from './fuzz/readers.ts';

/** All of them together take half a minute; `npm run fuzz -- --seconds 600` is for longer. */
const SECONDS = { pictures: 12, readers: 2 };

const seed = Math.floor(Math.random() * 2 ** 31);

suite('what comes from outside, made wrong by chance, is answered or refused by name, twice the same', () => {
  test('pictures', async () => {
    await fuzz(pictureFuzzer, { seed, ms: SECONDS.pictures * 1_000 });
  });
  for (const reader of readers) {
    test(reader.name, async () => {
      await fuzz(reader, { seed, ms: SECONDS.readers * 1_000 });
    });
  }
});
