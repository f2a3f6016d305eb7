import * as z from 'zod';
import { each, recursive } from '../../engine/index.ts';

/** The status behind a URL. */
const statusOf = async (url: string, { signal }: { signal: AbortSignal }): Promise<number> => {
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
  return response.status;
};

export const handler = recursive(each(statusOf, { concurrency: 32 }), {
  itemKey: 'url',
  item: z.url({ protocol: /^https?$/, error: 'expected an http:// or https:// URL' }),
});
