import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { proveModel } from '../../../cli/model/prove.ts';
import { type Operation, writeOnnx } from '../../../models/onnx-writer.ts';
import { ModelLoadError } from '../../../platform/errors.ts';
import { modelFiles, writeFiles } from '../../functions/classify/model-folders.ts';
import { embedded, makeFolder } from './support/models.ts';

/** A model whose scores come of operations on a constant 1, as ONNX Runtime folds them while it loads. */
const folded = async (t: TestContext, shape: readonly number[], operations: readonly Operation[]) => {
  const graph = writeOnnx({
    name: 'folded',
    description: '',
    inputs: [{ name: 'pixels', shape: ['batch', 3, 2, 2] }],
    outputs: [{ name: 'scores', shape: ['a', 'b'] }],
    constants: [
      { name: 'one', shape: [1, 1], values: [1] },
      { name: 'shape', shape: [shape.length], values: shape },
    ],
    operations: [
      { type: 'Cast', inputs: ['shape'], outputs: ['sizes'], attributes: { to: 7 } },
      { type: 'Expand', inputs: ['one', 'sizes'], outputs: ['wide'] },
      ...operations,
    ],
  });
  return writeFiles(makeFolder(t), modelFiles({ 'model.onnx': graph }));
};

describe('a model that is proved', () => {
  it('says its classes and its digest', async () => {
    const { classes, sha256 } = await proveModel(embedded, 'basic-colours');
    assert.equal(classes, 11);
    assert.match(sha256, /^[0-9a-f]{64}$/);
  });

  it('fails with the error that loading it fails with', async (t) => {
    const folder = await writeFiles(makeFolder(t), modelFiles());
    writeFileSync(join(folder, 'model.onnx'), 'not a graph');
    await assert.rejects(proveModel(folder, 'broken'), (error: Error) => {
      assert.ok(error instanceof ModelLoadError);
      assert.match(error.message, /model\.onnx: expected a graph that ONNX Runtime can load/);
      return true;
    });
  });

  it('is ended where it takes more memory than it may', async (t) => {
    const folder = await folded(
      t,
      [1, 1_000_000_000],
      [{ type: 'Neg', inputs: ['wide'], outputs: ['scores'] }],
    );
    await assert.rejects(proveModel(folder, 'wide', { memoryMb: 1024 }), {
      name: 'ModelLoadError',
      message: /expected a model that loads and runs within 120 s and 1024 MB, received Runtime\.ExitError/,
    });
  });

  it('is ended where it takes more time than it may', async (t) => {
    // each product of 2,000 by 2,000 is 8 thousand million multiplications, a thousand of them minutes
    const products = Array.from(
      { length: 1000 },
      (_, at): Operation => ({
        type: 'MatMul',
        inputs: [at === 0 ? 'wide' : `product${at}`, 'wide'],
        outputs: [at === 999 ? 'scores' : `product${at + 1}`],
      }),
    );
    const folder = await folded(t, [2000, 2000], products);
    await assert.rejects(proveModel(folder, 'slow', { timeoutMs: 1000 }), {
      name: 'ModelLoadError',
      message: /within 1 s and 6144 MB, received Sandbox\.Timedout/,
    });
  });

  it('is let go of when the signal says so, however long it would take', async (t) => {
    const products = Array.from(
      { length: 1000 },
      (_, at): Operation => ({
        type: 'MatMul',
        inputs: [at === 0 ? 'wide' : `product${at}`, 'wide'],
        outputs: [at === 999 ? 'scores' : `product${at + 1}`],
      }),
    );
    const folder = await folded(t, [2000, 2000], products);
    const stopping = new AbortController();
    const proof = proveModel(folder, 'slow', { signal: stopping.signal });
    setImmediate(() => stopping.abort(new Error('stopped')));
    await assert.rejects(proof, /stopped/);
  });

  it('is refused where its input would be larger than memory', async (t) => {
    const huge = modelFiles({
      'preprocessor_config.json': {
        do_resize: true,
        size: { height: 100_000, width: 100_000 },
        resample: 2,
        do_rescale: false,
        do_normalize: false,
      },
      'model.onnx': writeOnnx({
        name: 'huge',
        description: '',
        inputs: [{ name: 'pixels', shape: ['batch', 3, 'height', 'width'] }],
        outputs: [{ name: 'scores', shape: ['batch', 3] }],
        constants: [],
        operations: [
          { type: 'GlobalAveragePool', inputs: ['pixels'], outputs: ['pooled'] },
          { type: 'Flatten', inputs: ['pooled'], outputs: ['scores'], attributes: { axis: 1 } },
        ],
      }),
    });
    const folder = await writeFiles(makeFolder(t), huge);
    await assert.rejects(proveModel(folder, 'huge'), {
      name: 'ModelLoadError',
      message: /expected an input of at most 67108864 numbers, received 1×3×100000×100000/,
    });
  });
});
