import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Filter, filtered } from '../filter.ts';
import type { RunItem } from '../run.ts';
import { Card, Detail } from './card.tsx';
import { Filters } from './filters.tsx';
import { count } from './format.ts';
import { useWidth } from './theme.ts';

const CARD = { width: 300, height: 132 };
/** Rows kept drawn above and below what is in view. */
const SPARE = 3;
/** Pictures on paper, where nothing scrolls. */
const PRINTED = 400;

interface Props {
  readonly items: readonly RunItem[];
  readonly previewCap: number;
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
}

/** Whether the page is being printed: then everything is there at once. */
const usePrinting = (): boolean => {
  const [printing, setPrinting] = useState(false);
  useEffect(() => {
    const media = matchMedia('print');
    const changed = () => setPrinting(media.matches);
    media.addEventListener('change', changed);
    return () => media.removeEventListener('change', changed);
  }, []);
  return printing;
};

/** The pictures, only those in view drawn, so that a hundred thousand scroll as well as ten. */
export const Gallery = ({ items, previewCap, filter, onFilter }: Props) => {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const printing = usePrinting();
  const [top, setTop] = useState(0);
  const [current, setCurrent] = useState(0);
  const [open, setOpen] = useState<RunItem>();
  const shown = useMemo(() => filtered(items, filter), [items, filter]);
  const columns = Math.max(1, Math.floor(width / CARD.width));
  const rows = Math.ceil(shown.length / columns);
  const height = Math.min(rows * CARD.height, Math.max(2 * CARD.height, Math.floor(innerHeight * 0.8)));
  const first = printing ? 0 : Math.max(0, Math.floor(top / CARD.height) - SPARE) * columns;
  const last = printing
    ? Math.min(PRINTED, shown.length)
    : Math.min(shown.length, (Math.ceil((top + height) / CARD.height) + SPARE) * columns);
  const previews = useMemo(() => items.filter(({ preview }) => preview !== undefined).length, [items]);

  useEffect(() => {
    setCurrent(0);
    if (box.current) box.current.scrollTop = 0;
  }, [filter]);

  const go = (to: number) => {
    const next = Math.min(shown.length - 1, Math.max(0, to));
    setCurrent(next);
    const scroller = box.current;
    if (!scroller) return;
    const y = Math.floor(next / columns) * CARD.height;
    if (y < scroller.scrollTop) scroller.scrollTop = y;
    if (y + CARD.height > scroller.scrollTop + height) scroller.scrollTop = y + CARD.height - height;
    requestAnimationFrame(() => scroller.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor(height / CARD.height)) * columns;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: page,
      PageUp: -page,
      Home: -shown.length,
      End: shown.length,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(current + step);
  };

  return (
    <section aria-labelledby="pictures-heading">
      <h2 id="pictures-heading">Pictures</h2>
      <Filters items={items} filter={filter} onFilter={onFilter} />
      <p class="quiet" aria-live="polite">
        {count(shown.length)} of {count(items.length)}
        {filter.path !== '' && ` answered by ${filter.path}`}
        {previews > 0 && items.length > previewCap && `; previews of the first ${count(previewCap)} only`}
        {printing && shown.length > PRINTED && `; the first ${count(PRINTED)} are printed`}
      </p>
      <div
        ref={box}
        class="gallery"
        style={printing ? {} : { height: `${height}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div style={{ height: printing ? 'auto' : `${rows * CARD.height}px` }}>
          <ul
            class="cards"
            aria-label="Pictures and their answers"
            style={{
              gridTemplateColumns: `repeat(${columns}, 1fr)`,
              gridAutoRows: `${CARD.height}px`,
              transform: printing ? 'none' : `translateY(${(first / columns) * CARD.height}px)`,
            }}
          >
            {shown.slice(first, last).map((item, at) => (
              <Card
                key={first + at}
                item={item}
                index={first + at}
                current={first + at === current}
                onKeyDown={onKeyDown}
                onOpen={() => {
                  setCurrent(first + at);
                  setOpen(item);
                }}
              />
            ))}
          </ul>
        </div>
      </div>
      {open && (
        <Detail
          item={open}
          onClose={() => {
            setOpen(undefined);
            go(current);
          }}
          onPath={(path) => {
            setOpen(undefined);
            onFilter({ ...filter, path });
          }}
        />
      )}
    </section>
  );
};
