/** What all invocations of one tree have in common, and this one's place in it. */
export interface Place {
  /** Name of the function, without qualifier. */
  readonly functionName: string;
  /** Qualifier to call children by: an alias, or nothing where the stand-in of Lambda knows none. */
  readonly qualifier: string | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly depth: number;
  readonly path: string;
  readonly deadline: number;
  readonly version: string | undefined;
  readonly rootRequestId: string;
  /** Whether somebody above has met another version: children are called by the exact one from the start. */
  readonly pinned?: boolean;
  /** Whether its children's replies are read as they come about. Default: they are taken whole. */
  readonly stream?: boolean;
  /** The most items of the whole batch that may fail. Default: any number. */
  readonly toleratedFailures?: number;
  /** Of this run of the tree, unlike those of its requests, which may be delivered twice: random. */
  readonly runId: string;
  /** What the tree's work functions have said of themselves so far; grows. */
  readonly identity: Record<string, string>;
  /** Name of the stored batch: results are written as parts, and replies say only that they are. */
  readonly batch?: string | undefined;
}
