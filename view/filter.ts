import { byNumbers, topTag } from './figures.ts';
import type { RunItem } from './run.ts';

/** What the gallery shows. */
export interface Filter {
  readonly text: string;
  readonly tag: string;
  /** 0 to 1: the best tag's confidence is at least this. */
  readonly minConfidence: number;
  readonly error: string;
  /** Path of an invocation; `''` for all. */
  readonly path: string;
  readonly sort: 'failures' | 'batch' | 'confident' | 'doubtful' | 'name' | 'slow';
}

/** Everything, failures first. */
export const noFilter: Filter = {
  text: '',
  tag: '',
  minConfidence: 0,
  error: '',
  path: '',
  sort: 'failures',
};

const slowness = ({ measures = {} }: RunItem): number => Object.values(measures).reduce((a, b) => a + b, 0);

const orders: Readonly<Record<Filter['sort'], ((a: RunItem, b: RunItem) => number) | undefined>> = {
  failures: (a, b) => Number(b.error !== undefined) - Number(a.error !== undefined),
  batch: undefined,
  confident: (a, b) => (topTag(b)?.confidence ?? -1) - (topTag(a)?.confidence ?? -1),
  doubtful: (a, b) => (topTag(a)?.confidence ?? 2) - (topTag(b)?.confidence ?? 2),
  name: (a, b) => byNumbers.compare(a.name, b.name),
  slow: (a, b) => slowness(b) - slowness(a),
};

/** The pictures a filter leaves, in its order. */
export const filtered = (items: readonly RunItem[], filter: Filter): readonly RunItem[] => {
  const text = filter.text.trim().toLowerCase();
  const left = items.filter(
    (item) =>
      (text === '' || item.name.toLowerCase().includes(text)) &&
      (filter.tag === '' || topTag(item)?.class === filter.tag) &&
      (filter.minConfidence === 0 || (topTag(item)?.confidence ?? 0) >= filter.minConfidence) &&
      (filter.error === '' || item.error?.name === filter.error) &&
      (filter.path === '' || item.paths?.includes(filter.path)),
  );
  const order = orders[filter.sort];
  return order ? left.toSorted(order) : left;
};
