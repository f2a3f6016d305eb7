/** A published version of a function. */
export interface Version {
  /** A number. */
  readonly version: string;
  /** Epoch ms. */
  readonly publishedMs: number;
}

/** What is known of a function's versions, and how much of the past counts. */
export interface Known {
  /** Names of aliases by the versions that they lead to, be it for a share of the calls. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** The versions that have run since `sinceMs`. */
  readonly ran: ReadonlySet<string>;
  /** So many of the newest stay, to roll back to. */
  readonly keep: number;
  /** Epoch ms: what was published, put or run later stays. */
  readonly sinceMs: number;
}

/** A thing, and why it stays; undefined where nothing speaks for it. */
export interface Judged<Thing> {
  readonly thing: Thing;
  readonly stays: string | undefined;
}

/**
 * Which versions stay: those that an alias leads to, the newest, those published of late, and those that have run of late.
 * Trees that began on a version call it until they end, and jobs for as long as their results are kept; both run, and say
 * so in the log. $LATEST is none of them.
 */
export const judgeVersions = (
  versions: readonly Version[],
  { aliases, ran, keep, sinceMs }: Known,
): readonly Judged<Version>[] => {
  const newestFirst = versions.toSorted((a, b) => Number(b.version) - Number(a.version));
  return newestFirst.map((thing, place) => {
    const { version, publishedMs } = thing;
    const named = aliases.get(version);
    if (named) return { thing, stays: named.join(', ') };
    if (place < keep) return { thing, stays: keep === 1 ? 'the newest' : `one of the newest ${keep}` };
    // an instant that nobody can read speaks for it, too
    if (!(publishedMs < sinceMs)) return { thing, stays: 'published of late' };
    return { thing, stays: ran.has(version) ? 'has run of late' : undefined };
  });
};

/** A model that a deploy has put into the bucket. */
export interface DeployedFolder {
  /** `models/<digest>/` */
  readonly prefix: string;
  readonly keys: readonly string[];
  readonly bytes: number;
  /** Epoch ms: when the last of its objects was put. */
  readonly putMs: number;
}

/**
 * Which models stay: those that the configuration of a version names that stays, and those put of late, for which a deploy
 * may be under way.
 *
 * @param named values of `MODEL`, as those versions have them: `s3://bucket/models/<digest>/<name>`
 */
export const judgeModels = (
  folders: readonly DeployedFolder[],
  named: readonly string[],
  { bucket, sinceMs }: { readonly bucket: string; readonly sinceMs: number },
): readonly Judged<DeployedFolder>[] =>
  folders.map((thing) => {
    const uri = `s3://${bucket}/${thing.prefix}`;
    if (named.some((model) => `${model}/`.startsWith(uri))) return { thing, stays: 'a version names it' };
    return { thing, stays: thing.putMs < sinceMs ? undefined : 'put of late' };
  });
