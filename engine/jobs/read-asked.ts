import { InvalidRequestError, messageOf, parseFunctionName, quote } from '../../platform/index.ts';
import { type Request, type RequestForm, readRequest } from '../protocol/request.ts';

/** A function that jobs may run. */
export interface JobFunction {
  /** Name or ARN, without qualifier. */
  readonly functionName: string;
  /** Default: unqualified. */
  readonly qualifier: string | undefined;
  readonly form: RequestForm;
  /** Refuses options, each of which is right, that mean nothing beside each other. Default: the function does, for each item. */
  readonly checkOptions?: ((options: Request['options']) => void) | undefined;
}

/** One function's part of a job of several. */
export interface PartRequest {
  /** As results call it: a letter, then at most 63 letters, digits, `_` and `-`. */
  readonly name: string;
  /** As for a job of that function. */
  readonly request: Readonly<Record<string, unknown>>;
}

/** How a job of several functions is asked for. */
export interface SeveralFunctions {
  /** In the place of a function's name: `orchestrate`. */
  readonly name: string;
  /** @throws InvalidRequestError */
  readonly read: (request: Readonly<Record<string, unknown>>) => readonly PartRequest[];
}

/** What requests may ask for. */
export interface Callable {
  /** The functions that jobs may run: how a request looks, and what the function is called by. */
  readonly functions: ReadonlyMap<string, JobFunction>;
  /** Jobs of several functions. Default: there are none. */
  readonly several?: SeveralFunctions;
}

/** Options that a job decides itself, or that mean nothing without a caller who waits. */
const NOT_FOR_JOBS = ['resume', 'deadlineMs', 'receipts', 'minSuccessful'] as const;

/** A function by the name that requests call it, or by its own. */
const functionCalled = (asked: unknown, functions: Callable['functions']) => {
  if (typeof asked !== 'string') return undefined;
  const own = parseFunctionName(asked)?.functionName;
  return [...functions].find(([name, { functionName }]) => asked === name || own === functionName);
};

/** What one function is to do, read. */
export interface Asked {
  readonly name: string;
  readonly form: RequestForm;
  readonly read: Request;
}

/** The JSON of `POST /jobs`, read: which function, and a request as the function takes it. */
export const readAsked = (
  body: Readonly<Record<string, unknown>>,
  { functions, several }: Callable,
): Asked => {
  const { function: asked, items, ...rest } = body;
  const [name, called] = functionCalled(asked, functions) ?? [];
  if (name === undefined || !called) {
    const known = [...functions.keys(), ...(several ? [several.name] : [])].join(', ');
    throw new InvalidRequestError(`function: expected one of ${known}, received ${quote(asked)}`);
  }
  const { form, checkOptions } = called;
  // whoever does not know how a function calls its items calls them items
  const request = items === undefined ? rest : { ...rest, [`${form.itemKey}s`]: items };
  const read = readRequest(request, form);
  const foreign = NOT_FOR_JOBS.find((option) => Object.hasOwn(read.givenOptions, option));
  if (foreign !== undefined) {
    throw new InvalidRequestError(`options.${foreign}: expected none for a job, which ends when all is done`);
  }
  if (read.form !== 'batch' && read.form !== 'manifest') {
    throw new InvalidRequestError(
      `Expected {"function": "${name}", "${form.itemKey}s": […]}, or "manifest" or "prefix" instead, received ${quote(body)}`,
    );
  }
  checkOptions?.(read.options);
  return { name, form, read };
};

/** A part of a job of several functions, read. @throws InvalidRequestError naming the part */
const readPart = ({ name, request }: PartRequest, deps: Pick<Callable, 'functions'>): Asked => {
  try {
    return readAsked(request, deps);
  } catch (cause) {
    throw new InvalidRequestError(`functions.${name}: ${messageOf(cause)}`, { cause });
  }
};

/** A part, for its options: a million items are read once, and not for each of 64 functions. */
const withoutItems = ({ name, request }: PartRequest): PartRequest => ({
  name,
  request: Object.hasOwn(request, 'items') ? { ...request, items: [] } : request,
});

/** The parts of a job of several functions, in order, read; the items are with the first. @throws InvalidRequestError naming the part */
export const readParts = (requests: readonly PartRequest[], deps: Callable): readonly Asked[] =>
  requests.map((part, at) => readPart(at === 0 ? part : withoutItems(part), deps));
