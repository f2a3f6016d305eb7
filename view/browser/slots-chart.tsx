import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { slotsInUse } from '../figures.ts';
import type { Run } from '../run.ts';
import { duration } from './format.ts';
import type { Range } from './range.ts';
import { colour, useTheme } from './theme.ts';

/** Height of the vertical axis' label, turned on its side. */
const LABEL = 16;

/** Height of the times below the line. */
const TIMES = 30;

const stepped = uPlot.paths.stepped?.({ align: 1 });

interface Props {
  readonly run: Run;
  readonly range: Range;
  readonly width: number;
  /** Left of the time axis, in CSS pixels: what the rows below leave for their names. */
  readonly gutter: number;
  readonly onRange: (range: Range) => void;
}

/** Slots in use over time; dragging across it zooms, a double click shows all again. */
export const SlotsChart = ({ run, range, width, gutter, onRange }: Props) => {
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();

  useEffect(() => {
    if (!host.current) return undefined;
    const { atMs, slots } = slotsInUse(run.invocations, run.elapsedMs);
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width,
        height: 116,
        padding: [8, 0, 0, 0],
        legend: { show: false },
        cursor: { drag: { x: true, y: false, setScale: false } },
        scales: {
          x: { time: false, range: () => [range[0], range[1]] },
          y: { range: (_, __, most) => [0, Math.max(1, most)] },
        },
        axes: [
          { ...axis, size: TIMES, values: (_, values) => values.map(duration) },
          {
            ...axis,
            size: gutter - LABEL,
            label: 'slots in use',
            labelSize: LABEL,
            labelFont: '12px system-ui, sans-serif',
            values: (_, values) => values.map((v) => (Number.isInteger(v) ? `${v}` : '')),
          },
        ],
        series: [
          {},
          {
            stroke: colour('--accent'),
            fill: colour('--accent-soft'),
            width: 1.5,
            ...(stepped && { paths: stepped }),
            points: { show: false },
          },
        ],
        hooks: {
          setSelect: [
            (self) => {
              const { left, width: across } = self.select;
              if (across < 3) return;
              onRange([self.posToVal(left, 'x'), self.posToVal(left + across, 'x')]);
              self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            },
          ],
        },
      },
      [atMs as number[], slots as number[]],
      host.current,
    );
    return () => plot.destroy();
  }, [run, width, gutter, theme, range[0], range[1]]);

  return <div ref={host} class="slots" aria-hidden="true" onDblClick={() => onRange([0, run.elapsedMs])} />;
};
