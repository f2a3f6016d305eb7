import { configFiles, findGraph, leastConfigFile, placesOfGraph } from '../../functions/classify/index.ts';
import {
  type CatalogueEntry,
  catalogue,
  catalogueEntry,
  imagenetLabels,
  whyLeftOut,
} from '../../models/index.ts';
import { InvalidRequestError, ModelLoadError, quote } from '../../platform/index.ts';
import { closeNames } from './close-names.ts';
import type { Digest } from './files.ts';
import {
  cachedBlob,
  type Hub,
  type HubRepository,
  isRepositoryName,
  licenceOf,
  readRepository,
} from './hub.ts';
import type { TryOptions } from './try-again.ts';
import type { Web } from './web.ts';

/** A file on the web, and what is known of its content. */
export interface RemoteFile {
  /** In the model's folder, with forward slashes. */
  readonly path: string;
  readonly url: string;
  readonly bytes?: number;
  readonly digest?: Digest;
  /** Places on this machine where the same content may be. */
  readonly copies?: readonly string[];
}

/** A file that the catalogue makes. */
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

/** A model that can be pulled. */
export interface ModelSource {
  /** Its name here, a folder under the models. */
  readonly name: string;
  /** Its page, for people. */
  readonly page: string;
  /** SPDX identifier or Hugging Face's; undefined where the page states none. */
  readonly licence: string | undefined;
  /** In the order they are brought: what is small first, since it can be wrong too. */
  readonly files: readonly (RemoteFile | WrittenFile)[];
  /** Headers of every request. */
  readonly headers: Readonly<Record<string, string>>;
}

const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

/** A model of the catalogue: its graph from the hub, and the files that the zoo has none of. */
export const catalogueSource = (entry: CatalogueEntry, hub: Hub): ModelSource => ({
  name: entry.name,
  page: `${hub.endpoint}/${entry.repository}`,
  licence: entry.licence,
  headers: hub.headers,
  files: [
    {
      path: 'config.json',
      text: json({
        id2label: Object.fromEntries(imagenetLabels.entries()),
        num_labels: imagenetLabels.length,
        ...(entry.output === 'probabilities' && { output: entry.output }),
      }),
    },
    { path: 'preprocessor_config.json', text: json(entry.preprocessing) },
    {
      path: 'model.onnx',
      url: `${hub.endpoint}/${entry.repository}/resolve/main/${entry.file}`,
      bytes: entry.bytes,
      digest: { kind: 'sha256', hex: entry.sha256 },
      copies: [cachedBlob(hub, entry.repository, entry.sha256)],
    },
  ],
});

const knownOf = (
  name: string,
  hub: Hub,
  { size, blobId, lfs }: HubRepository['siblings'][number],
): Pick<RemoteFile, 'bytes' | 'digest' | 'copies'> => {
  const bytes = lfs?.size ?? size;
  const digest: Digest | undefined =
    lfs != null
      ? { kind: 'sha256', hex: lfs.sha256 }
      : blobId != null
        ? { kind: 'git blob', hex: blobId }
        : undefined;
  return {
    ...(bytes != null && { bytes }),
    ...(digest !== undefined && { digest, copies: [cachedBlob(hub, name, digest.hex)] }),
  };
};

/** The paths to bring, small files first. @throws ModelLoadError for a repository that is no image classifier */
const pathsOf = (name: string, page: string, { siblings }: HubRepository): readonly string[] => {
  const paths = siblings.map(({ rfilename }) => rfilename);
  const graph = findGraph(paths);
  const missing = [
    ...(graph === undefined ? [`a graph at one of ${placesOfGraph}`] : []),
    ...(paths.includes(leastConfigFile) ? [] : [leastConfigFile]),
  ];
  if (graph !== undefined && missing.length === 0)
    return [...configFiles.filter((file) => paths.includes(file)), graph.graph, ...graph.externalData];
  const ours = name.split('/').at(-1) ?? name;
  const hint = catalogueEntry(ours) === undefined ? '' : `. "droste model pull ${ours}" has all of it`;
  throw new ModelLoadError(
    `${page}: expected an ONNX image classifier, received a repository without ${missing.join(' and ')}${hint}`,
  );
};

/** What a repository is called here: `owner--name`, since a name is one folder. */
const localName = (repository: string): string => repository.replace('/', '--');

/** A repository as a model to pull: its graph with external data and its two JSON files, all of one commit. */
const hubSource = (name: string, repository: HubRepository, hub: Hub): ModelSource => {
  const page = `${hub.endpoint}/${name}`;
  const files = pathsOf(name, page, repository).map((path): RemoteFile => {
    const sibling = repository.siblings.find(({ rfilename }) => rfilename === path);
    return {
      path,
      url: `${page}/resolve/${repository.sha ?? 'main'}/${path}`,
      ...(sibling !== undefined && knownOf(name, hub, sibling)),
    };
  });
  return { name: localName(name), page, licence: licenceOf(repository), headers: hub.headers, files };
};

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
    `expected a name of the catalogue or owner/name on Hugging Face, received ${quote(name)}` +
      (why === undefined ? '' : `, which is left out: ${why}`) +
      (close.length === 0 ? '' : `. Did you mean ${close.join(', ')}?`) +
      ' "droste model list" lists the catalogue',
  );
};

/** The command that gets a model of the catalogue, or of the hub if the name is `owner/name`; undefined for others. */
export const pullCommand = (choice: string): string | undefined =>
  catalogueEntry(choice) !== undefined || isRepositoryName(choice)
    ? `droste model pull ${choice}`
    : undefined;

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
