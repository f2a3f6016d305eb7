import { catalogue, catalogueEntry, whyLeftOut } from '../../models/catalogue.ts';
import { InvalidRequestError } from '../../platform/errors.ts';
import { catalogueSource } from './catalogue-source.ts';
import { closeNames } from './close-names.ts';
import type { Hub } from './hub.ts';
import { readRepository } from './hub-repository.ts';
import { hubSource, isRepositoryName, localName } from './hub-source.ts';
import type { ModelSource } from './source.ts';
import type { TryOptions } from './try-again.ts';
import type { Web } from './web.ts';

/**
 * What a model to pull is called here.
 *
 * @param name of the catalogue, or `owner/name` on the hub
 * @throws InvalidRequestError for anything else, with close names of the catalogue
 */
export const nameToPull = (name: string): string => {
  if (catalogueEntry(name) !== undefined) return name;
  if (isRepositoryName(name)) return localName(name);
  const why = whyLeftOut(name);
  const close = closeNames(
    name,
    catalogue.map((entry) => entry.name),
  );
  throw new InvalidRequestError(
    `expected a name of the catalogue or owner/name on Hugging Face, received ${JSON.stringify(name)}` +
      (why === undefined ? '' : `, which is left out: ${why}`) +
      (close.length === 0 ? '' : `. Did you mean ${close.join(', ')}?`) +
      ' "droste model list" lists the catalogue',
  );
};

/**
 * Finds out what has to be brought for a model, asking the hub for what the catalogue has not.
 *
 * @throws InvalidRequestError for a name that is none, and a repository that is not there or may not be read;
 *   ModelLoadError for one that holds no ONNX image classifier, and where the hub fails
 */
export const chooseSource = async (
  name: string,
  hub: Hub,
  options: TryOptions & { readonly web: Web },
): Promise<ModelSource> => {
  nameToPull(name);
  const entry = catalogueEntry(name);
  if (entry !== undefined) return catalogueSource(entry, hub);
  return hubSource(name, await readRepository(name, hub, options), hub);
};
