import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, many, round, svg } from '../svg.ts';

const { between, pick } = chance(67);

const trunk = (x: number): string =>
  svg`<path d="M${x} -10h${between(14, 26)}l4 340h-34z" fill="${pick('#1f5a24', '#256a2a', '#2c7a2f')}"/>`;

const brownBear: Scene = {
  file: 'brown-bear.jpg',
  width: 320,
  height: 320,
  expected: ['brown', 'green'],
  storage: { format: 'jpeg', quality: 68 },
  grain: 0.12,
  drawing: svg`
    <defs>${round('coat', '#94602e', '#80501f', '#6e4319')}${round('snout', '#b07a3e', '#a06a30', '#8a5826')}</defs>
    <rect width="320" height="320" fill="#3a9a3a"/>
    <g filter="url(#bark)">${many(9, (i) => trunk(i * 38 - 8))}</g>
    <path d="M0 250q160 -34 320 0v70h-320z" fill="#3f9f38" filter="url(#paper)"/>
    <g fill="url(#coat)" filter="url(#fur)"><ellipse cx="160" cy="318" rx="142" ry="104"/></g>
    <g filter="url(#fur)"><circle cx="82" cy="72" r="36" fill="#744719"/>
    <circle cx="238" cy="72" r="36" fill="#744719"/><circle cx="82" cy="76" r="19" fill="#4c2c10"/>
    <circle cx="238" cy="76" r="19" fill="#4c2c10"/></g>
    <ellipse cx="160" cy="144" rx="110" ry="102" fill="url(#coat)" filter="url(#fur)"/>
    <ellipse cx="160" cy="188" rx="52" ry="43" fill="url(#snout)" filter="url(#fur)"/>
    <path d="M136 162q24 -12 48 0q-2 26 -24 28q-22 -2 -24 -28z" fill="#1c1210"/>
    <ellipse cx="152" cy="165" rx="7" ry="3.5" fill="#fff" opacity=".45"/>
    <path d="M160 190v14m-22 6q12 10 22 -6q10 16 22 6" stroke="#2a180c" stroke-width="4" fill="none" stroke-linecap="round"/>
    <g fill="#120c0a"><circle cx="116" cy="126" r="10"/><circle cx="204" cy="126" r="10"/></g>
    <g fill="#fff"><circle cx="113" cy="122" r="3"/><circle cx="201" cy="122" r="3"/></g>`,
};

/** The elephant's left ear; the right one is its mirror image. */
const ear = svg`<path d="M134 74c-40 -40 -118 -30 -122 30c-2 40 24 88 58 96c26 4 48 -22 62 -50z" fill="#7d8083"/>
  <path d="M122 92c-34 -28 -86 -20 -90 20c0 32 20 62 44 68c18 2 34 -16 46 -40z" fill="#94908f"/>`;

const elephant: Scene = {
  file: 'elephant.avif',
  width: 360,
  height: 280,
  expected: ['grey', 'yellow'],
  storage: { format: 'avif', quality: 52 },
  grain: 0.14,
  drawing: svg`
    <defs>${round('hide', '#9a9c9e', '#85888a', '#6d7072')}${fade('sky', '#ffe23c', '#ffd92a')}</defs>
    <rect width="360" height="280" fill="url(#sky)"/><circle cx="312" cy="48" r="28" fill="#fff6b0"/>
    <path d="M0 236q180 -22 360 0v50h-360z" fill="#e8bd22" filter="url(#paper)"/>
    <g filter="url(#paper)"><path d="M96 290q-4 -140 84 -140t84 140z" fill="#74777a"/></g>
    <g filter="url(#paper)">${ear}</g><g filter="url(#paper)" transform="matrix(-1 0 0 1 360 0)">${ear}</g>
    <g filter="url(#paper)">
      <path d="M180 34c52 0 74 40 70 84c-2 26 -20 44 -34 58c-6 30 -6 50 8 66c10 8 20 0 18 -12l20 -2c6 30 -24 48 -48 34c-30 -18 -34 -54 -50 -84c-30 -8 -52 -30 -54 -60c-4 -44 18 -84 70 -84z" fill="url(#hide)"/>
    </g>
    <g stroke="#5e6163" stroke-width="2.5" fill="none" stroke-linecap="round">
    <path d="M166 184q22 -6 44 -6m-38 22q20 -8 40 -6m-34 22q16 -8 34 -6m-26 22q12 -10 28 -10m-14 24q6 -10 18 -14"/>
    <path d="M156 62q24 -8 48 0m-40 12q16 -6 32 0"/></g>
    <g fill="#fffdf2" filter="url(#paper)"><path d="M132 164q-4 34 -34 42q28 6 50 -30z"/>
    <path d="M224 166q6 34 40 40q-30 10 -52 -26z"/></g>
    <g fill="#17181a"><ellipse cx="140" cy="112" rx="7" ry="9"/><ellipse cx="220" cy="112" rx="7" ry="9"/></g>
    <g fill="#fff"><circle cx="138" cy="108" r="2.5"/><circle cx="218" cy="108" r="2.5"/></g>
    <g stroke="#5e6163" stroke-width="2" fill="none"><path d="M128 98q12 -8 24 0m56 0q12 -8 24 0"/></g>
    <g transform="translate(176 18)">
    <path d="M-16 12q2 -20 20 -18q14 2 14 12q-2 12 -16 12t-18 -6l-14 6z" fill="#d8281f"/>
    <path d="M17 0l10 3l-10 4z" fill="#f59a1e"/><circle cx="10" cy="-1" r="2" fill="#111"/>
    <path d="M2 17v6m6 -6v6" stroke="#5a3a1a" stroke-width="1.8"/></g>`,
};

const lilyPad = (x: number, y: number, size: number, fill: string): string =>
  svg`
    <g transform="translate(${x} ${y}) scale(${size} ${size * 0.42})" filter="url(#paper)"><path d="M0 0L38 -32a50 50 0 1 0 12 28z" fill="${fill}"/></g>`;

const frogEye = (x: number): string =>
  svg`<circle cx="${x}" cy="62" r="24" fill="#43ad33"/><circle cx="${x}" cy="60" r="16" fill="#ffe14a"/>
    <ellipse cx="${x}" cy="60" rx="10" ry="6.5" fill="#111"/><circle cx="${x - 4}" cy="57" r="2.4" fill="#fff"/>`;

const frog: Scene = {
  file: 'frog.avif',
  width: 280,
  height: 220,
  expected: ['green', 'blue'],
  storage: { format: 'avif', quality: 52 },
  grain: 0.12,
  drawing: svg`
    <defs>${round('skin', '#5cc443', '#43ad33', '#2f9128')}</defs>
    <rect width="280" height="220" fill="#2468cc" filter="url(#water)"/>
    ${lilyPad(48, 42, 0.9, '#2f8f30')}${lilyPad(250, 70, 0.8, '#38993a')}${lilyPad(238, 20, 0.5, '#2f8f30')}
    <g filter="url(#paper)">
    <path d="M0 0c-8 -10 -6 -24 0 -32c6 8 8 22 0 32zm0 0c-16 -2 -22 -14 -24 -24c12 0 22 10 24 24zm0 0c16 -2 22 -14 24 -24c-12 0 -22 10 -24 24z" fill="#ffa8cc" transform="translate(36 44)"/>
    </g>
    ${lilyPad(138, 186, 2.5, '#2e8b2e')}
    <g filter="url(#paper)"><path d="M58 186c-44 4 -46 -66 6 -60z" fill="#379f2c"/>
    <path d="M222 186c44 4 46 -66 -6 -60z" fill="#379f2c"/>
      <ellipse cx="140" cy="142" rx="84" ry="58" fill="url(#skin)"/>
      <ellipse cx="140" cy="92" rx="72" ry="42" fill="url(#skin)"/></g>
    <path d="M88 154q52 34 104 0q-8 42 -52 42t-52 -42z" fill="#b7e27a" filter="url(#paper)"/>
    ${frogEye(98)}${frogEye(182)}
    <path d="M80 102q60 36 120 0" stroke="#1c5f1c" stroke-width="3.5" fill="none" stroke-linecap="round"/>
    <path d="M132 82l2 3m14 -3l-2 3" stroke="#1c5f1c" stroke-width="3" stroke-linecap="round"/>
    <g fill="#ff9db8" opacity=".75"><circle cx="78" cy="96" r="8"/><circle cx="202" cy="96" r="8"/></g>
    <g fill="#2c8a26"><circle cx="66" cy="140" r="5"/><circle cx="78" cy="156" r="3.5"/>
    <circle cx="214" cy="140" r="5"/><circle cx="204" cy="156" r="3.5"/></g>
    <g stroke="#379f2c" stroke-width="9" stroke-linecap="round" fill="none">
    <path d="M104 178l-10 20m10 -20v22m0 -22l10 20"/><path d="M176 178l-10 20m10 -20v22m0 -22l10 20"/></g>`,
};

/** Animals: brown, grey, green. */
export const animals: readonly Scene[] = [brownBear, elephant, frog];
