import { appendFileSync } from 'node:fs';
import { setTimeout as later } from 'node:timers/promises';
import { each, recursive } from '../../../engine/index.ts';

/** An item says what happens when it is worked on; the rest of it is its answer. */
const work = async (item: string, signal: AbortSignal): Promise<string> => {
  const [what = '', answer = ''] = item.split(':');
  if (process.env.DONE_LIST) appendFileSync(process.env.DONE_LIST, `${item}\n`);
  switch (what) {
    case 'kill':
      process.kill(process.pid, 'SIGKILL');
      return later(60_000, answer);
    case 'exit':
      return process.exit(3);
    case 'spin':
      // the event loop turns no more, as in an endless loop, and no processor is busy with it
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      return answer;
    case 'wait':
      // longer than any test; only an abort ends it
      await later(60_000, undefined, { signal });
      return answer;
    case 'slow':
      await later(Number(answer), undefined, { signal });
      return answer;
    case 'throw':
      throw new TypeError(`no ${answer}`);
    case 'big':
      return 'x'.repeat(Number(answer));
    default:
      return `${process.env.GREETING ?? 'hello'} ${answer}`;
  }
};

export const handler = recursive(
  each((item: unknown, { signal }) =>
    work(typeof item === 'string' ? item : String((item as { head: string }).head), signal),
  ),
);
