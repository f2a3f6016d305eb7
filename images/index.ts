/**
 * What a picture is, where it lies, how it is to be shown: no I/O. `sources/` fetches pictures, `sharp.ts` decodes and
 * encodes them; each would be carried along by whoever only names a picture.
 */
export { aboutPicture } from './about-picture.ts';
export { describeReference, redactReference } from './describe-reference.ts';
export { type Encoding, maxSide } from './encoding.ts';
export { freeBytes } from './free-bytes.ts';
export { cropAxis, resizedSize, type Size } from './geometry.ts';
export { type DecodeLimits, limitsOf } from './limits.ts';
export type { Decoding, PixelPlan, Pixels } from './pixels.ts';
export { type ImageConfig, readImageConfig } from './read-image-config.ts';
export { type ImageReference, parseReference } from './reference.ts';
export type { Layout, Render, Rendered, Rendering } from './rendering.ts';
export type { Rounding } from './rounding.ts';
