import type { Digest } from './digest.ts';

/** A file on the web, and what is known of its content. */
export interface RemoteFile {
  /** In the model's folder, with forward slashes. */
  readonly path: string;
  readonly url: string;
  readonly bytes?: number;
  readonly digest?: Digest;
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
