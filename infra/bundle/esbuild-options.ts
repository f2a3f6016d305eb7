import { dirname, join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import type { Architecture } from './architecture.ts';
import { requireShim } from './require-shim.ts';

/**
 * ONNX Runtime's binding is required by a path relative to its package's own JavaScript, which is inside the bundle's
 * after bundling. The file stays where its package has it, below the bundle's `node_modules`.
 */
const bindingOfOnnxRuntime = (outputToRoot: string): Plugin => ({
  name: 'onnxruntime-binding',
  setup: (build) =>
    build.onResolve({ filter: /onnxruntime_binding\.node$/ }, ({ path }) => ({
      path: `${outputToRoot}node_modules/onnxruntime-node/${path.replace(/^(\.\.\/)+/, '')}`,
      external: true,
    })),
});

/**
 * How a function becomes JavaScript for Lambda. What is imported lazily stays in files of its own, since an
 * execution environment should not pay at its start for what most invocations never use (the AWS SDK, undici).
 *
 * @param root the project's folder
 * @param entry module that exports `handler`, relative to `root`; it keeps its place in the bundle, so that paths
 *   relative to a module's own URL (the embedded models) mean the same there as in the repository
 */
export const esbuildOptions = (root: string, entry: string, architecture: Architecture) =>
  ({
    absWorkingDir: root,
    entryPoints: [entry],
    // nothing is written there: a fixed place makes source maps, and with them hashes, independent of the real one
    outdir: join(root, 'dist', 'bundle', dirname(entry)),
    write: false,
    outExtension: { '.js': '.mjs' },
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // ES modules first: unused parts of the AWS SDK fall away, and what it loads lazily stays lazy
    mainFields: ['module', 'main'],
    define: { 'process.platform': '"linux"', 'process.arch': JSON.stringify(architecture) },
    banner: { js: requireShim },
    minify: true,
    // error types travel by name
    keepNames: true,
    legalComments: 'eof',
    sourcemap: 'linked',
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [bindingOfOnnxRuntime('../'.repeat(dirname(entry).split('/').length))],
  }) satisfies BuildOptions;
