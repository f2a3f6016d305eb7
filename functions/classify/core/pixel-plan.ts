import type { PixelPlan } from '../../../images/index.ts';
import { ModelLoadError } from '../../../platform/index.ts';
import type { GraphInput } from './graph.ts';
import type { Extent, Preprocessing } from './preprocessing.ts';

/** What a model's pictures are decoded to, and the size in pixels they then have. */
export interface FittedPlan extends Extent {
  readonly plan: PixelPlan;
}

/** What ViT and most classifiers take, where neither the file nor the graph names a size. */
const usualEdge = 224;

/**
 * Puts the preprocessing and the graph's input together: the plan for decoding, and the one size that all
 * pictures have afterwards.
 *
 * @throws ModelLoadError where pictures would come out in different sizes (no crop, and a resize that keeps the
 *   aspect ratio or none at all), or in another size than the graph takes
 */
export const pixelPlan = (
  preprocessing: Preprocessing,
  graph: GraphInput,
  where = 'preprocessor_config.json',
): FittedPlan => {
  const own = { width: graph.width ?? usualEdge, height: graph.height ?? usualEdge };
  const resize = preprocessing.resize === 'graph' ? own : preprocessing.resize;
  const crop = preprocessing.crop === 'graph' ? own : preprocessing.crop;
  const size = crop ?? (resize !== undefined && 'width' in resize ? resize : undefined);
  if (size === undefined) {
    throw new ModelLoadError(
      `${where}: expected pictures of one size, received ${
        resize === undefined ? 'do_resize false' : 'a size that keeps the aspect ratio'
      } and no centre crop`,
    );
  }
  if ((graph.width ?? size.width) !== size.width || (graph.height ?? size.height) !== size.height) {
    throw new ModelLoadError(
      `${where}: expected pictures of ${graph.width ?? 'any'}×${graph.height ?? 'any'} pixels (width×height, the input ${graph.name} of the graph), received ${size.width}×${size.height} as ${crop === undefined ? 'size' : 'crop_size'}`,
    );
  }
  return {
    width: size.width,
    height: size.height,
    plan: {
      ...(resize === undefined ? {} : { resize }),
      filter: preprocessing.filter,
      rounding: preprocessing.rounding,
      ...(crop === undefined ? {} : { crop }),
      channels: graph.channels,
      ...preprocessing.decoding,
    },
  };
};
