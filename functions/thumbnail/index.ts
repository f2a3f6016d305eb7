/** What the command knows of thumbnail's options before it runs. */
export { formats, type ThumbnailFormat } from './core/formats.ts';
export { type Fit, fits } from './core/layout.ts';
export type { ThumbnailOptions } from './core/options.ts';
export { thumbnailSpecOf } from './core/spec.ts';
