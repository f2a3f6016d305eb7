/** How one call of a child, or the root itself, came out. */
export type InvocationOutcome =
  | 'answered'
  | 'failed'
  | 'throttled'
  | 'crashed'
  | 'lost'
  | 'skewed'
  | 'too-large'
  | 'refused'
  | 'aborted'
  | 'broken'
  /** Not ended yet: on the page, while a run is under way. */
  | 'running';

/** A span of time: ms since the run began, start and end. */
export type Span = readonly [startMs: number, endMs: number];

/** One bar of the tree in time. */
export interface RunInvocation {
  /** Its place in the tree: `0`, `0.3`, `0.3.7`. */
  readonly path: string;
  /** 0 for the first try at its range. */
  readonly attempt: number;
  /** The execution environment it ran in; `''` where a call never reached one. */
  readonly environment: string;
  readonly cold: boolean;
  readonly span: Span;
  /** When it worked on items itself; what is left of the span it waited for children. */
  readonly ownWork: readonly Span[];
  /** Items it was given. */
  readonly items: number;
  readonly outcome: InvocationOutcome;
  /** What went wrong. */
  readonly message?: string;
}

/** What one model said of a picture, best first. */
export interface RunAnswer {
  readonly model: string;
  readonly tags: readonly { readonly class: string; readonly confidence: number }[];
  /** Where it said something else than tags. */
  readonly text?: string;
}

/** One picture. */
export interface RunItem {
  readonly name: string;
  readonly answers: readonly RunAnswer[];
  readonly error?: { readonly name: string; readonly message: string };
  /** Paths of the invocations that answered it: one, or one for each function. */
  readonly paths?: readonly string[];
  /** Measures in ms by name (`fetchMs`, `decodeMs`, `inferMs`, …). */
  readonly measures?: Readonly<Record<string, number>>;
  /** When which step of it was: `fetch`, `decode`, `infer`, … */
  readonly steps?: Readonly<Record<string, Span>>;
  /** A small WebP, base64. */
  readonly preview?: string;
  /** The class it should have, where one was given. */
  readonly truth?: string;
}

/** One run, as the report and the page show it. Plain JSON; everything in it may come from strangers. */
export interface Run {
  readonly title: string;
  /** When it began, epoch ms. */
  readonly startedMs: number;
  /** 0 where nothing is known of the run but its results: then no figure of its tree is shown. */
  readonly elapsedMs: number;
  /** Root request ids. */
  readonly roots: readonly string[];
  /** Lines of the head beside the figures: model, version, where it ran. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** US dollars on AWS, and what they are for. */
  readonly cost?: {
    readonly usd: number;
    readonly about: string;
    /** Whether cold starts are in it: how long they took is in no receipt. */
    readonly withColdStarts: boolean;
  };
  readonly counts: {
    readonly invocations: number;
    readonly depth: number;
    readonly throttled: number;
    readonly retried: number;
  };
  readonly invocations: readonly RunInvocation[];
  readonly items: readonly RunItem[];
  /** The most previews that were made. */
  readonly previewCap: number;
}
