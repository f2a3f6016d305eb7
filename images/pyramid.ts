import type { Size } from './geometry.ts';

/** Whether a picture of one size can be made of one of another without enlarging it. */
const covers = (from: Size, to: Size): boolean => from.width >= to.width && from.height >= to.height;

const half = ({ width, height }: Size): Size => ({
  width: Math.max(1, Math.ceil(width / 2)),
  height: Math.max(1, Math.ceil(height / 2)),
});

/**
 * Sizes from which several others are made: the picture's own halved until the next half is too small for the largest
 * of them, and then its halves. Every target comes from the smallest level that covers it, so it is scaled by less
 * than two there, which is what decoding at reduced size leaves to be done for a single target too.
 *
 * @param targets what the picture is wanted at; those larger than it come from its own size
 * @returns the levels, each half of the one before, and for each target the index of its level
 */
export const pyramidOf = (
  picture: Size,
  targets: readonly Size[],
): { readonly levels: readonly Size[]; readonly levelOf: readonly number[] } => {
  let base = picture;
  while (base.width * base.height > 1 && targets.every((target) => covers(half(base), target))) {
    base = half(base);
  }
  const levels = [base];
  const levelOf = targets.map((target) => {
    let index = 0;
    for (;;) {
      const level = levels[index] ?? base;
      const next = levels[index + 1] ?? half(level);
      if (level.width * level.height === 1 || !covers(next, target)) return index;
      levels[index + 1] = next;
      index += 1;
    }
  });
  return { levels, levelOf };
};
