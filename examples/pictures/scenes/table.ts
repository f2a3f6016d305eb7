import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, many, round, svg } from '../svg.ts';

const { between } = chance(83);

/** Squares per side of the corner of the board that is seen; a1, lower left, is dark. */
const SEEN = 5;
const SQUARE = 54;
const RIM = 18;

const square = (index: number): string => {
  const column = index % SEEN;
  const row = Math.floor(index / SEEN);
  const light = (row + column) % 2 === 1;
  return svg`<rect x="${RIM + column * SQUARE}" y="${row * SQUARE - 8}" width="${SQUARE}" height="${SQUARE}" fill="${light ? '#fbf9f4' : '#1a181a'}"/>`;
};

const PAWN = 'M-9 12h18v-4q-6 -6 -5.5 -12h2.5v-3h-3.5a5.5 5.5 0 1 0 -5 0h-3.5v3h2.5q.5 6 -5.5 12z';
const ROOK = 'M-9 12h18v-4l-4 -3v-9l4 -3v-6h-4v3h-3v-3h-4v3h-3v-3h-4v6l4 3v9l-4 3z';
const KNIGHT = 'M-9 12h18q2 -20 -8 -24l-3 -3l-1 4q-7 4 -8 12l4 2l6 -3q0 6 -8 12z';
const KING =
  'M-9 12h18v-4l-3 -3q8 -10 0 -13q-3 0 -5 3v-4h3v-2h-3v-3h-2v3h-3v2h3v4q-2 -3 -5 -3q-8 3 0 13l-3 3z';

const piece = (outline: string, column: number, row: number, white: boolean): string =>
  svg`<path transform="translate(${RIM + (column + 0.5) * SQUARE} ${(row + 0.5) * SQUARE - 6}) scale(1.75)" d="${outline}" fill="${white ? '#fffefa' : '#0c0b0c'}" stroke="${white ? '#1a181a' : '#f7f5f0'}" stroke-width="1.2"/>`;

const chessBoard: Scene = {
  file: 'chess-board.png',
  width: 280,
  height: 280,
  expected: ['black', 'white'],
  storage: { format: 'png', palette: 16 },
  grain: 0,
  drawing: svg`
    <rect width="280" height="280" fill="#121012"/>
    <g id="squares">${many(SEEN ** 2, square)}</g><use href="#squares" filter="url(#bark)" opacity=".5"/>
    <path d="M14 0v266h266" fill="none" stroke="#e8c66a" stroke-width="2"/>
    ${piece(KING, 4, 0, false)}${piece(PAWN, 1, 0, false)}${piece(PAWN, 2, 1, false)}${piece(KNIGHT, 3, 2, false)}
    ${piece(PAWN, 0, 3, true)}${piece(PAWN, 1, 3, true)}${piece(KNIGHT, 2, 3, true)}
    ${piece(ROOK, 0, 4, true)}${piece(KING, 3, 4, true)}`,
};

const chunk = (index: number): string => {
  const x = 12 + (index % 5) * 56;
  const y = 12 + Math.floor(index / 5) * 60;
  return svg`<g transform="translate(${x} ${y})"><rect width="54" height="58" fill="#5a3213"/>
    <path d="M0 0h54l-8 8h-38v42l-8 8z" fill="#a06a36"/><path d="M54 58h-54l8 -8h38v-42l8 -8z" fill="#4c2a0f"/>
    <rect x="8" y="8" width="38" height="42" fill="url(#cocoa)"/>
    <path d="M19 37q8 -18 16 0q-8 8 -16 0z" fill="#6a3d18" opacity=".7"/></g>`;
};

const chocolate: Scene = {
  file: 'chocolate.webp',
  width: 300,
  height: 200,
  expected: ['brown'],
  storage: { format: 'webp', quality: 78 },
  grain: 0.14,
  drawing: svg`
    <defs>${fade('cocoa', '#8a5526', '#774619')}${fade('foil', '#e02a2e', '#b8141c')}</defs>
    <rect width="300" height="200" fill="#f3e3c3" filter="url(#bark)"/>
    <g transform="rotate(-5 150 100)"><g filter="url(#paper)">${many(15, chunk)}</g>
      <path d="M238 -30h120v290h-110l-14 -20l10 -22l-12 -24l12 -26l-10 -24l12 -28l-12 -26l10 -30l-12 -28z" fill="url(#foil)" filter="url(#paper)"/>
      <g stroke="#ffd24a" stroke-width="3" fill="none"><path d="M276 -30v290m8 -290v290"/></g></g>
    <g fill="#5f3715" filter="url(#paper)">
    ${many(7, () => svg`<circle cx="${between(4, 60)}" cy="${between(186, 198)}" r="${between(1.5, 4)}"/>`)}</g>`,
};

const petal = (turn: number, length: number, fill: string): string =>
  svg`<path transform="rotate(${turn})" d="M0 -40q-24 ${-length * 0.5} 0 ${-length}q24 ${length * 0.5} 0 ${length}z" fill="${fill}" stroke="#e0a400" stroke-width="1"/>`;

/** Seeds stand at the golden angle, the n-th at a distance of √n (Vogel, *Mathematical Biosciences* 44, 1979). */
const seed = (index: number): string => {
  const angle = index * Math.PI * (3 - Math.sqrt(5));
  const distance = 3.05 * Math.sqrt(index);
  return svg`<circle cx="${Math.cos(angle) * distance}" cy="${Math.sin(angle) * distance}" r="2.3" fill="${index < 60 ? '#8a5a24' : '#3a2210'}"/>`;
};

const sunflower: Scene = {
  file: 'sunflower.webp',
  width: 300,
  height: 300,
  expected: ['yellow', 'blue'],
  storage: { format: 'webp', quality: 74 },
  grain: 0.12,
  drawing: svg`
    <defs>${fade('sky', '#2a78e4', '#62a9f6')}${round('disc', '#7a4c20', '#5e3814', '#45280e')}</defs>
    <rect width="300" height="300" fill="url(#sky)"/>
    <path d="M146 150q10 80 2 160h14q6 -80 -4 -160z" fill="#3b8f2f" filter="url(#paper)"/>
    <path d="M154 282c20 -40 60 -46 92 -34c-14 30 -56 46 -92 34z" fill="#4aa23a" filter="url(#paper)"/>
    <path d="M150 298c-18 -32 -54 -36 -84 -22c18 24 52 34 84 22z" fill="#43993a" filter="url(#paper)"/>
    <g transform="translate(150 144) scale(1.12)">
      <g filter="url(#paper)">${many(18, (i) => petal(i * 20 + 10, 98, '#ffcf16'))}</g>
      <g filter="url(#paper)">${many(18, (i) => petal(i * 20, 88, '#ffdd22'))}</g>
      <circle r="54" fill="url(#disc)" filter="url(#paper)"/>${many(270, (i) => seed(i + 1))}
    </g>
    <g transform="translate(274 30) rotate(20)">
    <ellipse cx="-3" cy="-9" rx="6" ry="10" fill="#fff" opacity=".85" transform="rotate(-24)"/>
    <ellipse cx="5" cy="-9" rx="6" ry="10" fill="#fff" opacity=".85" transform="rotate(24)"/>
    <ellipse rx="13" ry="9" fill="#ffc814"/><path d="M-4 -8.5v17m6 -17v17" stroke="#1c1408" stroke-width="3.5"/>
    <circle cx="12" r="6" fill="#1c1408"/></g>`,
};

/** Things seen close up: black, white, brown, yellow. */
export const table: readonly Scene[] = [chessBoard, chocolate, sunflower];
