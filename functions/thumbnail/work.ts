/** Making thumbnails, with adapters of one's own. */
export { createOutputs } from './outputs.ts';
export { createThumbnail } from './thumbnail.ts';
