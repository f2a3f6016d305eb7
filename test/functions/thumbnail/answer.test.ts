import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sharp from 'sharp';
import { readThumbnailConfig } from '../../../functions/thumbnail/config.ts';
import { digestOf, stemOf, thumbnailName } from '../../../functions/thumbnail/name.ts';
import type { Thumbnail } from '../../../functions/thumbnail/thumbnail.ts';
import { parseReference } from '../../../images/reference.ts';
import type { Rendering } from '../../../images/rendering.ts';
import { gradient } from '../../images/support/pictures.ts';
import { asData, thumbnailFunction, thumbnailOf } from './support/function.ts';

const folder = mkdtempSync(join(tmpdir(), 'droste-thumbnails-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const output = pathToFileURL(join(folder, 'out')).href;

suite('where thumbnails go', () => {
  test('a configured folder has them as files, the same one for the same picture', async () => {
    const picture = await gradient(400, 300).png().toBuffer();
    const [first, second] = await Promise.all(
      [1, 2].map(() => thumbnailOf(picture, { size: 75 }, { output })),
    );
    assert.equal(first?.uri, second?.uri);
    assert.match(first?.uri ?? '', /\/out\/image-[0-9a-f]{16}-75x56\.jpg$/);
    const written = readFileSync(fileURLToPath(first?.uri ?? ''));
    assert.equal(written.length, first?.bytes);
    const { width, height } = await sharp(written).metadata();
    assert.deepEqual([width, height], [75, 56]);
    assert.equal(readdirSync(join(folder, 'out')).length, 1);
  });

  test('without one they are in the answer, up to 32 KB', async () => {
    const noise = await sharp({
      create: {
        width: 300,
        height: 300,
        channels: 3,
        background: '#000',
        noise: { type: 'gaussian', mean: 128, sigma: 60 },
      },
    })
      .png()
      .toBuffer();
    assert.match((await thumbnailOf(noise, { size: 50 })).uri, /^data:image\/jpeg;base64,/);
    await assert.rejects(thumbnailOf(noise, { size: 300, format: 'png' }), {
      name: 'PayloadTooLargeError',
      message: /at most 32768 bytes to answer inline, made \d+ .*configure an output \(OUTPUT/,
    });
  });

  test('a request may name a place where files are allowed, and only there', async () => {
    const picture = await gradient(40, 30).png().toBuffer();
    const out = pathToFileURL(join(folder, 'mine')).href;
    const { uri } = await thumbnailOf(picture, { size: 8, out }, { output });
    assert.ok(uri.startsWith(`${out}/`));
    await assert.rejects(thumbnailOf(picture, { size: 8, out }, { allowFile: false }), {
      name: 'ForbiddenReferenceError',
    });
    await assert.rejects(thumbnailOf(picture, { size: 8, out: 'thumbs' }), {
      name: 'InvalidRequestError',
      message: /expected out as s3:/,
    });
  });
});

suite('the answer', () => {
  test('has thumbnail for one size, thumbnails for several, in the form of the request', async () => {
    const image = asData(await gradient(40, 30).png().toBuffer());
    const call = thumbnailFunction();
    const one = (await call({ images: [image], options: { size: 8 } })) as { results: { results: object }[] };
    assert.deepEqual(Object.keys(one.results[0]?.results ?? {}), ['thumbnail']);
    const two = (await call({ images: [image], options: { sizes: [8, 4] } })) as {
      results: { results: { thumbnails: Thumbnail[] } }[];
    };
    assert.equal(two.results[0]?.results.thumbnails.length, 2);
    assert.deepEqual(Object.keys(two.results[0]?.results.thumbnails[0] ?? {}), [
      'uri',
      'width',
      'height',
      'bytes',
      'format',
    ]);
  });

  test('has a failure in its place under collect, naming the picture', async () => {
    const image = asData(await gradient(40, 30).png().toBuffer());
    const reply = (await thumbnailFunction()({
      images: ['file:///gone.jpg', image],
      options: { size: 8, onError: 'collect', receipts: true },
    })) as { results: { error?: { message: string }; receipt: object }[] };
    assert.match(reply.results[0]?.error?.message ?? '', /gone\.jpg/);
    assert.equal(reply.results[1]?.error, undefined);
    for (const name of ['fetchMs', 'renderMs', 'storeMs'])
      assert.ok(name in (reply.results[1]?.receipt ?? {}), name);
  });
});

suite('names', () => {
  const stem = (text: string) => stemOf(parseReference(text));
  const rendering: Rendering = {
    scaled: { width: 75, height: 56 },
    frame: { width: 75, height: 56 },
    encoding: { format: 'jpeg', quality: 80 },
    background: '#ffffff',
  };

  test('begin with the name of the picture, in harmless characters', () => {
    assert.equal(stem('s3://bucket/a/cat 1.tar.jpg'), 'cat-1.tar');
    assert.equal(stem('https://host/a/katze%20%C3%A4.png?x=1'), 'katze-ä');
    assert.equal(stem('s3://bucket/花火大会.jpg'), '花火大会');
    assert.equal(stem('s3://bucket/Москва 2.jpg'), 'Москва-2');
    assert.equal(stem('file:///x/e%CC%81t%C3%A9.jpg'), 'été', 'letters and their marks as one');
    assert.equal(stem('s3://bucket/a\u202egnp\u200b.x\u0001.jpg'), 'a-gnp-.x', 'nothing that cannot be seen');
    assert.equal(stem('s3://bucket/🙂.jpg'), 'image');
    assert.equal(stem('https://host/'), 'image');
    assert.equal(stem('https://host/%2e%2e%2f%2e%2e%2fetc%2fpasswd'), 'passwd');
    assert.equal(stem('file:///x/.hidden'), 'hidden');
    assert.equal(stem('s3://bucket/%'), 'image');
    assert.equal(stem(asData(Buffer.from('x'))), 'image');
    assert.equal(stem(`s3://bucket/${'x'.repeat(300)}.jpg`).length, 60);
    assert.equal(
      stem(`s3://bucket/${'花'.repeat(300)}.jpg`),
      '花'.repeat(50),
      'names have 255 bytes at most',
    );
  });

  test('differ with the picture and with everything that shapes the thumbnail', () => {
    const source = digestOf(Buffer.from('picture'));
    const names = [
      thumbnailName('a', source, rendering),
      thumbnailName('a', digestOf(Buffer.from('another')), rendering),
      thumbnailName('a', source, { ...rendering, background: '#000000' }),
      thumbnailName('a', source, { ...rendering, scaled: { width: 80, height: 56 } }),
      thumbnailName('a', source, { ...rendering, encoding: { format: 'jpeg', quality: 81 } }),
      thumbnailName('a', source, { ...rendering, encoding: { format: 'raw', channels: 1 } }),
      thumbnailName('a', source, { ...rendering, encoding: { format: 'raw', channels: 3 } }),
    ];
    assert.equal(new Set(names).size, names.length);
    assert.equal(names[0], thumbnailName('a', source, { ...rendering }));
    assert.match(names[0] ?? '', /^a-[0-9a-f]{16}-75x56\.jpg$/);
  });
});

suite('the environment', () => {
  test('says where thumbnails go', () => {
    assert.equal(readThumbnailConfig({}).output, undefined);
    assert.equal(readThumbnailConfig({ OUTPUT: '' }).output, undefined);
    assert.equal(readThumbnailConfig({ OUTPUT: 's3://bucket/x' }).output, 's3://bucket/x');
  });

  test('is refused where it is malformed, by the name of the variable', () => {
    assert.throws(() => readThumbnailConfig({ OUTPUT: 'thumbs/' }), {
      name: 'ConfigurationError',
      message: /^OUTPUT: /,
    });
    assert.throws(() => readThumbnailConfig({ ALLOW_PRIVATE_ADDRESSES: 'yes' }), /ALLOW_PRIVATE_ADDRESSES/);
  });
});
