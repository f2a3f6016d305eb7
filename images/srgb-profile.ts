/** Primaries of sRGB as an ICC profile states them: XYZ, adapted to D50 (IEC 61966-2-1, ICC.1:2022 annex E). */
const primaries: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};

/** A quarter of an 8-bit level at full intensity, and more than the profiles in circulation differ by. */
const MAX_PRIMARY_DIFFERENCE = 0.001;

/** Half an 8-bit level: what converting could change would be rounded away. */
const MAX_TONE_DIFFERENCE = 0.5 / 255;

/** Points at which a tone curve is compared. */
const TONE_SAMPLES = 32;

type Curve = (encoded: number) => number;

const srgbEncode = (linear: number): number =>
  linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;

const fixed = (view: DataView, at: number): number => view.getInt32(at) / 65536;

const tagText = (view: DataView, at: number): string =>
  String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

const tableCurve = (view: DataView, at: number): Curve | undefined => {
  const count = view.getUint32(at + 8);
  // 0 is the identity and 1 a bare gamma: neither is sRGB's curve.
  if (count < 2) return undefined;
  return (encoded) => view.getUint16(at + 12 + 2 * Math.round(encoded * (count - 1))) / 65535;
};

// ICC.1:2022 §10.18, function types 3 and 4; the simpler ones have no linear toe, so they are not sRGB.
const parametricCurve = (view: DataView, at: number): Curve | undefined => {
  const type = view.getUint16(at + 8);
  if (type !== 3 && type !== 4) return undefined;
  const parameter = (index: number): number => fixed(view, at + 12 + 4 * index);
  const [gamma, a, b, c, d] = [0, 1, 2, 3, 4].map(parameter) as [number, number, number, number, number];
  const [e, f] = type === 4 ? [parameter(5), parameter(6)] : [0, 0];
  return (encoded) => (encoded >= d ? (a * encoded + b) ** gamma + e : c * encoded + f);
};

const isSrgbCurve = (view: DataView, at: number): boolean => {
  const type = tagText(view, at);
  const curve =
    type === 'curv' ? tableCurve(view, at) : type === 'para' ? parametricCurve(view, at) : undefined;
  if (curve === undefined) return false;
  return Array.from({ length: TONE_SAMPLES + 1 }, (_, index) => index / TONE_SAMPLES).every(
    (encoded) => Math.abs(srgbEncode(curve(encoded)) - encoded) <= MAX_TONE_DIFFERENCE,
  );
};

const readTags = (view: DataView): ReadonlyMap<string, number> => {
  const count = view.getUint32(128);
  const entries = Array.from({ length: Math.min(count, 100) }, (_, index) => 132 + 12 * index);
  return new Map(entries.map((at) => [tagText(view, at), view.getUint32(at + 4)]));
};

const isSrgb = (view: DataView): boolean => {
  if (tagText(view, 16) !== 'RGB ' || tagText(view, 20) !== 'XYZ ') return false;
  const tags = readTags(view);
  // Look-up tables take precedence over primaries and curves (ICC.1:2022 §8.11).
  if (['A2B0', 'D2B0'].some((tag) => tags.has(tag))) return false;
  return ['r', 'g', 'b'].every((colour) => {
    const xyz = tags.get(`${colour}XYZ`);
    const curve = tags.get(`${colour}TRC`);
    if (xyz === undefined || curve === undefined || !isSrgbCurve(view, curve)) return false;
    return primaries[`${colour}XYZ`]?.every(
      (expected, index) => Math.abs(fixed(view, xyz + 8 + 4 * index) - expected) <= MAX_PRIMARY_DIFFERENCE,
    );
  });
};

/**
 * Whether an ICC profile is sRGB in all but name, so that converting by it changes nothing and can be left out.
 * Judged by its numbers, because the same name stands over many files and many names over the same numbers.
 * Most are (36 of 50 in a sample of 201 photographs), and converting costs more than decoding does.
 */
export const isSrgbProfile = (profile: Uint8Array): boolean => {
  try {
    return isSrgb(new DataView(profile.buffer, profile.byteOffset, profile.byteLength));
  } catch (error) {
    // A cut profile, or an offset that leads outside: for the decoder to judge.
    if (error instanceof RangeError) return false;
    throw error;
  }
};
