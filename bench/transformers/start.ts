import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerTask } from './peer.ts';

/** A warm `image-classification` pipeline of transformers.js, in a process of its own. */
export interface Transformers {
  readonly version: string;
  /** Pictures per second of one pass over all files, in batches of so many. */
  run(batch: number): Promise<number>;
  close(): void;
}

/** Path of transformers.js as a folder sees it (the project's own by default); undefined where it is not installed. */
export const findTransformers = (directory?: string): string | undefined => {
  try {
    const from = directory === undefined ? import.meta.url : join(resolve(directory), 'package.json');
    return createRequire(from).resolve('@huggingface/transformers');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};

/** Copies a quantised MobileNet v2 into the layout that transformers.js expects, and names the types it demands. */
const layOut = (model: string, target: string): void => {
  const copyWith = (name: string, more: object): void => {
    const config: object = JSON.parse(readFileSync(join(model, name), 'utf8'));
    writeFileSync(join(target, name), JSON.stringify({ ...config, ...more }));
  };
  mkdirSync(join(target, 'onnx'), { recursive: true });
  copyFileSync(join(model, 'model.onnx'), join(target, 'onnx', 'model_quantized.onnx'));
  copyWith('config.json', { model_type: 'mobilenet_v2' });
  copyWith('preprocessor_config.json', { image_processor_type: 'MobileNetV2ImageProcessor' });
};

/**
 * Starts the process and loads a quantised MobileNet v2 into it.
 *
 * @param entry what `findTransformers` found
 * @param model folder with `model.onnx`, `config.json` and `preprocessor_config.json`
 * @throws Error where the process ends, or answers with another number of results than files
 */
export const startTransformers = async (
  entry: string,
  model: string,
  files: readonly string[],
): Promise<Transformers> => {
  const models = mkdtempSync(join(tmpdir(), 'droste-bench-'));
  layOut(model, join(models, basename(model)));
  const child = fork(fileURLToPath(new URL('./peer.ts', import.meta.url)));
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`transformers.js: expected an answer, received the end of its process (code ${code})`);
  });
  const ask = async (message: PeerTask | number): Promise<unknown> => {
    const answer = once(child, 'message');
    child.send(message);
    const [value] = await Promise.race([answer, ended]);
    return value;
  };
  const close = (): void => {
    child.kill();
    rmSync(models, { recursive: true, force: true });
  };

  try {
    const version = String(await ask({ entry, models, model: basename(model), files }));
    return {
      version,
      run: async (batch) => {
        const startMs = performance.now();
        const results = await ask(batch);
        const tookMs = performance.now() - startMs;
        if (results !== files.length)
          throw new Error(`transformers.js: expected ${files.length} results, received ${results}`);
        return (files.length * 1_000) / tookMs;
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};
