import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { z } from 'zod';
import { readRequest } from '../../../engine/protocol/request.ts';

const page = readFileSync(new URL('../../../docs/what-starts-it.md', import.meta.url), 'utf8');

/** The requests in the table of lists. */
const documented = [...page.matchAll(/^\|.*\| `(\{"(?:manifest|prefix)".*\})` \|$/gm)].map(
  ([, request = '']) => request,
);

test('every list of the documentation is one that is understood', () => {
  const form = { itemKey: 'image', item: z.string(), options: {} };
  const formats = documented.map((request) => readRequest(JSON.parse(request), form).list?.format);
  assert.deepEqual(formats, ['text', 'jsonl', 'csv', 'csv', 'inventory', 'prefix', 'prefix']);
});
