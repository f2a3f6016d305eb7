import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { ForbiddenReferenceError, InvalidRequestError } from '../../platform/index.ts';
import { type ObjectStore, openStore, readS3Url } from '../../platform/storage/index.ts';
import { manifestFailure, openBytes } from './byte-source.ts';
import { type Manifest, openManifest } from './manifest.ts';
import { listKey } from './part-key.ts';

/** The list of a stored batch, as its invocations read it, and the ETag of what it was made of. */
interface OpenedList {
  readonly items: Manifest;
  readonly etag: string;
}

/** Of an unpacked list: ten million references of 50 bytes; more would not fit into a function's memory beside its work. */
const LIST_MAX_BYTES = 512 * 1024 * 1024;

/** What is under a prefix has no ETag; the list that was made of it first is what the batch is. */
const LISTED = 'as listed first';

const unpacked = async (uri: string, allowFile: boolean, etag: string, bytes: number): Promise<Buffer> => {
  const source = await openBytes(uri, allowFile);
  let size = 0;
  const chunks: Buffer[] = [];
  const keep = async (text: AsyncIterable<Buffer>) => {
    for await (const chunk of text) {
      size += chunk.length;
      if (size > LIST_MAX_BYTES) throw new Error(`more than ${LIST_MAX_BYTES} bytes when unpacked`);
      chunks.push(chunk);
    }
  };
  await pipeline(Readable.from(source.read(0, bytes, etag)), createGunzip(), keep).catch((cause) => {
    throw manifestFailure(uri, cause);
  });
  return Buffer.concat(chunks);
};

/** The references of what is under a prefix, one JSON text a line; "folders", which are empty objects, left out. */
const listed = async (uri: string, allowFile: boolean): Promise<Buffer> => {
  const { bucket, key = '' } = readS3Url(uri) ?? {};
  if (!bucket && !uri.startsWith('file://')) {
    throw new InvalidRequestError(
      `prefix: expected s3://bucket/prefix/, received ${JSON.stringify(uri.slice(0, 80))}`,
    );
  }
  if (!bucket && !allowFile) {
    throw new ForbiddenReferenceError(`prefix: ${uri}: files are read under the local host only`);
  }
  const store = await openStore(bucket ? `s3://${bucket}` : uri);
  const found = await store.list(bucket ? key : '').catch((cause) => {
    throw manifestFailure(uri, cause);
  });
  // a key in S3 is written as it is, and a path of a file as in a URL
  const referenceOf = (name: string) =>
    bucket
      ? `s3://${bucket}/${name}`
      : `${store.location}${name.split('/').map(encodeURIComponent).join('/')}`;
  const lines = found
    .filter((object) => !object.key.endsWith('/'))
    .map((object) => `${JSON.stringify(referenceOf(object.key))}\n`);
  return Buffer.from(lines.join(''));
};

/** Makes the list of a batch once, in its store: whoever continues it reads the same. */
const made = async (
  { store, batch }: { readonly store: ObjectStore; readonly batch: string },
  make: () => Promise<Buffer>,
): Promise<Manifest> => {
  const key = listKey(batch);
  if (!(await store.stat(key))) await store.create(key, await make());
  return openManifest({ uri: `${store.location}${key}` }, true);
};

/**
 * Opens the list of a stored batch: a text of one item a line, read in place; the same packed (`.gz`); or a prefix (it
 * ends in a slash), which is what is under it. What cannot be read in slices is made into a text in the store first.
 *
 * @throws as `openManifest`.
 */
export const openList = async (
  uri: string,
  batch: { readonly store: ObjectStore; readonly batch: string },
  allowFile: boolean,
): Promise<OpenedList> => {
  if (uri.endsWith('/')) {
    return { items: await made(batch, () => listed(uri, allowFile)), etag: LISTED };
  }
  if (!/\.gz$/i.test(uri)) {
    const items = await openManifest({ uri }, allowFile);
    return { items, etag: items.etag };
  }
  const source = await openBytes(uri, allowFile);
  const { etag, bytes } = await source.stat().catch((cause) => {
    throw manifestFailure(uri, cause);
  });
  return { items: await made(batch, () => unpacked(uri, allowFile, etag, bytes)), etag };
};
