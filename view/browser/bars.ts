import { type Row, without } from '../figures.ts';
import type { InvocationOutcome, RunInvocation } from '../run.ts';
import { colour } from './theme.ts';

/** Height of one row, in CSS pixels. */
export const ROW = 16;
const BAR = 10;
/** Bars are at least this wide, or they would not be seen. */
const LEAST = 2;

/** Where on the canvas what lies. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly gutter: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** The first pixel row that is shown. */
  readonly top: number;
}

/** Horizontal place of an instant. */
const xOf = (ms: number, { width, gutter, fromMs, toMs }: Frame): number =>
  gutter + ((ms - fromMs) / (toMs - fromMs)) * (width - gutter);

/** The instant at a horizontal place. */
export const msAt = (x: number, { width, gutter, fromMs, toMs }: Frame): number =>
  fromMs + ((x - gutter) / (width - gutter)) * (toMs - fromMs);

/** Colour of a bar's own work; its outcome is also told by shape. */
const colours: Readonly<Record<InvocationOutcome, string>> = {
  answered: '--accent',
  failed: '--bad',
  throttled: '--warn',
  crashed: '--bad',
  lost: '--warn',
  skewed: '--warn',
  'too-large': '--warn',
  refused: '--bad',
  aborted: '--quiet',
  broken: '--bad',
  running: '--accent',
};

/** A mark at the end of a bar that did not end well, as a letter and a shape. */
const marks: Readonly<Partial<Record<InvocationOutcome, string>>> = {
  failed: '!',
  throttled: '×',
  crashed: '✖',
  lost: '?',
  skewed: '≠',
  'too-large': '↕',
  refused: '⊘',
  aborted: '■',
  broken: '⊗',
};

/** Names of environments are long, and what tells them apart is their end. */
const shortened = (name: string): string => (name.length > 12 ? `…${name.slice(-8)}` : name);

const drawInvocation = (
  context: CanvasRenderingContext2D,
  invocation: RunInvocation,
  y: number,
  frame: Frame,
): void => {
  const { span, ownWork, cold, outcome, attempt } = invocation;
  const x = xOf(span[0], frame);
  const end = Math.max(x + LEAST, xOf(span[1], frame));
  if (end < frame.gutter || x > frame.width) return;
  const paint = colour(colours[outcome]);
  context.strokeStyle = paint;
  context.fillStyle = paint;
  context.setLineDash(attempt > 0 ? [3, 2] : []);
  context.strokeRect(x + 0.5, y + 0.5, Math.max(1, end - x - 1), BAR - 1);
  context.setLineDash([]);
  if (outcome === 'running') {
    context.fillStyle = colour('--accent-soft');
    context.fillRect(x, y, end - x, BAR);
    context.fillStyle = paint;
  }
  // own work is filled, waiting is a line through the middle; of what is under way neither is known
  for (const [from, to] of ownWork)
    context.fillRect(xOf(from, frame), y, Math.max(1, xOf(to, frame) - xOf(from, frame)), BAR);
  for (const [from, to] of outcome === 'running' ? [] : without(span, ownWork)) {
    context.fillRect(xOf(from, frame), y + BAR / 2 - 0.5, Math.max(1, xOf(to, frame) - xOf(from, frame)), 1);
  }
  if (cold) {
    context.beginPath();
    context.moveTo(x, y - 2);
    context.lineTo(x + 7, y + BAR / 2);
    context.lineTo(x, y + BAR + 2);
    context.closePath();
    context.fillStyle = colour('--cold');
    context.fill();
  }
  const mark = marks[outcome];
  if (mark) {
    context.fillStyle = paint;
    context.fillText(mark, end + 2, y + BAR - 1);
  }
};

/** Draws the rows that are in view. */
export const drawRows = (
  context: CanvasRenderingContext2D,
  rows: readonly Row[],
  frame: Frame,
  { focused, selected }: { readonly focused: RunInvocation | undefined; readonly selected: string },
): void => {
  const { width, height, gutter, top } = frame;
  context.clearRect(0, 0, width, height);
  context.font = '11px system-ui, sans-serif';
  const first = Math.floor(top / ROW);
  const last = Math.min(rows.length, Math.ceil((top + height) / ROW));
  for (let index = first; index < last; index++) {
    const row = rows[index];
    if (!row) continue;
    const y = index * ROW - top + (ROW - BAR) / 2;
    context.save();
    context.beginPath();
    context.rect(gutter, 0, width - gutter, height);
    context.clip();
    for (const invocation of row.invocations) {
      if (invocation === focused || (selected !== '' && invocation.path === selected)) {
        context.fillStyle = colour('--mark');
        const x = xOf(invocation.span[0], frame);
        context.fillRect(x - 3, y - 3, Math.max(LEAST, xOf(invocation.span[1], frame) - x) + 6, BAR + 6);
      }
      drawInvocation(context, invocation, y, frame);
    }
    context.restore();
    context.fillStyle = colour('--quiet');
    context.fillText(shortened(row.name === '' ? 'no answer' : row.name), 0, y + BAR - 1, gutter - 6);
  }
};

/** The invocation at a place of the canvas, the smallest one where several lie there. */
export const invocationAt = (
  rows: readonly Row[],
  frame: Frame,
  x: number,
  y: number,
): RunInvocation | undefined => {
  const row = rows[Math.floor((y + frame.top) / ROW)];
  if (!row || x < frame.gutter) return undefined;
  return row.invocations
    .filter(
      ({ span }) =>
        xOf(span[0], frame) - 2 <= x && x <= Math.max(xOf(span[1], frame), xOf(span[0], frame) + LEAST) + 8,
    )
    .toSorted((a, b) => a.span[1] - a.span[0] - (b.span[1] - b.span[0]))[0];
};
