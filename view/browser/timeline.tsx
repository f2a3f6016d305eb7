import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { rowsOf } from '../figures.ts';
import type { Run, RunInvocation } from '../run.ts';
import { drawRows, type Frame, invocationAt, msAt, ROW } from './bars.ts';
import { duration } from './format.ts';
import { moved, type Range, zoomed } from './range.ts';
import { SlotsChart } from './slots-chart.tsx';
import { useTheme, useWidth } from './theme.ts';

/** Rows are scrolled inside this height. */
const MOST_HEIGHT = 26 * ROW;

interface Props {
  readonly run: Run;
  readonly selected: string;
  readonly onSelect: (path: string) => void;
}

const describe = ({
  path,
  attempt,
  items,
  span,
  outcome,
  cold,
  environment,
  message,
}: RunInvocation): string =>
  [
    `${path}${attempt > 0 ? `, attempt ${attempt + 1}` : ''}: ${outcome}`,
    `${items} item${items === 1 ? '' : 's'}`,
    `${duration(span[0])} to ${duration(span[1])} (${duration(span[1] - span[0])})`,
    ...(cold ? ['cold start'] : []),
    ...(environment === '' ? [] : [`environment ${environment}`]),
    ...(message ? [message] : []),
  ].join(' · ');

const legend: readonly (readonly [className: string, text: string])[] = [
  ['own', 'own work'],
  ['waits', 'waits for children'],
  ['cold', 'cold start'],
  ['dashed', 'another attempt'],
  ['warned', 'throttled ×, lost ?'],
  ['cross', 'crashed ✖, failed !'],
];

/** The tree in time: one bar per invocation, with the line of slots in use above it. */
export const Timeline = ({ run, selected, onSelect }: Props) => {
  const { elapsedMs } = run;
  const [by, setBy] = useState<'environment' | 'path'>('environment');
  // all of it, also where it grows
  const [part, setRange] = useState<Range>();
  const range: Range = part ?? [0, elapsedMs];
  const [top, setTop] = useState(0);
  const [focused, setFocused] = useState<RunInvocation>();
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const drag = useRef<{ x: number; range: Range; moved: boolean } | undefined>(undefined);
  const theme = useTheme();
  const width = useWidth(box);
  const rows = useMemo(() => rowsOf(run.invocations, by), [run.invocations, by]);
  const inOrder = useMemo(() => rows.flatMap(({ invocations }) => invocations), [rows]);
  const gutter = width < 500 ? 56 : 88;
  const height = Math.min(MOST_HEIGHT, Math.max(2, rows.length) * ROW);
  const frame: Frame = { width, height, gutter, fromMs: range[0], toMs: range[1], top };

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = height * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    drawRows(context, rows, frame, { focused, selected });
  }, [rows, width, height, range[0], range[1], top, focused, selected, theme]);

  // a wheel that zooms must not scroll the page too, which takes a listener that is not passive
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey) return;
      event.preventDefault();
      setRange((before = [0, elapsedMs]) => {
        const now = { ...frame, fromMs: before[0], toMs: before[1] };
        return event.shiftKey
          ? moved(before, ((before[1] - before[0]) * (event.deltaY || event.deltaX)) / 1000, elapsedMs)
          : zoomed(before, msAt(event.offsetX, now), Math.exp(event.deltaY / 300), elapsedMs);
      });
    };
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [width, elapsedMs]);

  const focus = (invocation: RunInvocation | undefined) => {
    setFocused(invocation);
    if (!invocation || !box.current) return;
    const y = rows.findIndex((row) => row.invocations.includes(invocation)) * ROW;
    const scroller = box.current;
    if (y < scroller.scrollTop || y + ROW > scroller.scrollTop + height) scroller.scrollTop = y - height / 2;
    const [start, end] = invocation.span;
    if (end < range[0] || start > range[1]) setRange(moved(range, start - range[0], elapsedMs));
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const middle = (range[0] + range[1]) / 2;
    if (step !== undefined) {
      const at = focused ? inOrder.indexOf(focused) : -1;
      focus(inOrder[Math.min(inOrder.length - 1, Math.max(0, at + step))]);
    } else if (event.key === 'Home') focus(inOrder[0]);
    else if (event.key === 'End') focus(inOrder.at(-1));
    else if (event.key === 'Enter' && focused) onSelect(focused.path === selected ? '' : focused.path);
    else if (event.key === 'Escape') setRange(undefined);
    else if (event.key === '+' || event.key === '=') setRange(zoomed(range, middle, 0.6, elapsedMs));
    else if (event.key === '-') setRange(zoomed(range, middle, 1.6, elapsedMs));
    else return;
    event.preventDefault();
  };

  const onPointerMove = (event: PointerEvent) => {
    const from = drag.current;
    if (!from) return setFocused(invocationAt(rows, frame, event.offsetX, event.offsetY));
    const byMs = ((from.x - event.offsetX) / (width - gutter)) * (from.range[1] - from.range[0]);
    if (Math.abs(from.x - event.offsetX) > 3) from.moved = true;
    if (from.moved) setRange(moved(from.range, byMs, elapsedMs));
  };

  const onPointerUp = (event: PointerEvent) => {
    const wasDrag = drag.current?.moved;
    drag.current = undefined;
    if (wasDrag) return;
    const found = invocationAt(rows, frame, event.offsetX, event.offsetY);
    if (found) onSelect(found.path === selected ? '' : found.path);
  };

  return (
    <section aria-labelledby="tree-heading">
      <div class="bar">
        <h2 id="tree-heading">The tree in time</h2>
        <fieldset class="switch">
          <legend class="unseen">Rows</legend>
          {(['environment', 'path'] as const).map((choice) => (
            <label key={choice}>
              <input type="radio" name="rows" checked={by === choice} onChange={() => setBy(choice)} /> by{' '}
              {choice}
            </label>
          ))}
        </fieldset>
        <button
          type="button"
          onClick={() => setRange(undefined)}
          disabled={range[0] === 0 && range[1] === elapsedMs}
        >
          Show all
        </button>
      </div>
      <SlotsChart run={run} range={range} width={width} gutter={gutter} onRange={setRange} />
      <div
        ref={box}
        class="rows"
        style={{ maxHeight: `${MOST_HEIGHT}px` }}
        onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      >
        <div style={{ height: `${Math.max(2, rows.length) * ROW}px` }}>
          <canvas
            ref={canvas}
            style={{ width: `${width}px`, height: `${height}px` }}
            tabIndex={0}
            role="img"
            aria-label={`${inOrder.length} invocations in ${rows.length} rows. Arrow keys go from one to the next, Enter shows its pictures, plus and minus zoom.`}
            aria-describedby="tree-focus"
            onKeyDown={onKeyDown}
            onPointerDown={(event) => {
              drag.current = { x: event.offsetX, range, moved: false };
              event.currentTarget.setPointerCapture(event.pointerId);
            }}
            onPointerMove={onPointerMove}
            onPointerUp={onPointerUp}
            onPointerLeave={() =>
              !drag.current && document.activeElement !== canvas.current && setFocused(undefined)
            }
          />
        </div>
      </div>
      <p id="tree-focus" class="focus" aria-live="polite">
        {focused
          ? describe(focused)
          : 'Point at a bar, or go through them with the arrow keys. Drag to move, Ctrl and wheel to zoom.'}
      </p>
      <ul class="legend">
        {legend.map(([className, text]) => (
          <li key={className}>
            <i class={className} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
};
