import type { Run, RunInvocation, RunItem } from './run.ts';

/** What may be done to a run on purpose, so that one sees it survive. */
export const pageFaults = ['throttle', 'kill', 'poison', 'straggler'] as const;
export type PageFault = (typeof pageFaults)[number];

/** What every page knows of its host; it lies in the document. */
interface CommonSetup {
  /** Names of models; the first one is the host's own. */
  readonly models: readonly string[];
  /** File names of the sample pictures, and where they lie in the project; none where nothing is deployed of them. */
  readonly samples: { readonly folder: string; readonly names: readonly string[] };
  readonly shape: PageShape;
}

/** The page of a local host. */
export interface LocalSetup extends CommonSetup {
  readonly kind: 'local';
  /** Shown with every request, in the header `x-droste-token`: opens what the page asks for and nothing else. */
  readonly token: string;
  /** Execution environments. */
  readonly concurrency: number;
  /** Where the functions are called: Lambda's Invoke API. */
  readonly invokeEndpoint: string;
}

/** The page of a deployed stack. It is the same for everybody: whoever opens it has a token for the API, or can do nothing. */
export interface DeployedSetup extends CommonSetup {
  readonly kind: 'deployed';
  /** US dollars for a ms of an environment, and for an invocation. */
  readonly price: { readonly ms: number; readonly invocation: number };
}

/** What a page knows of its host. */
export type PageSetup = LocalSetup | DeployedSetup;

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
  /** `''` where there will be several roots. */
  | { readonly kind: 'started'; readonly rootRequestId: string; readonly startedMs: number }
  /** An invocation began, or ended: the same id again. */
  | { readonly kind: 'invocation'; readonly id: string; readonly invocation: RunInvocation }
  | { readonly kind: 'item'; readonly index: number; readonly item: RunItem }
  /** The whole as its receipts have it; items have been told. */
  | { readonly kind: 'ended'; readonly run: Omit<Run, 'items'>; readonly stopped?: string }
  | { readonly kind: 'failed'; readonly message: string };
