import { svg } from './svg.ts';

/** `source` plus grey noise of mean zero, kept inside the source's outline; `strength` 1 is ±0.5 at the very most. */
const addNoise = (source: string, from: string, strength: number): string => svg`
  <feColorMatrix in="${from}" values="1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 0 0 0 0 1" result="grey"/>
  <feComposite in="${source}" in2="grey" operator="arithmetic" k2="1" k3="${strength}" k4="${-strength / 2}"/>
  <feComposite operator="in" in2="${source}" result="textured"/>`;

const noise = (name: string, frequency: string, octaves: number): string =>
  svg`<feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="${octaves}" seed="7" result="${name}"/>`;

/** `margin` is the room around the element, as a share of its size, for shadows, tufts and blurs; noise costs by area. */
const filter = (id: string, margin: number, steps: string): string =>
  svg`<filter id="${id}" x="${-margin}" y="${-margin}" width="${1 + 2 * margin}" height="${1 + 2 * margin}" color-interpolation-filters="sRGB">${steps}</filter>`;

const displace = (by: string, pixels: number): string =>
  svg`<feDisplacementMap in="SourceGraphic" in2="${by}" scale="${pixels}" xChannelSelector="R" yChannelSelector="G" result="shape"/>`;

/**
 * Filters for `filter="url(#…)"`: `paper` (scissor-cut edges, fibres, a soft shadow), `fur` (tufted edges, strands),
 * `peel` (pitted and lit from the upper left), `water` (flat ripples), `bark` (upright streaks),
 * `soft` and `mist` (small and large blur).
 */
export const textures: string = [
  filter(
    'paper',
    0.12,
    svg`${noise('waver', '.035', 2)}${displace('waver', 5)}${noise('fibre', '.5', 3)}${addNoise('shape', 'fibre', 0.22)}
      <feDropShadow in="textured" dx="1" dy="2" stdDeviation="1.6" flood-color="#000" flood-opacity=".35"/>`,
  ),
  filter(
    'fur',
    0.12,
    svg`${noise('tufts', '.16', 2)}${displace('tufts', 11)}${noise('strands', '.28 .07', 3)}${addNoise('shape', 'strands', 0.4)}`,
  ),
  filter(
    'peel',
    0,
    svg`${noise('pits', '.2', 2)}
      <feDiffuseLighting in="pits" surfaceScale="0.8" diffuseConstant="1.13" lighting-color="#fff"><feDistantLight azimuth="225" elevation="62"/></feDiffuseLighting>
      <feComposite in="SourceGraphic" operator="arithmetic" k1="1"/>
      <feComposite operator="in" in2="SourceGraphic"/>`,
  ),
  filter('water', 0, svg`${noise('ripples', '.012 .11', 3)}${addNoise('SourceGraphic', 'ripples', 0.5)}`),
  filter('bark', 0, svg`${noise('streaks', '.14 .012', 3)}${addNoise('SourceGraphic', 'streaks', 0.4)}`),
  filter('soft', 0.5, svg`<feGaussianBlur stdDeviation="3"/>`),
  filter('mist', 1, svg`<feGaussianBlur stdDeviation="12"/>`),
].join('');

/** The filter `grain`, laid over a whole picture; `strength` 0 to 1. */
export const grain = (strength: number): string =>
  filter('grain', 0, svg`${noise('specks', '.8', 2)}${addNoise('SourceGraphic', 'specks', strength * 0.4)}`);
