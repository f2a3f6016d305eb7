import {
  ForbiddenReferenceError,
  InvalidRequestError,
  nameUrl,
  quote,
  readS3Url,
} from '../../platform/index.ts';
import { type ObjectInfo, openStore, type S3Connection } from '../../platform/storage/index.ts';
import type { ObjectFilters } from './list-source.ts';
import { objectFilter } from './object-filter.ts';

/** An object below a prefix, and how a request refers to it. */
export interface Listed extends ObjectInfo {
  readonly reference: string;
}

/** How it is listed. */
export interface ListingOptions {
  /** Whether folders may be, too. */
  readonly allowFile: boolean;
  /** How S3 is reached. Default: as the environment says. */
  readonly connection?: S3Connection;
  /** Told how many objects a page had, those that are not meant included. */
  readonly seen?: (objects: number) => void;
}

/**
 * What is below a prefix, as S3 lists it, a page at a time; below a folder under the local host.
 *
 * @throws ForbiddenReferenceError for `file://` where files are not allowed, InvalidRequestError for other URIs; what
 *   keeps the prefix from being listed
 */
export async function* listBelow(
  uri: string,
  filters: ObjectFilters,
  { allowFile, connection, seen }: ListingOptions,
): AsyncGenerator<readonly Listed[]> {
  const { bucket, key = '' } = readS3Url(uri) ?? {};
  if (!bucket && !uri.startsWith('file://')) {
    throw new InvalidRequestError(`prefix: expected s3://bucket/prefix/, received ${quote(uri)}`);
  }
  if (!bucket && !allowFile) {
    throw new ForbiddenReferenceError(`prefix: ${nameUrl(uri)}: files are read under the local host only`);
  }
  const store = await openStore(bucket ? `s3://${bucket}` : uri, connection);
  // a key in S3 is written as it is, and a path of a file as in a URL
  const referenceOf = (name: string) =>
    bucket
      ? `s3://${bucket}/${name}`
      : `${store.location}${name.split('/').map(encodeURIComponent).join('/')}`;
  const isMeant = objectFilter(filters);
  for await (const page of store.pages(bucket ? key : '')) {
    seen?.(page.length);
    yield page.filter(isMeant).map((object) => ({ ...object, reference: referenceOf(object.key) }));
  }
}
