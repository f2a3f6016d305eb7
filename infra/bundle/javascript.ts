import { join, relative, sep } from 'node:path';
import { build } from 'esbuild';
import type { Architecture } from './architecture.ts';
import { esbuildOptions } from './esbuild-options.ts';
import { packageFolder } from './folders.ts';
import type { BundleFile } from './manifest.ts';

/** A function's code. */
export interface JavaScript {
  readonly files: readonly BundleFile[];
  /** Folders of the packages of which something is in the code. */
  readonly folders: ReadonlySet<string>;
}

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
    folders: new Set(Object.keys(metafile.inputs).flatMap((input) => packageFolder(join(root, input)) ?? [])),
  };
};
