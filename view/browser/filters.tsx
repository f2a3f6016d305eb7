import { useMemo } from 'preact/hooks';
import { tally, topTag } from '../figures.ts';
import { type Filter, noFilter } from '../filter.ts';
import type { RunItem } from '../run.ts';
import { percent } from './format.ts';

interface Props {
  readonly items: readonly RunItem[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

const sorts: readonly (readonly [Filter['sort'], string])[] = [
  ['failures', 'failures first'],
  ['batch', 'order of the batch'],
  ['confident', 'most confident'],
  ['doubtful', 'least confident'],
  ['name', 'name'],
  ['slow', 'slowest'],
];

/** What the gallery shows and in which order, as a form. */
export const Filters = ({ items, filter, onFilter }: Props) => {
  const tags = useMemo(() => tally(items.flatMap((item) => topTag(item)?.class ?? [])), [items]);
  const errors = useMemo(() => tally(items.flatMap(({ error }) => error?.name ?? [])), [items]);
  const change = (part: Partial<Filter>) => onFilter({ ...filter, ...part });
  return (
    <form class="filters" onSubmit={(event) => event.preventDefault()}>
      <label>
        Search
        <input
          type="search"
          value={filter.text}
          placeholder="part of a name"
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
      </label>
      <label>
        Tag
        <select value={filter.tag} onChange={(event) => change({ tag: event.currentTarget.value })}>
          <option value="">all</option>
          {tags.slice(0, 1000).map(([name, times]) => (
            <option key={name} value={name}>{`${name} (${times})`}</option>
          ))}
        </select>
      </label>
      {errors.length > 0 && (
        <label>
          Error
          <select value={filter.error} onChange={(event) => change({ error: event.currentTarget.value })}>
            <option value="">all</option>
            {errors.map(([name, times]) => (
              <option key={name} value={name}>{`${name} (${times})`}</option>
            ))}
          </select>
        </label>
      )}
      <label>
        Confidence from {percent(filter.minConfidence)}
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          value={filter.minConfidence}
          onInput={(event) => change({ minConfidence: event.currentTarget.valueAsNumber })}
        />
      </label>
      <label>
        Invocation
        <input
          value={filter.path}
          placeholder="path, such as 0.3"
          onInput={(event) => change({ path: event.currentTarget.value.trim() })}
        />
      </label>
      <label>
        Sort
        <select
          value={filter.sort}
          onChange={(event) => change({ sort: event.currentTarget.value as Filter['sort'] })}
        >
          {sorts.map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={() => onFilter({ ...noFilter, sort: filter.sort })}>
        Clear
      </button>
    </form>
  );
};
