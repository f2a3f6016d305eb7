/** A tree driven from outside its function, and what stands in front of it. Loads neither store nor log nor SDK. */
export { abortTree } from './child/abort-tree.ts';
export { inTime, systemClock } from './child/ports.ts';
export { LINES_TYPE, withHttp } from './http/entrance.ts';
export { markAborted } from './invocation/abort-marker.ts';
export { runInvocation } from './invocation/invocation.ts';
export { deadlineOf, NO_DEADLINE } from './policy/deadline.ts';
export { pendingError } from './policy/outcome.ts';
export { type Envelope, isEnvelope, openEnvelope, seal } from './protocol/envelope.ts';
export { readTolerance } from './protocol/options.ts';
export { summarise } from './protocol/reply.ts';
export { together } from './protocol/together.ts';
export { inlineItems } from './stored-batch/item-source.ts';
export { readManifestSource, readPrefixSource } from './stored-batch/list-source.ts';
