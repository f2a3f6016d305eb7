import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { startLocalHost } from '../../local/index.ts';
import { startSite } from './site.ts';

/** The folders of the examples that are functions. */
export const examples = ['url-status', 'thumbnails', 'word-count', 'image-hash'] as const;

const fill = (text: string, from: string, to: string): string => text.replaceAll(from, to);

/**
 * Runs an example as it is deployed: on a local host, called once.
 *
 * @param example folder of the example
 * @param request JSON, with `{site}` for the address of a web site on this machine. Default: the example's own.
 * @returns the reply, with `{site}` in the place of the address
 */
export const runExample = async (example: string, request?: string): Promise<unknown> => {
  const folder = new URL(`../${example}/`, import.meta.url);
  const text = request ?? (await readFile(new URL('request.json', folder), 'utf8'));
  await using cleanUp = new AsyncDisposableStack();
  const site = await startSite();
  cleanUp.defer(site.close);
  const host = await startLocalHost({
    concurrency: availableParallelism(),
    functions: [
      {
        name: example,
        module: new URL('function.ts', folder).href,
        environment: { FUNCTION_ALIAS: 'live' },
      },
    ],
  });
  cleanUp.defer(host.close);
  const reply = await host.invoke(example, fill(text, '{site}', site.origin), { qualifier: 'live' });
  if (reply.kind !== 'executed') throw new Error(`Expected a reply, received ${JSON.stringify(reply)}`);
  return JSON.parse(fill(`${reply.payload}`, site.origin, '{site}'));
};
