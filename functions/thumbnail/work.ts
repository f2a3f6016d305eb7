/** Making thumbnails, with adapters of one's own, and reading what is asked for. */
export { thumbnailSpecOf } from './core/spec.ts';
export { thumbnail } from './definition.ts';
export { createOutputs } from './outputs.ts';
export { createThumbnail } from './thumbnail.ts';
