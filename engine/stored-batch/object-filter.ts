import type { ObjectFilters } from './list-source.ts';

/** An object, as listings and inventories tell of it. */
export interface ListedObject {
  readonly key: string;
  /** Epoch ms. */
  readonly modifiedMs: number;
}

/** Says which objects are meant. "Folders", which are empty objects whose keys end in a slash, never are. */
export const objectFilter = ({ suffix, newerThan }: ObjectFilters): ((object: ListedObject) => boolean) => {
  const ends = suffix?.map((end) => end.toLowerCase());
  const afterMs = newerThan === undefined ? Number.NEGATIVE_INFINITY : Date.parse(newerThan);
  return ({ key, modifiedMs }) =>
    !key.endsWith('/') &&
    modifiedMs > afterMs &&
    (!ends || ends.some((end) => key.toLowerCase().endsWith(end)));
};
