/** What every room stands on, each thing in one place. Objects are put and read next door, in `storage/`. */
export * from './accepts.ts';
export * from './aws-prices.ts';
export * from './aws-quotas.ts';
export * from './environment.ts';
export * from './errors.ts';
export * from './function-name.ts';
export * from './in-order.ts';
export * from './instant.ts';
export * from './json.ts';
export * from './nesting.ts';
export * from './next-turn.ts';
export * from './pause.ts';
export * from './quote.ts';
export * from './semaphore.ts';
// the door of storage brings its adapters into every bundle that has a value of it
export { putJson, readJson } from './storage/json-object.ts';
export { decodeKey, isBucketName, readPlace, readS3Url, type S3Place } from './storage/place.ts';
