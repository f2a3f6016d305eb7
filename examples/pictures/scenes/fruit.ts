import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { many, round, svg } from '../svg.ts';

const { between } = chance(41);

const SEGMENTS = 10;

const segment = (index: number): string =>
  svg`<path transform="rotate(${(index * 360) / SEGMENTS})" d="M0 -6L${-14} -48q14 -12 28 0z" fill="#ffe04a" stroke="#fff6c8" stroke-width="2" stroke-linejoin="round"/>`;

const lemon: Scene = {
  file: 'lemon.jpg',
  width: 320,
  height: 240,
  expected: ['white', 'yellow'],
  storage: { format: 'jpeg', quality: 76 },
  grain: 0.06,
  drawing: svg`
    <defs>${round('rind', '#fff06a', '#ffe021', '#f6cc12')}</defs>
    <rect width="320" height="240" fill="#fdfcf8"/>
    <g fill="none" stroke="#eef0f4" stroke-width="3">
    ${many(11, (i) => svg`<path d="M0 ${i * 24}h320M${i * 32} 0v240"/>`)}</g>
    <ellipse cx="136" cy="168" rx="94" ry="22" fill="#a8a48c" opacity=".5" filter="url(#soft)"/>
    <ellipse cx="238" cy="208" rx="58" ry="12" fill="#a8a48c" opacity=".5" filter="url(#soft)"/>
    <path d="M32 112c2 -12 16 -16 24 -24c40 -44 116 -38 142 8c6 10 18 12 18 24s-14 14 -22 26c-30 40 -102 42 -138 2c-8 -12 -26 -20 -24 -36z" fill="url(#rind)" filter="url(#peel)"/>
    <path d="M50 92c-10 -30 -2 -54 34 -66c16 26 4 56 -34 66z" fill="#3c9a34" filter="url(#paper)"/>
    <path d="M52 90q18 -26 28 -56" stroke="#2a7426" stroke-width="1.5" fill="none"/>
    <g transform="translate(238 158)"><circle r="56" fill="#f9d516" filter="url(#peel)"/><circle r="51" fill="#fffbe6"/>
    ${many(SEGMENTS, segment)}
      <g fill="#f3e2a6"><ellipse cx="6" cy="-24" rx="2.5" ry="5"/>
      <ellipse cx="-20" cy="14" rx="2.5" ry="5" transform="rotate(50 -20 14)"/></g></g>`,
};

const pip = (index: number): string => {
  const row = Math.floor(index / 5);
  const x = 110 + ((index % 5) - 2 + (row % 2) / 2) * 36 * (1 - row * 0.09);
  const y = 88 + row * 30 + ((index * 7) % 3) * 3;
  return svg`<g transform="translate(${x} ${y})"><ellipse rx="4.5" ry="6.5" cy="1.5" fill="#8d0d14"/>
    <ellipse rx="3.3" ry="5" fill="#ffd75a"/></g>`;
};

const strawberry: Scene = {
  file: 'strawberry.png',
  width: 210,
  height: 236,
  expected: ['red', 'white'],
  storage: { format: 'png', alpha: true },
  grain: 0,
  drawing: svg`
    <defs>${round('flesh', '#f8433a', '#dd1c22', '#c01019')}<clipPath id="outline">
    <path d="M110 52c40 -22 96 0 98 52c0 72 -52 122 -98 130c-46 -8 -98 -58 -98 -130c2 -52 58 -74 98 -52z"/></clipPath>
    </defs>
    <g transform="translate(-5 -1)"><g clip-path="url(#outline)"><rect width="220" height="240" fill="url(#flesh)"/>
    ${many(25, pip)}<ellipse cx="58" cy="92" rx="16" ry="28" fill="#fff" opacity=".35" transform="rotate(28 58 92)"/>
    </g>
    <g fill="#3a9a30" stroke="#277322" stroke-width="2" stroke-linejoin="round">
      <path d="M110 50c-30 -18 -62 -10 -84 14c26 4 46 10 60 2c0 14 6 24 16 34c4 -12 6 -20 8 -32c4 12 8 22 18 34c8 -12 10 -22 10 -36c14 8 34 2 58 -2c-22 -26 -54 -32 -86 -14z"/>
      <path d="M106 52q2 -26 -14 -40l14 -6q16 20 14 46z" fill="#58b243"/>
    </g></g>`,
};

const BUNCH = [5, 6, 5, 4, 3, 2, 1] as const;

const grape = (row: number, index: number): string => {
  const x = 120 + (index - ((BUNCH[row] ?? 1) - 1) / 2) * 36 + between(-3, 3);
  const y = 82 + row * 28 + between(-3, 3);
  return svg`<circle cx="${x}" cy="${y}" r="21.5" fill="url(#skin)"/>
    <circle cx="${x - 7}" cy="${y - 8}" r="3.5" fill="#f0dcff" opacity=".8"/>`;
};

const grapes: Scene = {
  file: 'grapes.png',
  width: 240,
  height: 300,
  expected: ['white', 'purple'],
  storage: { format: 'png', palette: 96 },
  grain: 0,
  drawing: svg`
    <defs>${round('skin', '#a45fd6', '#7a2fb4', '#551a88')}</defs>
    <rect width="240" height="300" fill="#fbfaf6"/>
    <path d="M116 64q-4 -30 14 -50l12 6q-14 20 -10 46z" fill="#7a5128"/>
    <path d="M128 50q12 -34 44 -34l2 10q22 -4 40 8q-12 8 -12 18q14 8 16 24q-20 4 -32 -2q-8 10 -24 8q-8 -20 -34 -32z" fill="#4aa23a" filter="url(#paper)"/>
    <path d="M130 52q36 -6 62 8m-40 -10q14 -12 24 -22" stroke="#2f7a28" stroke-width="2" fill="none"/>
    <path d="M112 54c-30 -26 -50 8 -30 16c18 4 20 -22 2 -22" stroke="#5d9a3c" stroke-width="3" fill="none"/>
    ${many(BUNCH.length, (row) => many(BUNCH[row] ?? 0, (index) => grape(row, index)))}`,
};

/** Fruit: yellow, red, purple on white. */
export const fruit: readonly Scene[] = [lemon, strawberry, grapes];
