import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { configDocument, parseModelConfig } from '../../../functions/classify/core/labels.ts';
import {
  parsePreprocessing,
  parseTimmPreprocessing,
} from '../../../functions/classify/core/preprocessor-config.ts';
import { ownSection, preprocessorDocument } from '../../../functions/classify/core/preprocessor-document.ts';
import { pretrainedConfig } from '../../../functions/classify/core/timm-config.ts';
import { needsSharedData, sharedPath } from '../../functions/classify/shared-data.ts';
import { stepsOf } from '../../packages/support/page.ts';
import { droste, parseLines } from '../support/droste.ts';
import { makeFolder } from './support/models.ts';

const PAGE = 'docs/bring-your-own-model.md';
const text = readFileSync(new URL(`../../../${PAGE}`, import.meta.url), 'utf8');
const steps = await stepsOf(PAGE);

suite('the page on models of one’s own', () => {
  test('shows files that are read as they stand', () => {
    let configs = 0;
    let preprocessors = 0;
    let timm = 0;
    for (const step of steps) {
      if (step.kind !== 'file') continue;
      if (step.name.endsWith('/config.json')) configs += parseModelConfig(step.text, step.name) ? 1 : 0;
      if (step.name === 'timm/config.json') {
        const { crop } = parseTimmPreprocessing(
          step.text,
          step.name,
        )({ width: undefined, height: undefined });
        assert.deepEqual(crop, { width: 288, height: 288 });
        timm += 1;
      }
      if (step.name.endsWith('/preprocessor_config.json')) {
        preprocessors += parsePreprocessing(step.text, step.name) ? 1 : 0;
      }
    }
    assert.deepEqual([configs, preprocessors, timm], [3, 2, 1]);
  });

  test('lists every key that is read, and no other', () => {
    const keysUnder = (heading: RegExp): readonly string[] => {
      const [, table = ''] = new RegExp(`${heading.source}\\n\\|[-|]+\\|\\n((?:\\|.*\\n)+)`).exec(text) ?? [];
      return table.split('\n').flatMap((row) => {
        const [, first = ''] = row.split('|');
        return [...first.matchAll(/`(\w+)`/g)].map(([, key = '']) => key);
      });
    };
    assert.deepEqual(
      keysUnder(/\| key \| meaning \|/).toSorted(),
      Object.keys(preprocessorDocument.shape).toSorted(),
    );
    assert.deepEqual(
      keysUnder(/\| key of `droste` \| meaning \|/).toSorted(),
      Object.keys(ownSection.shape).toSorted(),
    );
    assert.deepEqual(
      keysUnder(/\| key of `pretrained_cfg` \| meaning \|/).toSorted(),
      Object.keys(pretrainedConfig.shape).toSorted(),
    );
    const config = text.slice(text.indexOf('## Keys of `config.json`'), text.indexOf('## Keys of timm'));
    const keys = [...config.matchAll(/^\| `(\w+)` \|/gm)].map(([, key = '']) => key);
    assert.deepEqual(keys.toSorted(), Object.keys(configDocument.shape).toSorted());
  });

  test('leads from exported files to labels on the screen', needsSharedData, async (t) => {
    const cwd = makeFolder(t);
    for (const step of steps) {
      if (step.kind !== 'file') continue;
      mkdirSync(join(cwd, dirname(step.name)), { recursive: true });
      writeFileSync(join(cwd, step.name), step.text);
    }
    // what the export in Python leaves: the same network, from the ONNX model zoo
    for (const file of ['model.onnx', 'config.json']) {
      cpSync(sharedPath(`models/squeezenet1.1/${file}`), join(cwd, 'my-model', file));
    }
    const { images } = JSON.parse(readFileSync(sharedPath('expected/squeezenet1.1.json'), 'utf8'));
    const { id2label } = JSON.parse(readFileSync(join(cwd, 'my-model/config.json'), 'utf8'));
    const photos = Object.keys(images).slice(0, 3);
    mkdirSync(join(cwd, 'photos'));
    for (const photo of photos)
      symlinkSync(sharedPath(`photos/labelled/${photo}`), join(cwd, 'photos', photo));

    const outputs: string[] = [];
    for (const step of steps) {
      if (step.kind !== 'command') continue;
      const [program, ...args] = step.line.split(' ');
      assert.equal(program, 'droste');
      const { code, stdout, stderr } = await droste(args, { cwd });
      assert.equal(code, 0, stderr);
      outputs.push(stdout);
    }
    const [check = '', table = '', lines = ''] = outputs;
    assert.match(check, /3\. crop the middle 224×224/);
    assert.match(check, /sizes rounded as torchvision/);
    assert.match(check, /1000 classes, one of them holds: softmax/);
    assert.equal(outputs.length, 3);
    const best = photos.map((photo) => id2label[images[photo]['pil-crop256-bilinear'][0][0]]);
    assert.deepEqual(
      parseLines(lines).map(({ results }) => results?.tags[0]?.class),
      best,
    );
    for (const label of best) assert.ok(table.includes(label));
  });
});
