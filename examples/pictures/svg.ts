/** What may stand in a drawing's placeholders. */
type Piece = string | number | readonly string[];

const DECIMALS = 2;

const write = (piece: Piece): string => {
  if (typeof piece === 'number') return String(Number(piece.toFixed(DECIMALS)));
  return typeof piece === 'string' ? piece : piece.join('');
};

/** SVG as a template: numbers are written with at most two decimals, lists of elements are joined. */
export const svg = (text: TemplateStringsArray, ...pieces: readonly Piece[]): string =>
  String.raw({ raw: text }, ...pieces.map(write));

/** `count` elements, each drawn from its index. */
export const many = (count: number, draw: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => draw(index)).join('');

const stops = (colours: readonly string[]): string =>
  many(
    colours.length,
    (i) => svg`<stop offset="${i / (colours.length - 1)}" stop-color="${colours[i] ?? ''}"/>`,
  );

/** A gradient from top to bottom, `colours` evenly spaced; used as `fill="url(#id)"`. */
export const fade = (id: string, ...colours: readonly string[]): string =>
  svg`<linearGradient id="${id}" x2="0" y2="1">${stops(colours)}</linearGradient>`;

/** A gradient that makes a disc look round: `colours` from the lit spot, upper left, to the far edge. */
export const round = (id: string, ...colours: readonly string[]): string =>
  svg`<radialGradient id="${id}" cx=".42" cy=".38" r=".68" fx=".34" fy=".28">${stops(colours)}</radialGradient>`;

/** A gradient from the centre outwards that ends transparent: halos, glows, blushes. */
export const halo = (id: string, colour: string, opacity = 1): string =>
  svg`<radialGradient id="${id}"><stop offset="0" stop-color="${colour}" stop-opacity="${opacity}"/><stop offset="1" stop-color="${colour}" stop-opacity="0"/></radialGradient>`;
