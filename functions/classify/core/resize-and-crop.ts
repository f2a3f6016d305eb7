import type { Extent, Preprocessing } from './preprocessing.ts';
import type { PreprocessorDocument } from './preprocessor-document.ts';
import type { ProcessorDefaults } from './processor-families.ts';

/** ConvNeXT crops below this edge and squashes from it on (transformers, image_processing_convnext.py). */
const squashFromEdge = 384;

/**
 * Reads `size`, `crop_size` and `crop_pct` as one resize and one centre crop.
 *
 * `crop_pct` c with an edge e means: resize the shorter edge to ⌊e / c⌋, then crop to `crop_size` where a centre
 * crop is asked for (PoolFormer), or to e × e (ConvNeXT, which squashes from 384 on).
 */
export const geometry = (
  document: PreprocessorDocument,
  defaults: ProcessorDefaults,
): Pick<Preprocessing, 'resize' | 'crop'> => {
  const centreCrop = document.do_center_crop ?? defaults.centreCrop;
  const crop = centreCrop ? { crop: cropTo(document.crop_size ?? defaults.cropSize) } : {};
  if (document.do_resize === false) return crop;

  const cropShare = document.crop_pct ?? defaults.cropShare;
  const square = document.default_to_square ?? !defaults.keepsAspect;
  const keepsAspect = !square || document.crop_pct != null;
  const edge = shortestEdge(document.size ?? defaults.size, keepsAspect);
  if (cropShare !== undefined && typeof edge === 'number') {
    const shortest = Math.floor(edge / cropShare);
    if (centreCrop) return { resize: { shortestEdge: shortest }, ...crop };
    if (edge >= squashFromEdge) return { resize: { width: edge, height: edge } };
    return { resize: { shortestEdge: shortest }, crop: { width: edge, height: edge } };
  }
  return { resize: typeof edge === 'number' ? { shortestEdge: edge } : edge, ...crop };
};

/** A `size` as the length of the shorter edge, or as the exact target. */
const shortestEdge = (
  given: PreprocessorDocument['size'],
  keepsAspect: boolean,
): number | NonNullable<Preprocessing['resize']> => {
  if (given == null) return 'graph';
  if (typeof given === 'number') return keepsAspect ? given : { width: given, height: given };
  if ('width' in given) return { width: given.width, height: given.height };
  if (given.longest_edge === undefined) return given.shortest_edge;
  return { shortestEdge: given.shortest_edge, longestEdge: given.longest_edge };
};

const cropTo = (given: PreprocessorDocument['crop_size']): Extent | 'graph' => {
  if (given == null) return 'graph';
  return typeof given === 'number' ? { width: given, height: given } : given;
};
