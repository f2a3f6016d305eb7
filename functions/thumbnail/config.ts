import { type Inbox, type RecursionConfig, readInbox, readRecursionConfig } from '../../engine/index.ts';
import { type ImageConfig, readImageConfig } from '../../images/index.ts';
import { ConfigurationError, type Environment, quote, readPlace } from '../../platform/index.ts';

/** What the environment says about thumbnail; read once per execution environment, never changed. */
export interface ThumbnailConfig extends ImageConfig {
  readonly recursion: RecursionConfig;
  /** What lands below it is worked on (`INBOX`, `INBOX_RESULTS`, `INBOX_OPTIONS`). */
  readonly inbox: Inbox | undefined;
  /** Where thumbnails go: `s3://bucket/prefix` or `file:///folder` (`OUTPUT`). Absent: into the answer. */
  readonly output: string | undefined;
}

const readOutputUrl = (env: Environment): string | undefined => {
  const url = env.OUTPUT || undefined;
  if (url === undefined || readPlace(url) !== undefined) return url;
  throw new ConfigurationError(
    `OUTPUT: expected s3://bucket/prefix or file:///folder, received ${quote(url)}`,
  );
};

/** Reads thumbnail's environment. @throws ConfigurationError for a malformed variable. */
export const readThumbnailConfig = (env: Environment): ThumbnailConfig =>
  Object.freeze({
    ...readImageConfig(env),
    recursion: readRecursionConfig(env),
    inbox: readInbox(env, [env.STORE, env.OUTPUT]),
    output: readOutputUrl(env),
  });
