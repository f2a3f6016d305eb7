import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { describeContent } from '../../images/describe-content.ts';

suite('describeContent', () => {
  const cases: readonly (readonly [string, string | Uint8Array, string])[] = [
    ['no bytes', '', '0 bytes'],
    ['an HTML page', '\n<!DOCTYPE html><html></html>', 'HTML'],
    ['an HTML page that begins with a comment', '<!-- hello --><html lang="en">', 'HTML'],
    ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['an SVG with a prologue', '<?xml version="1.0"?>\n<!-- made by -->\n<svg>', 'image/svg+xml'],
    ['HTML after an XML declaration', '<?xml version="1.0"?><!DOCTYPE html SYSTEM "x"><html>', 'HTML'],
    ['a comment without an end', '<!-- and then nothing', 'text'],
    ['nothing but comments', '<!---->'.repeat(500), 'text'],
    ['XML, as S3 says no', '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', 'XML'],
    ['JSON', '{"error": "not found"}', 'JSON'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:0', 'a Git LFS pointer'],
    ['plain text', 'Not Found', 'text'],
    ['a PDF', '%PDF-1.7\n%\xe2\xe3\n', 'application/pdf'],
    ['gzip', gzipSync('<svg/>'), 'application/gzip'],
    ['a bitmap', Buffer.concat([Buffer.from('BM'), Buffer.alloc(64)]), 'image/bmp'],
    [
      'a HEIC picture',
      Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic'), Buffer.alloc(64)]),
      'image/heic',
    ],
    [
      'the unknown',
      Buffer.from([0, 1, 2, 3, 0xfe, 0xff, 7, 8, 9]),
      '9 bytes of unknown content, beginning 00010203feff0708',
    ],
  ];
  for (const [title, content, expected] of cases) {
    test(`names ${title}`, async () => {
      assert.equal(await describeContent(Buffer.from(content as string)), expected);
    });
  }

  test('reads forty comments before a letter as quickly as anything else', async () => {
    // each comment doubled the time of a backtracking pattern: this one took longer than the age of the universe
    assert.equal(await describeContent(Buffer.from(`${'<!---->'.repeat(40)}x`)), 'text');
  });

  test('is not confused by a character cut in two at the end of the head', async () => {
    assert.equal(await describeContent(Buffer.from(`${'x'.repeat(4095)}ü and more`)), 'text');
  });
});
