import { writeFile } from 'node:fs/promises';
import { references, terms } from './basic-colours-references.ts';
import { type Constant, type Operation, writeOnnx } from './onnx-writer.ts';

/**
 * How fast a pixel's share of a reference falls with its squared distance in Oklab: large enough that a plain colour
 * is almost wholly its own term, small enough that one between two terms is shared.
 */
const sharpness = 2000;

/** Light and shadow change a colour's name less than its hue does, so lightness counts half as much. */
const lightnessWeight = 0.5;

/** sRGB to linear light, as one power: within 0.01 of the two-piece definition, and references go the same way. */
const gamma = 2.2;

/**
 * Oklab, in which equal distances look about equally different (B. Ottosson, *A perceptual color space for image
 * processing*, 2020, https://bottosson.github.io/posts/oklab/): linear sRGB to cone responses, their cube roots,
 * and from these lightness, green-red and blue-yellow.
 */
const linearToCones = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
] as const;
const rootsToOklab = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
] as const;

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const dot = (a: Triple, b: Triple): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const times = (matrix: Matrix, vector: Triple): Triple => [
  dot(matrix[0], vector),
  dot(matrix[1], vector),
  dot(matrix[2], vector),
];
const scale = ([a, b, c]: Triple, factor: number): Triple => [a * factor, b * factor, c * factor];
const raise = ([a, b, c]: Triple, power: number): Triple => [a ** power, b ** power, c ** power];

/** The space that distances are measured in. */
const rootsToSpace: Matrix = [scale(rootsToOklab[0], lightnessWeight), rootsToOklab[1], rootsToOklab[2]];

/** Powers differ in the last bits from one JavaScript engine and machine to another; the graph must not. */
const rounded = (x: number): number => Math.round(x * 1e9) / 1e9;

const channel = (hex: string, at: number): number => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
const place = (hex: string): Triple => {
  const srgb: Triple = [channel(hex, 1), channel(hex, 3), channel(hex, 5)];
  const [light, greenRed, blueYellow] = times(
    rootsToSpace,
    raise(times(linearToCones, raise(srgb, gamma)), 1 / 3),
  );
  return [rounded(light), rounded(greenRed), rounded(blueYellow)];
};

/** A share of e^-80 is nothing; below it float32 loses its speed (subnormal numbers), and soon is zero. */
const farthest = -80;

/**
 * The graph. For a pixel x and a reference r, `-s |x - r|²  =  2s r·x - s|r|² - s x·x` is a 1×1 convolution over x
 * and its squares. Its softmax over all references, summed per term, is the pixel's share of that term; the mean
 * over all pixels is the picture's. The softmax is written out: no maximum need be taken off first, since squared
 * distances cannot overflow, and ONNX Runtime's `Softmax` over channels takes 25 times as long (4 ms, measured). The
 * L1 norm of shares, which are positive, is their sum.
 */
export const buildBasicColours = (): Uint8Array => {
  const all = terms.flatMap((term, index) => references[term].map((hex) => ({ index, at: place(hex) })));
  const constants: readonly Constant[] = [
    { name: 'gamma', shape: [], values: [gamma] },
    { name: 'third', shape: [], values: [1 / 3] },
    { name: 'to_cones', shape: [3, 3, 1, 1], values: linearToCones.flat() },
    { name: 'to_space', shape: [3, 3, 1, 1], values: rootsToSpace.flat() },
    { name: 'farthest', shape: [], values: [farthest] },
    {
      name: 'to_references',
      shape: [all.length, 6, 1, 1],
      values: all.flatMap(({ at }) => [...scale(at, 2 * sharpness), -sharpness, -sharpness, -sharpness]),
    },
    {
      name: 'reference_norms',
      shape: [all.length],
      values: all.map(({ at }) => -sharpness * dot(at, at)),
    },
    {
      name: 'to_terms',
      shape: [terms.length, all.length, 1, 1],
      values: terms.flatMap((_, term) => all.map(({ index }) => (index === term ? 1 : 0))),
    },
  ];
  const operations: readonly Operation[] = [
    { type: 'Pow', inputs: ['pixels', 'gamma'], outputs: ['linear'] },
    { type: 'Conv', inputs: ['linear', 'to_cones'], outputs: ['cones'] },
    { type: 'Pow', inputs: ['cones', 'third'], outputs: ['roots'] },
    { type: 'Conv', inputs: ['roots', 'to_space'], outputs: ['place'] },
    { type: 'Mul', inputs: ['place', 'place'], outputs: ['squares'] },
    { type: 'Concat', inputs: ['place', 'squares'], outputs: ['both'], attributes: { axis: 1 } },
    { type: 'Conv', inputs: ['both', 'to_references', 'reference_norms'], outputs: ['closeness'] },
    { type: 'Clip', inputs: ['closeness', 'farthest'], outputs: ['clipped'] },
    { type: 'Exp', inputs: ['clipped'], outputs: ['powers'] },
    { type: 'Conv', inputs: ['powers', 'to_terms'], outputs: ['term_powers'] },
    { type: 'ReduceL1', inputs: ['term_powers'], outputs: ['total'], attributes: { axes: [1], keepdims: 1 } },
    { type: 'Div', inputs: ['term_powers', 'total'], outputs: ['terms'] },
    { type: 'GlobalAveragePool', inputs: ['terms'], outputs: ['pooled'] },
    { type: 'Flatten', inputs: ['pooled'], outputs: ['probabilities'], attributes: { axis: 1 } },
  ];
  return writeOnnx({
    name: 'basic-colours',
    description: 'The share of each basic colour term (Berlin and Kay, 1969) in a picture.',
    inputs: [{ name: 'pixels', shape: ['batch', 3, 'height', 'width'] }],
    outputs: [{ name: 'probabilities', shape: ['batch', terms.length] }],
    constants,
    operations,
  });
};

/** `config.json`: the classes, and that the graph answers probabilities. */
export const basicColoursConfig = (): string =>
  `${JSON.stringify(
    {
      architectures: ['BasicColours'],
      id2label: Object.fromEntries(terms.map((term, index) => [index, term])),
      output: 'probabilities',
    },
    null,
    2,
  )}\n`;

if (import.meta.main) {
  const folder = new URL('basic-colours/', import.meta.url);
  await writeFile(new URL('model.onnx', folder), buildBasicColours());
  await writeFile(new URL('config.json', folder), basicColoursConfig());
}
