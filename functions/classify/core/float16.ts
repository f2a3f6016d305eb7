/**
 * Half precision, IEEE 754 binary16: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. Written out because
 * `Float16Array` is not in every supported Node.js, and ONNX Runtime takes and gives the bits.
 */

const fractionBits = 10;
const bias = 15;
const infinityBits = 0x7c00;
const notANumberBits = 0x7e00;

/** The 16 bits of the half nearest to a number; ties go to the even one, and what is too large to infinity. */
export const toFloat16Bits = (value: number): number => {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (Number.isNaN(magnitude)) return notANumberBits;
  if (magnitude === Number.POSITIVE_INFINITY) return sign | infinityBits;

  // below 2^-14 the exponent stays, and fewer fraction bits are left (subnormal numbers)
  const exponent = Math.max(exponentOf(magnitude), 1 - bias);
  const units = roundHalfToEven(magnitude * 2 ** (fractionBits - exponent));
  // adding, not or-ing: a fraction rounded up to the next power of two carries into the exponent, up to infinity
  const bits = units + ((exponent + bias - 1) << fractionBits);
  return sign | Math.min(bits, infinityBits);
};

/** The number that 16 bits stand for. */
export const fromFloat16Bits = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> fractionBits) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias - fractionBits);
  return sign * (fraction + 2 ** fractionBits) * 2 ** (exponent - bias - fractionBits);
};

/** ⌊log2⌋ of a number that is not negative; exact, where `Math.log2` rounds near powers of two. */
const exponentOf = (magnitude: number): number => {
  const estimate = Math.floor(Math.log2(magnitude));
  if (2 ** estimate > magnitude) return estimate - 1;
  return 2 ** (estimate + 1) <= magnitude ? estimate + 1 : estimate;
};

const roundHalfToEven = (value: number): number => {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
};
