import type { FunctionDefinition } from '../definition.ts';
import { type ThumbnailOptions, thumbnailOptions } from './core/options.ts';
import { thumbnailSpecOf } from './core/spec.ts';

/** Makes thumbnails. What its options mean beside each other is checked by `thumbnailSpecOf`. */
export const thumbnail = {
  name: 'thumbnail',
  description: 'Makes thumbnails of pictures; invokes itself for batches',
  itemKey: 'image',
  options: thumbnailOptions,
  checkOptions: (given: ThumbnailOptions) => void thumbnailSpecOf(given),
  invokes: 'itself',
  readsImages: true,
  models: undefined,
  outputPrefix: 'thumbnails/',
} as const satisfies FunctionDefinition;
