import type { Colour } from '../../examples/pictures/scene.ts';

/** A few sRGB references per basic colour term, chosen for this test alone; the classifier has its own. */
const references: Readonly<Record<Colour, readonly number[]>> = {
  black: [0x000000, 0x1a1a1a],
  white: [0xffffff, 0xececec],
  grey: [0x606060, 0x808080, 0xa8a8a8],
  red: [0xe02020, 0xa01010],
  green: [0x2e8b2e, 0x5cc443, 0x205020],
  blue: [0x2060d0, 0x5aa0f0, 0x103080],
  yellow: [0xffe020, 0xfff080],
  orange: [0xff8a10, 0xffb040],
  brown: [0x7a4a20, 0x553010, 0xa06a30],
  pink: [0xffa0c0, 0xf070a0, 0xffc8d8],
  purple: [0x7a30b0, 0xa060d0, 0x501880],
};

/** The eleven terms. */
export const colours = Object.keys(references) as readonly Colour[];

const table = colours.flatMap((colour) => references[colour].map((rgb) => ({ colour, rgb })));

const squaredDistance = (rgb: number, red: number, green: number, blue: number): number =>
  ((rgb >> 16) - red) ** 2 + (((rgb >> 8) & 255) - green) ** 2 + ((rgb & 255) - blue) ** 2;

/** Share of the pixels (8-bit RGB, three bytes each) nearest to each term, 0 to 1. */
export const colourShares = (pixels: Uint8Array): ReadonlyMap<Colour, number> => {
  const shares = new Map<Colour, number>(colours.map((colour) => [colour, 0]));
  const count = pixels.length / 3;
  for (let i = 0; i < pixels.length; i += 3) {
    let nearest: Colour = 'black';
    let least = Number.POSITIVE_INFINITY;
    for (const { colour, rgb } of table) {
      const distance = squaredDistance(rgb, pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0);
      if (distance < least) [nearest, least] = [colour, distance];
    }
    shares.set(nearest, (shares.get(nearest) ?? 0) + 1 / count);
  }
  return shares;
};
