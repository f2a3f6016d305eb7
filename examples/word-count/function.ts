import { each, recursive } from '../../engine/index.ts';
import { parseReference } from '../../images/index.ts';
import { createSources } from '../../images/sources/index.ts';

const sources = createSources({ allowHttp: true, allowFile: true, allowPrivate: 'loopback' });

/** How many words a text has: `s3://bucket/key`, `https://…`, `file:///…`. */
const countWords = async (text: string, { signal }: { signal: AbortSignal }): Promise<number> => {
  const bytes = await sources.fetch(parseReference(text), { signal });
  const words = new Intl.Segmenter('en', { granularity: 'word' }).segment(Buffer.from(bytes).toString());
  return [...words].filter(({ isWordLike }) => isWordLike).length;
};

export const handler = recursive(each(countWords, { concurrency: 32 }), { itemKey: 'text' });
