import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { configFiles, filesOfModel, findGraph } from '../../functions/classify/index.ts';
import { ModelLoadError, parseJson } from '../../platform/index.ts';

/** Bytes of a file; 0 where there is none. */
export const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );

/** Whether there is something at a path. */
export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * What a file's content is known by, in lower-case hexadecimal: its sha256 (Git LFS), or the id Git gives it as a
 * blob, the sha1 of `blob <bytes>\0` and the content.
 */
export type Digest =
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'git blob'; readonly hex: string };

/** The digest of a file's content; streamed. */
export const digestOf = async (path: string, kind: Digest['kind']): Promise<string> => {
  const hash =
    kind === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${await sizeOf(path)}\0`);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
};

/** A failure to write a file, saying so where the disk is full. */
export const writeFailure = (path: string, cause: unknown): ModelLoadError => {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const why =
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'the disk is full (what is there is kept: make room, and pull again)'
      : String(cause);
  return new ModelLoadError(`${path}: expected to write it, received: ${why}`, { cause });
};

/** Beside a pulled model: where it is from. */
export const ORIGIN_FILE = 'origin.json';

const originSchema = z.object({
  page: z.string(),
  licence: z.string().optional(),
  /** Of the graph, with its external data. */
  sha256: z.string(),
});

/** Where a pulled model is from, and under which licence. */
export type Origin = z.output<typeof originSchema>;

/** The origin of a model's folder; undefined where it was not pulled. */
export const readOrigin = async (folder: string): Promise<Origin | undefined> => {
  const text = await readFile(join(folder, ORIGIN_FILE), 'utf8').catch(() => '');
  // somebody's own file is of no consequence for the model
  return originSchema.safeParse(parseJson(text)).data;
};

/** A file of a model here. */
export interface ModelFile {
  /** In the model's folder, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/**
 * The files that make a model, of all that lie in its folder: the graph last, for a model is found by its graph, and
 * should not be before it is whole.
 *
 * @throws ModelLoadError for a folder without a graph
 */
export const modelFiles = async (folder: string): Promise<readonly ModelFile[]> => {
  const paths = await filesOfModel(folder);
  const graph = findGraph(paths);
  if (graph === undefined)
    throw new ModelLoadError(`${folder}: expected a model, received a folder without a graph`);
  const wanted = [...configFiles, ORIGIN_FILE, ...graph.externalData, graph.graph];
  return Promise.all(
    wanted
      .filter((path) => paths.includes(path))
      .map(async (path) => ({
        path,
        bytes: await sizeOf(join(folder, path)),
        sha256: await digestOf(join(folder, path), 'sha256'),
      })),
  );
};
