import * as z from 'zod';
import { cutMiddle, onOneLine } from '../output/cut.ts';
import type { ResultColumn } from '../output/result-column.ts';

const thumbnail = z.object({ uri: z.string(), width: z.number(), height: z.number(), bytes: z.number() });
const shape = z.union([
  z.object({ thumbnail }).transform((result) => [result.thumbnail]),
  z.object({ thumbnails: z.array(thumbnail) }).transform((result) => result.thumbnails),
]);

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

/** `75×56   2.1 kB  lemon-….jpg`; of several sizes the first, and how many more there are. */
export const thumbnailColumn = (): ResultColumn => ({
  widen: () => {},
  format: (results, room) => {
    const [first, ...others] = shape.safeParse(results).data ?? [];
    if (first === undefined) return '';
    const name = onOneLine(first.uri.slice(first.uri.lastIndexOf('/') + 1));
    const size = `${first.width}×${first.height}`.padEnd(9);
    const more = others.length === 0 ? '' : `  and ${others.length} more`;
    const facts = `${size} ${kilobytes(first.bytes).padStart(9)}  `;
    const left = room === undefined ? name.length : Math.max(1, room - facts.length - more.length);
    return `${facts}${cutMiddle(name, left)}${more}`;
  },
});
