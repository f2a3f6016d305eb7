/** Objects put and read in memory, in a folder or in S3; the AWS SDK is loaded where a store in S3 is opened. */
export { createDirectoryStore } from './directory-store.ts';
export type { Expiring } from './expiry.ts';
export {
  type ObjectContent,
  type ObjectHeaders,
  type ObjectInfo,
  type ObjectStore,
  type OpenOptions,
  readAll,
} from './object-store.ts';
export { openStore } from './open-store.ts';
export { isPassing } from './passing.ts';
export type { S3Connection } from './s3-store.ts';
