import type { Scene } from '../scene.ts';
import { fade, halo, many, round, svg } from '../svg.ts';

const lamp = (y: number, id: string): string =>
  svg`<circle cx="100" cy="${y}" r="31" fill="#000"/><circle cx="100" cy="${y}" r="26" fill="url(#${id})"/>
    <path d="M68 ${y - 6}a33 33 0 0 1 64 0l-6 -2a27 27 0 0 0 -52 0z" fill="#0a0a0b"/>`;

const house = (x: number, top: number, wide: number, fill: string): string => {
  const columns = Math.floor(wide / 18);
  return svg`<path d="M${x} ${top}h${wide}v340h${-wide}z" fill="${fill}"/>${many(columns * 10, (i) => svg`<rect x="${x + 7 + (i % columns) * 17}" y="${top + 12 + Math.floor(i / columns) * 24}" width="9" height="13" fill="${(i * 7) % 5 ? '#636669' : '#a9acb0'}"/>`)}`;
};

const trafficLight: Scene = {
  file: 'traffic-light.png',
  width: 200,
  height: 320,
  expected: ['grey', 'black'],
  storage: { format: 'png' },
  grain: 0,
  drawing: svg`
    <defs>
    ${fade('sky', '#8c8f93', '#a6a8ab')}${round('stop', '#ff8070', '#f5231c', '#c80f0c')}${round('wait', '#ffe27a', '#ffb914', '#e09000')}${round('go', '#7cf08a', '#1fbe4a', '#0e8a34')}${halo('glow', '#ff3a2a', 0.55)}
    </defs>
    <rect width="200" height="320" fill="url(#sky)"/>
    <g fill="#b0b2b5"><path d="M10 40q4 -16 20 -10q12 -14 26 0q16 -2 18 10z"/>
    <path d="M148 24q4 -14 16 -8q12 -10 22 0q12 0 12 8z"/></g>
    ${house(-8, 120, 54, '#7a7d80')}${house(46, 170, 40, '#86898c')}${house(118, 150, 38, '#828588')}${house(156, 96, 56, '#75787b')}
    <path d="M92 256h16v64h-16z" fill="#1b1c1e"/>
    <rect x="52" y="24" width="96" height="236" rx="20" fill="#161719"/>
    <rect x="58" y="30" width="84" height="224" rx="15" fill="none" stroke="#2e3033" stroke-width="2"/>
    ${lamp(72, 'stop')}${lamp(142, 'wait')}${lamp(212, 'go')}
    <circle cx="100" cy="72" r="60" fill="url(#glow)"/>
    <g fill="#fff" opacity=".55"><ellipse cx="91" cy="62" rx="8" ry="5"/><ellipse cx="91" cy="132" rx="8" ry="5"/>
    <ellipse cx="91" cy="202" rx="8" ry="5"/></g>`,
};

/** Six pictures within pictures: the seventh would be smaller than a pixel is worth. */
const NESTING = 6;

/** A red room with an easel, on which stands a picture of a red room with an easel. */
const room = (level: number): string => svg`
  <rect width="320" height="320" fill="#cc211d"/>
  <g fill="#b51814">
    ${many(56, (i) => svg`<path d="M${(i % 8) * 40 + (Math.floor(i / 8) % 2) * 20} ${Math.floor(i / 8) * 36 - 8}l9 14l-9 14l-9 -14z"/>`)}
    </g>
  <path d="M0 258h320v62h-320z" fill="#7c4a20"/>
  <path d="M0 276h320m-320 22h320M60 258v18M200 258v18M120 276v22M270 276v22M40 298v22M190 298v22" stroke="#5d3412" stroke-width="2"/>
  <path d="M0 251h320v8h-320z" fill="#f2e4c8"/>
  <path d="M172 10l-84 304h12l80 -290l76 290h12l-84 -304z" fill="#8a5526"/>
  <path d="M170 20h12v290h-12z" fill="#6f421b"/>
  <g transform="translate(80 28) rotate(-5 95 95)">
    <rect x="-10" y="-10" width="210" height="210" fill="#8a5a10"/>
    <rect x="-8" y="-8" width="206" height="206" fill="#f0c02c"/>
    <rect x="-3" y="-3" width="196" height="196" fill="#a06c12"/>
    <g transform="scale(.59375)"><g clip-path="url(#edge)">${level > 0 ? room(level - 1) : ''}</g></g>
  </g>
  <path d="M74 226h196v10h-196z" fill="#9a622e"/>
  <g fill="#141216"><path d="M36 306c-14 -40 -2 -66 18 -70c22 4 32 32 22 70z"/>
  <path d="M36 204l5 22a18 17 0 1 0 28 0l5 -22l-13 9q-6 -2 -12 0z"/>
  <path d="M74 304q26 0 22 -26q-2 -8 4 -10q12 28 -12 42z"/></g>
  <g transform="translate(268 262)"><path d="M-18 0h40l-5 40h-30z" fill="#3566b8"/>
  <path d="M-18 0h40l-1 8h-38z" fill="#4a80d8"/>
  <path d="M0 2c-30 -20 -34 -50 -26 -62c14 12 24 36 26 62zm2 0c-8 -40 2 -66 12 -78c10 22 4 54 -12 78zm2 0c8 -26 22 -40 38 -44c0 22 -16 40 -38 44z" fill="#3a9a34"/>
  </g>`;

const droste: Scene = {
  file: 'droste.png',
  width: 320,
  height: 320,
  expected: ['red', 'brown'],
  storage: { format: 'png', palette: 128 },
  grain: 0,
  drawing: svg`<defs><clipPath id="edge"><path d="M0 0h320v320h-320z"/></clipPath></defs>${room(NESTING)}`,
};

/** In town, and in a painter's room: grey, black, red. */
export const town: readonly Scene[] = [trafficLight, droste];
