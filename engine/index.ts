/**
 * The engine, for rooms that make functions: what the package gives, and what stands around a handler. Other doors, each
 * for what this one would bring along: `driver.ts` (a tree driven from outside: no store, no log), `child/lambda.ts` (the
 * AWS SDK), `policy/` (pure) and `limits.ts` (the numbers alone).
 */
export { readRecursionConfig } from './config.ts';
export { optionOfBatches, readInbox } from './events/inbox.ts';
export { readOptions } from './protocol/request.ts';
export * from './public.ts';
export { reportLater } from './report/report-later.ts';
export { type Listed, listBelow } from './stored-batch/listing.ts';
export { servedHandler } from './threads/messages.ts';
