import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import type { Architecture } from './architecture.ts';
import { esbuildOptions } from './esbuild-options.ts';
import type { BundleFile } from './manifest.ts';

/** A function's code. */
export interface JavaScript {
  readonly files: readonly BundleFile[];
  /** Names of the packages of which something is in the code. */
  readonly packages: ReadonlySet<string>;
}

/** `node_modules/@img/colour/color.cjs` is of `@img/colour`. */
const packageOf = (input: string): string | undefined => {
  const [path = '', ...before] = input.split(/(?:^|\/)node_modules\//).toReversed();
  return before.length === 0 ? undefined : path.split('/', path.startsWith('@') ? 2 : 1).join('/');
};

/**
 * Bundles a function's code with esbuild, in memory. The same sources and packages give the same bytes.
 *
 * @throws what esbuild failed with, for code that does not resolve or parse
 */
export const bundleJavaScript = async (
  root: string,
  entry: string,
  architecture: Architecture,
): Promise<JavaScript> => {
  const options = esbuildOptions(root, entry, architecture);
  const { outputFiles, metafile } = await build(options);
  const base = options.outdir.slice(0, -entry.slice(0, entry.lastIndexOf('/')).length);
  return {
    files: outputFiles.map(({ path, contents }) => ({
      path: relative(base, path).split(sep).join('/'),
      purpose: path.endsWith('.map') ? 'source map' : 'code',
      content: contents,
    })),
    packages: new Set(
      Object.keys(metafile.inputs).flatMap(
        (input) => packageOf(join(root, input).split(sep).join('/')) ?? [],
      ),
    ),
  };
};
