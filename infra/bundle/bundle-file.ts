/** Why a file is in a bundle. */
export type FilePurpose = 'code' | 'source map' | 'native' | 'licence' | 'model';

/** One file of a bundle. */
export interface BundleFile {
  /** Relative to the bundle, with forward slashes. */
  readonly path: string;
  readonly purpose: FilePurpose;
  readonly content: Uint8Array;
}
