/** The picture functions in a CDK app of one's own: `new DrosteStack(app, 'Pictures', await bundlePictures())`. */
import { join } from 'node:path';
import { functions, jobs } from '../functions/index.ts';
import { InvalidRequestError } from '../platform/index.ts';
import { bundleFunction, projectRoot } from './bundle/bundle.ts';
import { readDeployedModel } from './deployed-model.ts';
import type { DrosteStackProps } from './droste-stack.ts';
import { type Options, optionNames, readOptions } from './options.ts';
import { bundlePageFunction } from './page-bundle.ts';

export { DrosteStack, type DrosteStackProps } from './droste-stack.ts';
export type { Options } from './options.ts';

/** What a stack is made of, bundled for its architecture. */
export type BundledPictures = Pick<DrosteStackProps, 'options' | 'bundles' | 'upload'>;

/**
 * Bundles the functions, and what uploads a model where one is named. Unchanged code leaves the bundles, and with them
 * the deployed versions, as they are.
 *
 * @throws ConfigurationError for a model that is not there, and for packages of the architecture that cannot be had
 */
export const bundlePicturesFor = async (options: Options): Promise<BundledPictures> => {
  const { architecture, model } = options;
  const bundled = [...functions, jobs].map(
    async ({ name }) => [name, await bundleFunction(name, { architecture })] as const,
  );
  const upload =
    model === undefined ? undefined : await readDeployedModel(model, join(projectRoot, 'models'));
  if (options.page) bundled.push(bundlePageFunction(options, upload?.name).then((page) => ['page', page]));
  const bundles = Object.fromEntries(await Promise.all(bundled));
  if (upload === undefined) return { options, bundles };
  return { options, bundles, upload: { model: upload, copier: await bundleFunction('model-upload') } };
};

/**
 * Reads the options, and bundles the functions for them.
 *
 * @param given what differs from the defaults; the names are those of the context values
 * @throws InvalidRequestError for an unknown name; ConfigurationError for what is out of range or not to be had
 */
export const bundlePictures = (given: Partial<Options> = {}): Promise<BundledPictures> => {
  const unknown = Object.keys(given).filter((name) => !optionNames.some((known) => known === name));
  if (unknown.length > 0) {
    throw new InvalidRequestError(
      `Expected options of ${optionNames.join(', ')}, received ${unknown.join(', ')}`,
    );
  }
  return bundlePicturesFor(readOptions((name) => given[name as keyof Options]));
};
