import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { droste, makeFolder } from './support/droste.ts';

const MODEL = fileURLToPath(new URL('../../models/basic-colours/', import.meta.url));

const makeModel = (t: TestContext): string => {
  const folder = join(makeFolder(t), 'model');
  cpSync(MODEL, folder, { recursive: true });
  return folder;
};

/** Ways to break a model, and what is said of it. */
const breaks: Readonly<Record<string, readonly [(folder: string) => void, RegExp]>> = {
  'whose label list is too short': [
    (folder) => {
      const path = join(folder, 'config.json');
      const config = JSON.parse(readFileSync(path, 'utf8'));
      const labels = Object.entries(config.id2label).slice(0, -1);
      writeFileSync(path, JSON.stringify({ ...config, id2label: Object.fromEntries(labels) }));
    },
    /config\.json: expected 11 labels in id2label \(the graph's outputs\), received 10/,
  ],
  'whose graph is no graph': [
    (folder) => writeFileSync(join(folder, 'model.onnx'), 'not a graph'),
    /model\.onnx/,
  ],
  'without preprocessing': [
    (folder) => writeFileSync(join(folder, 'preprocessor_config.json'), ''),
    /preprocessor_config\.json/,
  ],
};

for (const [title, [damage, message]] of Object.entries(breaks)) {
  test(`a model ${title} is one failure of the run, not one of each picture`, async (t) => {
    const model = makeModel(t);
    damage(model);
    const { code, stdout, stderr } = await droste(['classify', '.', '--json', '--model', model]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    const [error, closing, ...rest] = stderr.split('\n');
    assert.match(error ?? '', /^error: ModelLoadError: /);
    assert.match(error ?? '', message);
    assert.doesNotMatch(error ?? '', /\.(avif|jpg|png|webp)/, 'no picture is to blame');
    assert.match(closing ?? '', /^stopped: 0 of 24 pictures, 0 failures, /);
    assert.deepEqual(rest, ['']);
  });
}

test('a folder without a model is said the same way under --on-error raise', async (t) => {
  const folder = makeFolder(t);
  mkdirSync(join(folder, 'nothing'));
  const args = ['classify', '.', '--model', join(folder, 'nothing'), '--on-error', 'raise'];
  const { code, stdout, stderr } = await droste(args);
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(
    stderr,
    /^error: ModelLoadError: \S+nothing: expected a graph at one of .*\nstopped: 0 of 24 /,
  );
});

test('a malformed setting of the function is one failure of the run', async () => {
  const { code, stderr } = await droste(['classify', '.'], { env: { MAX_PIXELS: 'many' } });
  assert.equal(code, 2);
  assert.match(stderr, /^error: ConfigurationError: MAX_PIXELS: expected a whole number .*received "many"\n/);
});

test('a folder is a model too: by a relative path, and by a bare name', async (t) => {
  const model = makeModel(t);
  for (const choice of ['../model', './', 'model']) {
    const cwd = choice === 'model' ? join(model, '..') : model;
    const picture = fileURLToPath(new URL('../../examples/pictures/lemon.jpg', import.meta.url));
    const { code, stdout } = await droste(['classify', picture, '--model', choice], { cwd });
    assert.equal(code, 0, choice);
    assert.match(stdout, /white +60\.5%/);
  }
});
