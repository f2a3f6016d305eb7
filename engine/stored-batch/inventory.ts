import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod';
import {
  decodeKey,
  faultsOf,
  InvalidRequestError,
  nameSome,
  nameUrl,
  parseJson,
  quote,
} from '../../platform/index.ts';
import { openBytes } from './byte-source.ts';
import { csvRecords } from './csv.ts';
import type { ObjectFilters } from './list-source.ts';
import { objectFilter } from './object-filter.ts';
import { smallText, type TextSource, unpacked } from './text-source.ts';

/**
 * What is read of an inventory's `manifest.json`. Source: Amazon S3 user guide, "Locating your inventory list".
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
 */
const inventorySchema = z.object({
  destinationBucket: z.string(),
  fileFormat: z.string(),
  fileSchema: z.string(),
  files: z.array(z.object({ key: z.string(), MD5checksum: z.string().optional() })),
});

/** Of a `manifest.json`: a hundred bytes for each of the files, which S3 makes of a million objects each. */
const MANIFEST_MAX_BYTES = 4 * 1024 * 1024;

type Inventory = z.infer<typeof inventorySchema>;

const refuse = (uri: string, what: string): InvalidRequestError =>
  new InvalidRequestError(`manifest: ${nameUrl(uri)}: expected ${what}`);

const readInventory = async (uri: string, source: TextSource): Promise<Inventory> => {
  const text = await smallText(source.chunks(), MANIFEST_MAX_BYTES);
  const json = parseJson(text);
  if (json === undefined) throw refuse(uri, `the manifest.json of an S3 Inventory, received ${quote(text)}`);
  const parsed = inventorySchema.safeParse(json);
  if (!parsed.success) {
    throw refuse(uri, `the manifest.json of an S3 Inventory; ${faultsOf(parsed.error.issues)}`);
  }
  const { fileFormat } = parsed.data;
  if (fileFormat.toUpperCase() === 'CSV') return parsed.data;
  throw refuse(
    uri,
    `an S3 Inventory in CSV, received ${nameSome([fileFormat])}: set the inventory's output format to CSV`,
  );
};

/** Where a data file is. On a disk: as S3 has it beside the manifest, `<dated folder>/manifest.json` and `data/`. */
const dataUri = (uri: string, { destinationBucket }: Inventory, key: string): string => {
  if (uri.startsWith('file://')) return new URL(`../data/${encodeURIComponent(basename(key))}`, uri).href;
  // the ARN of a bucket, or in old inventories its name
  return `s3://${destinationBucket.slice(destinationBucket.lastIndexOf(':') + 1)}/${key}`;
};

/** The same bytes; fails at their end if they are not those that S3 has written. */
async function* checked(chunks: AsyncIterable<Uint8Array>, md5: string | undefined, uri: string) {
  const hash = createHash('md5');
  for await (const chunk of chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const found = hash.digest('hex');
  if (md5 !== undefined && found !== md5.toLowerCase()) {
    throw new Error(`${uri}: content of the MD5 ${found}, expected ${md5}`);
  }
}

async function* recordsOf(uri: string, md5: string | undefined, allowFile: boolean) {
  const source = await openBytes(uri, allowFile);
  const { bytes, etag } = await source.stat().catch((cause) => {
    throw new Error(`${uri}: ${cause}`, { cause });
  });
  yield* csvRecords(unpacked(checked(source.read(0, bytes, etag), md5, uri)));
}

/** Where the fields are that say which object a record is, by the schema; -1 where there is none. */
const fieldsOf = (uri: string, { fileSchema }: Inventory, { newerThan }: ObjectFilters) => {
  const names = fileSchema.split(',').map((name) => name.trim());
  const at = (name: string, isNeeded = false): number => {
    const index = names.indexOf(name);
    if (isNeeded && index < 0) throw refuse(uri, `an inventory with ${name}, received ${nameSome(names)}`);
    return index;
  };
  return {
    count: names.length,
    bucket: at('Bucket', true),
    key: at('Key', true),
    isLatest: at('IsLatest'),
    isDeleteMarker: at('IsDeleteMarker'),
    modified: at('LastModifiedDate', newerThan !== undefined),
  };
};

/**
 * The references of the objects that an S3 Inventory lists: the newest version of each, no delete markers. Keys are
 * URL-encoded in its CSV, with `+` for a space.
 *
 * @throws InvalidRequestError for what is no inventory, or none in CSV; and what keeps its files from being read:
 *   missing, damaged (by their MD5), no CSV.
 */
export async function* inventoryReferences(
  uri: string,
  source: TextSource,
  filters: ObjectFilters,
  allowFile: boolean,
): AsyncGenerator<string> {
  const inventory = await readInventory(uri, source);
  const fields = fieldsOf(uri, inventory, filters);
  const isMeant = objectFilter(filters);
  for (const { key: file, MD5checksum } of inventory.files) {
    const name = dataUri(uri, inventory, file);
    for await (const record of recordsOf(name, MD5checksum, allowFile)) {
      if (record.length !== fields.count) {
        throw new Error(`${name}: records of ${record.length} fields, expected ${fields.count}`);
      }
      const is = (at: number, word: string) => record[at]?.toLowerCase() === word;
      if (is(fields.isLatest, 'false') || is(fields.isDeleteMarker, 'true')) continue;
      const key = decodeKey(record[fields.key] ?? '');
      const modifiedMs = Date.parse(record[fields.modified] ?? '') || 0;
      if (isMeant({ key, modifiedMs })) yield `s3://${record[fields.bucket]}/${key}`;
    }
  }
}
