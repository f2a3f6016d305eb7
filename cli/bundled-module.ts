import { join } from 'node:path';

/**
 * Bundles classify for this machine and returns its module: what a deploy to a machine like this one would run, in
 * place of the source. esbuild is loaded only for this.
 */
export const bundledModule = async (): Promise<string> => {
  const { bundleFunction } = await import('../infra/bundle/bundle.ts');
  const architecture = process.arch === 'arm64' ? 'arm64' : 'x64';
  const { directory, module } = await bundleFunction('classify', { architecture });
  return join(directory, module);
};
