import { configFiles, findGraph, placesOfGraph } from '../../functions/classify/model/files.ts';
import { catalogueEntry } from '../../models/catalogue.ts';
import { ModelLoadError } from '../../platform/errors.ts';
import type { Hub } from './hub.ts';
import { type HubRepository, licenceOf } from './hub-repository.ts';
import type { ModelSource, RemoteFile } from './source.ts';

type Sibling = HubRepository['siblings'][number];

/** `owner/name`, as Hugging Face names repositories. */
const REPOSITORY = /^([a-z0-9][\w.-]*)\/([a-z0-9][\w.-]*)$/i;

/** Whether a text is `owner/name`. */
export const isRepositoryName = (name: string): boolean => REPOSITORY.test(name);

/** What a repository is called here: `owner--name`, since a name is one folder. */
export const localName = (repository: string): string => repository.replace('/', '--');

const knownOf = ({ size, blobId, lfs }: Sibling): Pick<RemoteFile, 'bytes' | 'digest'> => {
  if (lfs != null) return { bytes: lfs.size, digest: { kind: 'sha256', hex: lfs.sha256 } };
  return {
    ...(size != null && { bytes: size }),
    ...(blobId != null && { digest: { kind: 'git blob', hex: blobId } as const }),
  };
};

/** The paths to bring, small files first. @throws ModelLoadError for a repository that is no image classifier */
const pathsOf = (name: string, page: string, { siblings }: HubRepository): readonly string[] => {
  const paths = siblings.map(({ rfilename }) => rfilename);
  const graph = findGraph(paths);
  const missing = [
    ...(graph === undefined ? [`a graph at one of ${placesOfGraph}`] : []),
    ...configFiles.filter((file) => !paths.includes(file)),
  ];
  if (graph !== undefined && missing.length === 0)
    return [...configFiles, graph.graph, ...graph.externalData];
  const ours = name.split('/').at(-1) ?? name;
  const hint = catalogueEntry(ours) === undefined ? '' : `. "droste model pull ${ours}" has all of it`;
  throw new ModelLoadError(
    `${page}: expected an ONNX image classifier, received a repository without ${missing.join(' and ')}${hint}`,
  );
};

/**
 * A repository as a model to pull: its graph with external data and its two JSON files, all of one commit.
 *
 * @param name `owner/name`
 * @throws ModelLoadError for a repository that lacks one of them
 */
export const hubSource = (
  name: string,
  repository: HubRepository,
  { endpoint, headers }: Hub,
): ModelSource => {
  const page = `${endpoint}/${name}`;
  const byPath = new Map(repository.siblings.map((sibling) => [sibling.rfilename, sibling]));
  const files = pathsOf(name, page, repository).map((path): RemoteFile => {
    const sibling = byPath.get(path);
    return {
      path,
      url: `${page}/resolve/${repository.sha ?? 'main'}/${path}`,
      ...(sibling !== undefined && knownOf(sibling)),
    };
  });
  return { name: localName(name), page, licence: licenceOf(repository), headers, files };
};
