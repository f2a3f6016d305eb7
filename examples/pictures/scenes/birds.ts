import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, many, round, svg } from '../svg.ts';

const { between, pick } = chance(71);

const flamingo: Scene = {
  file: 'flamingo.webp',
  width: 260,
  height: 380,
  expected: ['pink', 'blue'],
  storage: { format: 'webp', quality: 76 },
  grain: 0.14,
  drawing: svg`
    <defs>
    ${fade('dawn', '#ffb3cf', '#ffc6da')}${round('down', '#ff9cc2', '#ff86b2', '#f76c9f')}${fade('lake', '#3f8ff0', '#2467d0')}
    </defs>
    <rect width="260" height="290" fill="url(#dawn)"/><circle cx="196" cy="74" r="36" fill="#fff0d8"/>
    <path d="M0 280q60 -24 120 -6t140 -8v28h-260z" fill="#e889b0" filter="url(#paper)"/>
    <rect y="278" width="260" height="102" fill="url(#lake)" filter="url(#water)"/>
    <g fill="none" stroke="#fff" stroke-width="2" opacity=".8"><ellipse cx="138" cy="340" rx="34" ry="7"/>
    <ellipse cx="138" cy="340" rx="60" ry="13" opacity=".6"/></g>
    <g fill="none" stroke="#f0709f" stroke-width="5.5" stroke-linecap="round" stroke-linejoin="round">
    <path d="M138 206v134"/><path d="M156 208l34 42l-46 26"/></g><circle cx="138" cy="272" r="5" fill="#e0608f"/>
    <path d="M112 176C60 150 54 112 88 94C112 82 116 58 96 46" fill="none" stroke="#ff86b2" stroke-width="17" stroke-linecap="round"/>
    <circle cx="90" cy="48" r="17" fill="#ff86b2"/>
    <path d="M80 40c-16 2 -26 12 -24 30q6 8 12 -4q4 -8 14 -8z" fill="#ffe9d8"/>
    <path d="M57 62c-2 14 6 18 12 4l-3 -2z" fill="#1d1a1c"/>
    <circle cx="88" cy="44" r="4" fill="#fff4b8"/><circle cx="88" cy="44" r="2" fill="#111"/>
    <g filter="url(#paper)">
    <path d="M98 162c12 -34 72 -44 108 -14l30 22l-28 6c-20 44 -96 46 -110 4z" fill="url(#down)"/></g>
    <g filter="url(#paper)">
    <path d="M124 166q36 -34 84 -10l34 24l-30 0l14 12l-28 -4l6 12q-56 16 -80 -34z" fill="#f2689c"/></g>
    <g stroke="#ffc0d8" stroke-width="2" fill="none"><path d="M142 168q30 -14 60 4m-52 8q22 -8 42 4m-32 8q14 -4 26 2"/>
    </g>`,
};

const tile = (index: number): string =>
  svg`<rect x="${(index % 6) * 54 - 2}" y="${Math.floor(index / 6) * 48 - 4}" width="51" height="45" rx="3" fill="${pick('#4c97ee', '#569ff2', '#4790e8')}"/>`;

const bubble = (): string => {
  const x = between(-5, 325);
  return svg`<circle cx="${x}" cy="${222 + between(-10, 14)}" r="${between(6, 15)}" fill="url(#bubble)" stroke="#e8f2ff" stroke-width="1"/>`;
};

const rubberDuck: Scene = {
  file: 'rubber-duck.webp',
  width: 320,
  height: 280,
  expected: ['blue', 'yellow'],
  storage: { format: 'webp', quality: 76 },
  grain: 0.12,
  drawing: svg`
    <defs>
    ${round('rubber', '#fff07a', '#ffde1e', '#f7c80e')}${round('bubble', '#ffffff', '#d9eafd', '#a9cdf8')}${fade('bath', '#2f7be0', '#1b58bc')}
    </defs>
    <rect width="320" height="280" fill="#e8f1fb"/>${many(30, tile)}
    <path d="M60 156c24 14 84 4 120 -14c30 -14 62 -10 84 -34c16 -16 26 -14 28 2c6 48 2 140 -92 154c-84 10 -152 -12 -158 -64c-2 -24 4 -44 18 -44z" fill="url(#rubber)" filter="url(#paper)"/>
    <circle cx="112" cy="106" r="66" fill="url(#rubber)" filter="url(#paper)"/>
    <path d="M128 190c28 -34 76 -22 116 -34c-2 46 -30 66 -62 66c-30 0 -54 -10 -54 -32z" fill="#f7c80e" filter="url(#paper)"/>
    <path d="M150 200q40 10 74 -26m-60 38q34 2 56 -20" stroke="#dba600" stroke-width="2.5" fill="none" stroke-linecap="round"/>
    <path d="M20 112q26 -22 52 -10q10 12 0 24q-12 10 -28 2q-8 -8 -24 -16z" fill="#fb8a12" filter="url(#paper)"/>
    <path d="M30 113q22 -4 44 2" stroke="#c85f04" stroke-width="2.5" fill="none"/>
    <ellipse cx="98" cy="80" rx="10" ry="13" fill="#15161a"/><circle cx="94" cy="74" r="4" fill="#fff"/>
    <ellipse cx="132" cy="56" rx="18" ry="9" fill="#fff" opacity=".5" transform="rotate(28 132 56)"/>
    <g filter="url(#water)"><path d="M0 226q20 -10 40 0t40 0t40 0t40 0t40 0t40 0t40 0t40 0v60h-320z" fill="url(#bath)"/>
    </g>
    ${many(34, bubble)}`,
};

/** Birds, one of them rubber: pink, yellow, blue. */
export const birds: readonly Scene[] = [flamingo, rubberDuck];
