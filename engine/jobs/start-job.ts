import { InvalidRequestError, messageOf, parseFunctionName, putJson, quote } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { noStats } from '../policy/outcome.ts';
import { type Request, type RequestForm, readRequest } from '../protocol/request.ts';
import { type ExecutionDeps, execute } from './execution.ts';
import { type JobRecord, type JobState, jobKeys, partId, type SeveralRecord } from './job.ts';
import { putLines } from './job-store.ts';

/** What jobs are made with. */
export interface JobsDeps extends ExecutionDeps {
  /** The functions that jobs may run: how a request looks, and what the function is called by. */
  readonly functions: ReadonlyMap<string, JobFunction>;
  /** Jobs of several functions. Default: there are none. */
  readonly several?: SeveralFunctions;
  /** Hexadecimal digits, so many, nobody can guess. */
  readonly randomHex: (digits: number) => string;
  /** Whether manifests may be files: on the local host. */
  readonly allowFile: boolean;
}

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

/** Options that a job decides itself, or that mean nothing without a caller who waits. */
const NOT_FOR_JOBS = ['resume', 'deadlineMs', 'receipts', 'minSuccessful'] as const;

/** A function by the name that requests call it, or by its own. */
const functionCalled = (asked: unknown, functions: JobsDeps['functions']) => {
  if (typeof asked !== 'string') return undefined;
  const own = parseFunctionName(asked)?.functionName;
  return [...functions].find(([name, { functionName }]) => asked === name || own === functionName);
};

/** What one function is to do, read. */
interface Asked {
  readonly name: string;
  readonly form: RequestForm;
  readonly read: Request;
}

/** The JSON of `POST /jobs`, read: which function, and a request as the function takes it. */
const readBody = (
  body: Readonly<Record<string, unknown>>,
  { functions, several }: Pick<JobsDeps, 'functions' | 'several'>,
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

const readPart = ({ name, request }: PartRequest, deps: Pick<JobsDeps, 'functions'>): Asked => {
  try {
    return readBody(request, deps);
  } catch (cause) {
    throw new InvalidRequestError(`functions.${name}: ${messageOf(cause)}`, { cause });
  }
};

/** What a line of a list would be taken for text as it stands, it says by the item's name. */
const lineOf = (given: unknown, { itemKey }: RequestForm): unknown =>
  typeof given === 'string' || (typeof given === 'object' && given !== null) ? given : { [itemKey]: given };

const idAt = (nowMs: number, random: string): string =>
  `job-${new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d{3}Z/g, '')}-${random}`;

/** The state with which an execution begins. */
const beginning = (nowMs: number): JobState => ({
  phase: 'running',
  attempt: 0,
  executions: 1,
  startedMs: nowMs,
  counts: { succeeded: 0, failed: 0 },
  doneBefore: 0,
  runs: 0,
  stalled: 0,
  stats: noStats,
  runMs: 0,
});

const keep = async (
  store: ObjectStore,
  record: JobRecord | SeveralRecord,
  state: JobState,
): Promise<void> => {
  const keys = jobKeys(record.id);
  await putJson(store, keys.state, state);
  // a job is there with its record, so it has all else by then
  await putJson(store, keys.record, record);
};

/** Keeps a job of one function, or a part, which nobody has begun. */
const keepAsked = async (
  store: ObjectStore,
  id: string,
  { name, form, read }: Asked,
  createdMs: number,
): Promise<void> => {
  const { items } = jobKeys(id);
  if (!read.list) {
    await putLines(
      store,
      items,
      read.items.map(({ given }) => lineOf(given, form)),
    );
  }
  const list = read.list ?? { format: 'text', uri: `${store.location}${items}` };
  const options = { onError: 'collect', ...read.givenOptions };
  await keep(store, { id, function: name, list, options, createdMs }, beginning(createdMs));
};

/**
 * Makes a job of a request (`{"function": "classify", "images": […]}`, or a manifest or a prefix) and starts it. One of
 * several functions is a job of each, below its own id.
 *
 * @returns its id.
 * @throws InvalidRequestError for a request that the function would refuse, before anything is made.
 */
export const startJob = async (body: unknown, deps: JobsDeps): Promise<string> => {
  const { store, several, now, randomHex } = deps;
  const given = (body ?? {}) as Readonly<Record<string, unknown>>;
  const { function: asked, ...rest } = given;
  const createdMs = now();
  const id = idAt(createdMs, randomHex(8));
  const state = beginning(createdMs);
  if (several && asked === several.name) {
    const parts = several.read(rest).map((part) => [part.name, readPart(part, deps)] as const);
    for (const [name, part] of parts) await keepAsked(store, partId(id, name), part, createdMs);
    await keep(store, { id, function: asked, createdMs, parts: parts.map(([name]) => name) }, state);
  } else {
    await keepAsked(store, id, readBody(given, deps), createdMs);
  }
  await execute(deps, id, state);
  return id;
};
