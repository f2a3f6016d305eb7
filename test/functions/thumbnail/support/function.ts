import * as z from 'zod';
import { each, type Handler, recursive } from '../../../../engine/index.ts';
import type { ThumbnailOptions } from '../../../../functions/thumbnail/core/options.ts';
import { thumbnail as definition } from '../../../../functions/thumbnail/definition.ts';
import { createOutputs } from '../../../../functions/thumbnail/outputs.ts';
import {
  createThumbnail,
  type Thumbnail,
  type Thumbnails,
} from '../../../../functions/thumbnail/thumbnail.ts';
import { createRender } from '../../../../images/adapters/sharp-render.ts';
import type { Render } from '../../../../images/rendering.ts';
import { createSources } from '../../../../images/sources/create-sources.ts';

/** What a test may set. */
export interface FunctionSettings {
  readonly output?: string;
  readonly allowFile?: boolean;
  readonly render?: Render;
  readonly maxPixels?: number;
}

const context = { awsRequestId: 'test', functionVersion: '1', getRemainingTimeInMillis: () => 60_000 };

/** The function as its handler wires it, without an environment. */
export const thumbnailFunction = (
  settings: FunctionSettings = {},
): ((event: unknown) => Promise<unknown>) => {
  const { output, allowFile = true, render = createRender(), maxPixels = 268_402_689 } = settings;
  const thumbnail = createThumbnail({
    sources: createSources({ allowHttp: false, allowFile, allowPrivate: 'none' }),
    render,
    outputs: createOutputs({ output, allowOut: allowFile }),
    limits: { maxPixels },
  });
  const handler: Handler = recursive(each<string, unknown, ThumbnailOptions>(thumbnail), {
    itemKey: 'image',
    item: z.string(),
    options: definition.options,
  });
  return (event) => handler(event, context);
};

/** A picture's bytes as a reference. */
export const asData = (bytes: Uint8Array, mediaType = 'image/png'): string =>
  `data:${mediaType};base64,${Buffer.from(bytes).toString('base64')}`;

/** The bytes of an inline thumbnail. */
export const bytesOf = ({ uri }: Pick<Thumbnail, 'uri'>): Buffer =>
  Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');

/** Makes the thumbnails of one picture. */
export const thumbnailsOf = async (
  bytes: Uint8Array,
  options: Readonly<Record<string, unknown>>,
  settings: FunctionSettings = {},
): Promise<readonly Thumbnail[]> => {
  const reply = await thumbnailFunction(settings)({ images: [asData(bytes)], options });
  const [first] = (reply as { results: readonly { results: Thumbnails }[] }).results;
  if (first === undefined) throw new Error('expected a result, received none');
  return 'thumbnail' in first.results ? [first.results.thumbnail] : first.results.thumbnails;
};

/** Makes the one thumbnail of a picture. */
export const thumbnailOf = async (
  bytes: Uint8Array,
  options: Readonly<Record<string, unknown>>,
  settings: FunctionSettings = {},
): Promise<Thumbnail> => {
  const [only] = await thumbnailsOf(bytes, options, settings);
  if (only === undefined) throw new Error('expected a thumbnail, received none');
  return only;
};
