import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { filesOfModel, findGraph, leastConfigFile } from '../../functions/classify/index.ts';
import { ConfigurationError, ModelLoadError, quote } from '../../platform/index.ts';
import { version } from '../installation.ts';
import { type TryOptions, tryAgain } from './try-again.ts';
import { getText, type Web } from './web.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where models come from. */
export interface Hub {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Folder in which Hugging Face's own tools keep what they downloaded. */
  readonly cache: string;
}

const DEFAULT_ENDPOINT = 'https://huggingface.co';

/** The folder of downloads, by the variables that Hugging Face's tools read, in their order. */
export const hubCacheOf = (env: Environment): string =>
  env.HF_HUB_CACHE ||
  env.HUGGINGFACE_HUB_CACHE ||
  join(
    env.HF_HOME || join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'huggingface'),
    'hub',
  );

/**
 * Reads `HF_ENDPOINT` (a mirror; default huggingface.co) and `HF_TOKEN` (for what not everybody may read).
 *
 * @throws ConfigurationError for an endpoint that is no http:// or https:// URL
 */
export const readHub = (env: Environment): Hub => {
  const text = env.HF_ENDPOINT || DEFAULT_ENDPOINT;
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new ConfigurationError(
      `HF_ENDPOINT: expected a URL of http:// or https://, received ${quote(text)}`,
    );
  }
  const token = env.HF_TOKEN?.trim();
  return {
    endpoint: url.href.endsWith('/') ? url.href.slice(0, -1) : url.href,
    headers: { 'user-agent': `droste/${version}`, ...(token && { authorization: `Bearer ${token}` }) },
    cache: hubCacheOf(env),
  };
};

/** `owner/name`, as Hugging Face names repositories. */
const REPOSITORY = /^([a-z0-9][\w.-]*)\/([a-z0-9][\w.-]*)$/i;

/** Whether a text is `owner/name`. */
export const isRepositoryName = (name: string): boolean => REPOSITORY.test(name);

const cacheFolder = (cache: string, repository: string): string =>
  join(cache, `models--${repository.replace('/', '--')}`);

/** Where Hugging Face's tools keep a file's content, by its digest. */
export const cachedBlob = ({ cache }: Hub, repository: string, hex: string): string =>
  join(cacheFolder(cache, repository), 'blobs', hex);

/**
 * The folder of a repository that Hugging Face's tools have downloaded, if it holds a model: the commit that `main`
 * was at then, or the only one there is. Undefined where there is none.
 */
export const cachedModel = async (cache: string, repository: string): Promise<string | undefined> => {
  const folder = cacheFolder(cache, repository);
  const snapshots = await readdir(join(folder, 'snapshots')).catch((): string[] => []);
  const main = await readFile(join(folder, 'refs', 'main'), 'utf8').catch(() => '');
  const commit = snapshots.includes(main.trim())
    ? main.trim()
    : snapshots.length === 1
      ? snapshots[0]
      : undefined;
  if (commit === undefined) return undefined;
  const snapshot = join(folder, 'snapshots', commit);
  const files = await filesOfModel(snapshot).catch((): readonly string[] => []);
  const isModel = findGraph(files) !== undefined && files.includes(leastConfigFile);
  return isModel ? snapshot : undefined;
};

const hex = (digits: number) => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

/** What is read of a repository's description; Hugging Face documents more. */
const schema = z.object({
  sha: hex(40).nullish(),
  cardData: z.object({ license: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
  tags: z.array(z.string()).nullish(),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.int().nonnegative().nullish(),
      blobId: hex(40).nullish(),
      lfs: z.object({ sha256: hex(64), size: z.int().nonnegative() }).nullish(),
    }),
  ),
});

/** A repository of the hub, as its API describes it. */
export type HubRepository = z.output<typeof schema>;

/**
 * Asks the hub what a repository holds, with sizes and digests.
 *
 * @param name `owner/name`
 * @throws InvalidRequestError where there is none that may be read, ModelLoadError where the hub fails
 */
export const readRepository = async (
  name: string,
  { endpoint, headers }: Hub,
  { web, ...options }: TryOptions & { readonly web: Web },
): Promise<HubRepository> => {
  const url = `${endpoint}/api/models/${name}?blobs=true`;
  const { signal } = options;
  const content = await tryAgain(url, () => getText(web, { url, headers, signal }), options);
  try {
    return schema.parse(JSON.parse(content));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : cause;
    throw new ModelLoadError(`${url}: expected the description of a repository, received: ${why}`, { cause });
  }
};

/** The licence that the card or the tags state: an SPDX identifier in lower case, or Hugging Face's own (`other`). */
export const licenceOf = ({ cardData, tags }: HubRepository): string | undefined => {
  const stated = [cardData?.license ?? []].flat().join(', ');
  return stated || tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
};
