/** What the command knows of thumbnail: its options. */
export { formats, type ThumbnailFormat } from './core/formats.ts';
export { type Fit, fits } from './core/layout.ts';
export type { ThumbnailOptions } from './core/options.ts';
export { thumbnailSpecOf } from './core/spec.ts';
