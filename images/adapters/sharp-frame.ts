import type { Sharp } from 'sharp';
import type { CropAxis } from '../geometry.ts';

/** Crops a picture to its frame, and fills with the background (`#rrggbb` or `#rrggbbaa`) what it does not cover. */
export const framed = (
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
