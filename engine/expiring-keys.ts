import type { Expiring } from '../platform/storage/index.ts';

/**
 * What invocations of a tree put into its store: payloads, abort markers, stored batches. A store in a folder removes
 * them after a day (those of a job, which may take longer, are left), and may share that folder with files of its user's, so the patterns are as narrow as the keys.
 */
export const expiringKeys: Expiring = {
  claims: /^[0-9a-f]{64}$/,
  aborted: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  batches:
    /^(?!job-)[A-Za-z0-9][\w.-]{0,99}\/(?:(?:source|control|cancelled)\.json|items-[0-9a-f]{16}\.ndjson|index(?:\.partial)?\.json|identity\/[^/]+|parts\/\d{12}-\d{12}-\d+-[0-9a-f]{16}\.ndjson)$/,
};
