import { VCPU_MEMORY_MB } from '../platform/aws-quotas.ts';

/** Memory of a function that says nothing of it: one whole vCPU. */
export const DEFAULT_MEMORY_MB = VCPU_MEMORY_MB;

export const DEFAULT_TIMEOUT_MS = 30_000;

/** Share of the memory V8 may use for old objects; the rest is left to buffers and native code, as in AWS's bootstrap. */
export const HEAP_SHARE = 0.9;

/** What a throttled caller is told to wait. */
export const RETRY_AFTER_SECONDS = 1;
