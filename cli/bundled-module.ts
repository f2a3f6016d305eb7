import { join } from 'node:path';
import type { FunctionName } from '../infra/bundle/functions.ts';

/**
 * Bundles a function for this machine and returns its module: what a deploy to a machine like this one would run, in
 * place of the source. esbuild is loaded only for this.
 */
export const bundledModule = async (name: FunctionName): Promise<string> => {
  const { bundleFunction } = await import('../infra/bundle/bundle.ts');
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const { directory, module } = await bundleFunction(name, { architecture });
  return join(directory, module);
};
