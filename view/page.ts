import type { Run, RunInvocation, RunItem } from './run.ts';

/** What may be done to a run on purpose, so that one sees it survive. */
export const pageFaults = ['throttle', 'kill', 'poison', 'straggler'] as const;
export type PageFault = (typeof pageFaults)[number];

/** What the page knows of its host; it lies in the document. */
export interface PageSetup {
  /** Shown with every request, in the header `x-droste-token`: opens what the page asks for and nothing else. */
  readonly token: string;
  /** Names of models; the first one is the host's own. */
  readonly models: readonly string[];
  /** File names of the sample pictures, and where they lie in the project. */
  readonly samples: { readonly folder: string; readonly names: readonly string[] };
  readonly shape: PageShape;
  /** Execution environments. */
  readonly concurrency: number;
  /** Where the functions are called: Lambda's Invoke API. */
  readonly invokeEndpoint: string;
}

/** W, P and S of a tree. */
export interface PageShape {
  readonly maxWork: number;
  readonly parallel: number;
  readonly slots: number;
}

/** A picture of a run: one that was sent before, a sample, or an address. */
export type PagePicture =
  | { readonly kind: 'upload'; readonly id: string; readonly name: string }
  | { readonly kind: 'sample'; readonly name: string }
  | { readonly kind: 'link'; readonly url: string };

/** What the page asks for. */
export interface PageRequest extends PageShape {
  readonly pictures: readonly PagePicture[];
  readonly model: string;
  readonly faults: readonly PageFault[];
}

/** What it is told while a run is under way, one after the other. */
export type PageEvent =
  | { readonly kind: 'started'; readonly rootRequestId: string; readonly startedMs: number }
  /** An invocation began, or ended: the same id again. */
  | { readonly kind: 'invocation'; readonly id: string; readonly invocation: RunInvocation }
  | { readonly kind: 'item'; readonly index: number; readonly item: RunItem }
  /** The whole as its receipts have it; items have been told. */
  | { readonly kind: 'ended'; readonly run: Omit<Run, 'items'>; readonly stopped?: string }
  | { readonly kind: 'failed'; readonly message: string };
