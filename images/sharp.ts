/** Decoding, resampling and encoding: loads sharp. */
export { decodePixels } from './adapters/sharp.ts';
export { sharp } from './adapters/sharp-header.ts';
export { previewOf } from './adapters/sharp-preview.ts';
export { createRender } from './adapters/sharp-render.ts';
