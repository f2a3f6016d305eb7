import { createHash } from 'node:crypto';

/** Why a file is in a bundle. */
export type FilePurpose = 'code' | 'source map' | 'native' | 'licence' | 'model' | 'page';

/** One file of a bundle. */
export interface BundleFile {
  /** Relative to the bundle, with forward slashes. */
  readonly path: string;
  readonly purpose: FilePurpose;
  readonly content: Uint8Array;
}

/** What is known of one file of a bundle. */
export interface ManifestEntry {
  readonly path: string;
  readonly purpose: FilePurpose;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** What a bundle consists of. */
export interface Manifest {
  /** By path. */
  readonly files: readonly ManifestEntry[];
  readonly bytes: number;
  /** Of all paths and contents: the same for the same bundle, wherever and whenever it was made. */
  readonly sha256: string;
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** Describes a bundle. */
export const describeBundle = (files: readonly BundleFile[]): Manifest => {
  const entries = files
    .map(({ path, purpose, content }) => ({ path, purpose, bytes: content.length, sha256: sha256(content) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    files: entries,
    bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
    sha256: sha256(JSON.stringify(entries.map((entry) => [entry.path, entry.sha256]))),
  };
};
