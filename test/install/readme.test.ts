import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

test("the README's line for JSON prints nothing but JSON, one result a line", async () => {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [line = ''] = readme.match(/^npm .*--json.*$/m) ?? [];
  assert.match(line, /photos\//);
  const [program = '', ...args] = line
    .replace(/#.*/, '')
    .replace('photos/', 'examples/pictures/')
    .trim()
    .split(/\s+/);
  const { stdout } = await promisify(execFile)(program, args, { cwd: root });
  const results = stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text) as { image: string; results: object });
  assert.equal(results.length, 24);
  assert.ok(results.every(({ image, results: found }) => image && found));
});
