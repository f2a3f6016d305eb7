import type { Sharp } from 'sharp';
import type { Encoding } from '../encoding.ts';
import { keepsAlpha } from '../encoding.ts';
import { type CropAxis, cropAxis, type Size } from '../geometry.ts';
import { lumaOf } from '../luma.ts';
import type { Rendered, Rendering } from '../rendering.ts';

/** What is needed of a picture to be made into another: a pipeline, to be resized to a size as it is stored. */
export interface Resizable {
  /** Whether it has transparency at all: flattening costs a tenth of a small picture. */
  readonly hasAlpha: boolean;
  /** A new pipeline, with the picture as its input. */
  open(): Sharp;
  /** Resizes to an upright size, and turns upright. */
  resize(pipeline: Sharp, to: Size): Sharp;
}

const encoded = async (pipeline: Sharp, encoding: Encoding): Promise<Uint8Array> => {
  switch (encoding.format) {
    case 'jpeg':
      return await pipeline.jpeg({ quality: encoding.quality }).toBuffer();
    case 'webp':
      return await pipeline.webp({ quality: encoding.quality }).toBuffer();
    case 'avif':
      return await pipeline.avif({ quality: encoding.quality }).toBuffer();
    case 'png':
      return await pipeline.png().toBuffer();
    case 'raw': {
      // what is grey in the file would be one channel, but for this
      const rgb = await pipeline.toColourspace('srgb').raw().toBuffer();
      return encoding.channels === 1 ? lumaOf(rgb) : rgb;
    }
    default:
      return encoding satisfies never;
  }
};

/** Crops a picture to its frame, and fills with the background (`#rrggbb` or `#rrggbbaa`) what it does not cover. */
const framed = (
  pipeline: Sharp,
  { across, down }: { readonly across: CropAxis; readonly down: CropAxis },
  background: string,
): Sharp => {
  const kept = { left: across.offset, top: down.offset, width: across.length, height: down.length };
  const inside = pipeline.extract(kept);
  if (across.before + across.after + down.before + down.after === 0) return inside;
  const { before: left, after: right } = across;
  return inside.extend({ top: down.before, bottom: down.after, left, right, background });
};

/**
 * Makes one picture: resized, turned, cropped or padded, encoded, without any of the metadata. One pipeline, so that
 * a JPEG that was not decoded yet is decoded at reduced size. Throws what sharp throws.
 */
export const renderOne = async (picture: Resizable, rendering: Rendering): Promise<Rendered> => {
  const { scaled, frame, encoding, background } = rendering;
  const across = cropAxis(scaled.width, frame.width, 'transformers');
  const down = cropAxis(scaled.height, frame.height, 'transformers');
  const opened = picture.open();
  const opaque =
    keepsAlpha(encoding) || !picture.hasAlpha
      ? opened
      : opened.flatten({ background: background.slice(0, 7) });
  const resized = picture.resize(opaque, scaled);
  const isWhole = scaled.width === frame.width && scaled.height === frame.height;
  const placed = isWhole ? resized : framed(resized, { across, down }, background);
  return { data: await encoded(placed, encoding), rendering };
};
