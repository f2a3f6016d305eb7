import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readClassifyConfig } from '../../../functions/classify/config.ts';
import { createModels } from '../../../functions/classify/models.ts';

const embedded = fileURLToPath(new URL('../../../models/basic-colours', import.meta.url));

test('the configured model goes by its own name, wherever it lies and wherever others are looked for', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'droste-own-name-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(embedded, join(folder, 'mine'), { recursive: true });
  // a prefix that nobody could read: it is not asked
  const models = createModels(
    readClassifyConfig({ MODEL: join(folder, 'mine'), MODELS_URI: 's3://nowhere/models/pushed' }),
  );
  assert.equal(await models.named('mine'), await models.default());
});
