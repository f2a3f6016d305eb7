import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * What a file's content is known by, in lower-case hexadecimal: its sha256 (Git LFS), or the id Git gives it as a
 * blob, the sha1 of `blob <bytes>\0` and the content.
 */
export type Digest =
  | { readonly kind: 'sha256'; readonly hex: string }
  | { readonly kind: 'git blob'; readonly hex: string };

const opened = (kind: Digest['kind'], bytes: number) => {
  switch (kind) {
    case 'sha256':
      return createHash('sha256');
    case 'git blob':
      return createHash('sha1').update(`blob ${bytes}\0`);
    default:
      throw kind satisfies never;
  }
};

/** The digest of a file's content; streamed. */
export const digestOf = async (path: string, kind: Digest['kind']): Promise<string> => {
  const hash = opened(kind, (await stat(path)).size);
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
};
