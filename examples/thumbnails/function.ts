import { each, type ItemContext, recursive } from '../../engine/index.ts';
import { createOutputs, createThumbnail } from '../../functions/thumbnail/work.ts';
import { createRender } from '../../images/sharp.ts';
import { createSources } from '../../images/sources/index.ts';

const makeThumbnail = createThumbnail({
  sources: createSources({ allowHttp: true, allowFile: true, allowPrivate: 'loopback' }),
  render: createRender(),
  outputs: createOutputs({ output: undefined, allowOut: false }),
  limits: { maxPixels: 100_000_000 },
});

/** A WebP in a box of 75 × 75, as a data URI; its size, and how the URI begins. */
const thumbnail = async (image: string, context: ItemContext<Record<never, never>>) => {
  const made = await makeThumbnail(image, { ...context, options: { size: 75, format: 'webp' } });
  if (!('thumbnail' in made)) throw new Error('expected one thumbnail, received several');
  const { uri, width, height } = made.thumbnail;
  return { width, height, uri: `${uri.slice(0, 23)}…` };
};

export const handler = recursive(each(thumbnail), { itemKey: 'image' });
