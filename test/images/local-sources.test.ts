import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { parseReference } from '../../images/reference.ts';
import { createSources } from '../../images/sources/create-sources.ts';
import type { SourceOptions } from '../../images/sources/source.ts';

const closed: SourceOptions = { allowHttp: false, allowFile: false, allowPrivate: 'none' };
const fetch = (text: string, options: Partial<SourceOptions> = {}): Promise<Uint8Array> =>
  createSources({ ...closed, ...options }).fetch(parseReference(text));

suite('data references', () => {
  test('whatever the bytes, they come back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const text = `data:image/png;base64,${Buffer.from(bytes).toString('base64')}`;
        assert.deepEqual(Buffer.from(await fetch(text)), Buffer.from(bytes));
      }),
    );
  });

  test('base64 that is not quite base64 is refused, not repaired', async () => {
    for (const base64 of [
      'A',
      'AA',
      'AAA',
      'AA==A',
      'A===',
      '====',
      'AAAA AAAA',
      'AA_-',
      'AAAA\n',
      'AA%3D',
      '\u00e4AAA',
    ]) {
      await assert.rejects(fetch(`data:image/png;base64,${base64}`), {
        name: 'InvalidRequestError',
        message: /Expected padded base64/,
      });
    }
  });

  test('the limit is exact, and named', async () => {
    const of = (bytes: number): string => `data:image/png;base64,${Buffer.alloc(bytes).toString('base64')}`;
    for (const maxBytes of [99, 100, 101])
      assert.equal((await fetch(of(maxBytes), { maxBytes })).length, maxBytes);
    await assert.rejects(fetch(of(101), { maxBytes: 100 }), {
      name: 'ImageTooLargeError',
      message:
        /^Expected at most 100 bytes \(MAX_IMAGE_BYTES\), received 101 from data:image\/png;base64,AAAAAAAAAAAA… \(\d+ characters\)$/,
    });
  });
});

suite('file references', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'droste-files-'));
    await writeFile(join(folder, 'a ünusual?name.jpg'), 'picture');
  });
  after(() => rm(folder, { recursive: true }));

  const url = (name: string): string => pathToFileURL(join(folder, name)).href;

  test('are forbidden unless they are allowed', async () => {
    await assert.rejects(fetch(url('a ünusual?name.jpg')), {
      name: 'ForbiddenReferenceError',
      message: /local host/,
    });
  });

  test('give the bytes of the file', async () => {
    const bytes = await fetch(url('a ünusual?name.jpg'), { allowFile: true });
    assert.equal(Buffer.from(bytes).toString(), 'picture');
  });

  test('a missing file, a directory and a path through a file each have a message of their own', async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      ['missing.jpg', /missing\.jpg: there is no such file/],
      ['', /received the directory/],
      ['a ünusual?name.jpg/b', /not a directory/],
    ];
    for (const [name, message] of cases) {
      await assert.rejects(fetch(url(name), { allowFile: true }), { name: 'ImageFetchError', message });
    }
  });

  test('a file that may not be read says so', {
    skip: process.getuid?.() === 0 && 'root may read everything',
  }, async () => {
    await writeFile(join(folder, 'locked.jpg'), 'x');
    await chmod(join(folder, 'locked.jpg'), 0o000);
    await assert.rejects(fetch(url('locked.jpg'), { allowFile: true }), {
      name: 'ImageFetchError',
      message: /permissions/,
    });
  });

  test('a pipe is refused instead of waited for', {
    skip: process.platform === 'win32' && 'no pipes by path',
  }, async () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await assert.rejects(fetch(url('pipe'), { allowFile: true }), {
      name: 'ImageFetchError',
      message: /device or pipe/,
    });
  });

  test('a file over the limit is refused by its size', async () => {
    assert.equal((await fetch(url('a ünusual?name.jpg'), { allowFile: true, maxBytes: 7 })).length, 7);
    await assert.rejects(fetch(url('a ünusual?name.jpg'), { allowFile: true, maxBytes: 6 }), {
      name: 'ImageTooLargeError',
      message: /Expected at most 6 bytes \(MAX_IMAGE_BYTES\), received 7 from file:\/\//,
    });
  });
});
