import { putJson } from '../../platform/index.ts';
import type { ObjectStore } from '../../platform/storage/index.ts';
import { noStats } from '../policy/outcome.ts';
import type { Request, RequestForm } from '../protocol/request.ts';
import type { ListSource } from '../stored-batch/list-source.ts';
import { type ExecutionDeps, execute } from './execution.ts';
import { type JobRecord, type JobState, jobKeys, partId, type SeveralRecord } from './job.ts';
import { putLines } from './job-store.ts';
import { type Asked, type Callable, type PartRequest, readAsked, readParts } from './read-asked.ts';

/** What jobs are made with. */
export interface JobsDeps extends ExecutionDeps, Callable {
  /** Hexadecimal digits, so many, nobody can guess. */
  readonly randomHex: (digits: number) => string;
  /** Whether manifests may be files: on the local host. */
  readonly allowFile: boolean;
}

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

/** Where the items of a job are listed; those that came in the request are kept first. */
const keepList = async (
  store: ObjectStore,
  id: string,
  { form, read }: Asked,
  items: Request['items'],
): Promise<ListSource> => {
  if (read.list) return read.list;
  const key = jobKeys(id).items;
  await putLines(
    store,
    key,
    items.map(({ given }) => lineOf(given, form)),
  );
  return { format: 'text', uri: `${store.location}${key}` };
};

/** Keeps a job of one function, or a part, which nobody has begun. */
const keepAsked = async (
  store: ObjectStore,
  id: string,
  { name, read }: Asked,
  list: ListSource,
  createdMs: number,
): Promise<void> => {
  const options = { onError: 'collect', ...read.givenOptions };
  await keep(store, { id, function: name, list, options, createdMs }, beginning(createdMs));
};

/** Keeps the parts of a job, before which nothing has begun; those whose items have one name have one list. */
const keepParts = async (
  requests: readonly PartRequest[],
  deps: JobsDeps,
  { id, createdMs }: Pick<JobRecord, 'id' | 'createdMs'>,
): Promise<void> => {
  const { store } = deps;
  const parts = readParts(requests, deps);
  const items = parts[0]?.read.items ?? [];
  const lists = new Map<string, ListSource>();
  for (const [at, part] of parts.entries()) {
    const { itemKey } = part.form;
    const own = partId(id, requests[at]?.name ?? '');
    const list = lists.get(itemKey) ?? (await keepList(store, own, part, items));
    lists.set(itemKey, list);
    await keepAsked(store, own, part, list, createdMs);
  }
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
    const requests = several.read(rest);
    await keepParts(requests, deps, { id, createdMs });
    await keep(store, { id, function: asked, createdMs, parts: requests.map(({ name }) => name) }, state);
  } else {
    const part = readAsked(given, deps);
    await keepAsked(store, id, part, await keepList(store, id, part, part.read.items), createdMs);
  }
  await execute(deps, id, state);
  return id;
};
