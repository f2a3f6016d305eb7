/** One picture to be made by a peer: how, of which file, how large, and where it goes. */
export type PictureJob = readonly [kind: 'thumbnail' | 'array', source: string, side: number, target: string];

/** A pool of processes that make pictures, one per core. */
export interface PicturePool {
  /** Runs jobs; resolves when the last is written. */
  run(jobs: readonly PictureJob[]): Promise<void>;
  close(): void;
}
