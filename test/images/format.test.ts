import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { sniffFormat } from '../../images/format.ts';
import { gradient } from './support/pictures.ts';

const ftyp = (...brands: readonly string[]): Uint8Array => {
  const [major = '', ...compatible] = brands;
  const body = `ftyp${major}\0\0\0\0${compatible.join('')}`;
  return Buffer.concat([
    Buffer.from([0, 0, 0, body.length + 4]),
    Buffer.from(body, 'latin1'),
    Buffer.alloc(32, 'avif'),
  ]);
};

suite('sniffFormat', () => {
  test('tells the six formats by their content', async () => {
    for (const format of ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'] as const) {
      const bytes = await gradient(16, 16).toFormat(format).toBuffer();
      assert.equal(sniffFormat(bytes), format);
    }
  });

  test('knows both byte orders of TIFF, and BigTIFF', () => {
    for (const head of ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'])
      assert.equal(sniffFormat(Buffer.from(head)), 'tiff');
  });

  test('finds the AVIF brand wherever it stands in the ftyp box, and nowhere behind it', () => {
    for (const brands of [['avif'], ['avis', 'avif'], ['mif1', 'miaf', 'avif']])
      assert.equal(sniffFormat(ftyp(...brands)), 'avif');
    for (const brands of [['heic', 'mif1'], ['mif1', 'heic'], ['isom', 'mp42'], ['qt  ']])
      assert.equal(sniffFormat(ftyp(...brands)), undefined);
  });

  test('does not take the minor version for a brand', () => {
    const bytes = ftyp('heic', 'mif1');
    Buffer.from(bytes.buffer, bytes.byteOffset).write('avif', 12, 'latin1');
    assert.equal(sniffFormat(bytes), undefined);
  });

  test('never fails, and knows nothing of empty, short and other files', () => {
    for (const text of ['', 'GIF', '<svg>', '%PDF-1.4', 'BM', 'RIFF\0\0\0\0WAVE'])
      assert.equal(sniffFormat(Buffer.from(text)), undefined);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void sniffFormat(bytes)));
  });
});
