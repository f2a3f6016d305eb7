import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, many, round, svg } from '../svg.ts';

const { between, pick } = chance(23);

const grass = (width: number, top: number, bottom: number): string => {
  const y = between(top, bottom);
  const tall = 4 + ((y - top) / (bottom - top)) * 8;
  return svg`<path d="M${between(0, width)} ${y}q${between(-2, 2)} ${-tall * 0.6} ${between(-4, 4)} ${-tall}" stroke="${pick('#1f7a22', '#4fb23c', '#2c8f2b')}"/>`;
};

const redBarn: Scene = {
  file: 'red-barn.jpg',
  width: 400,
  height: 300,
  expected: ['green', 'red'],
  storage: { format: 'jpeg', quality: 70 },
  grain: 0.14,
  drawing: svg`
    <defs>
    ${fade('sky', '#4d9df0', '#9ccbf7')}${fade('field', '#3f9f35', '#2c8a2a')}${fade('boards', '#d42a20', '#b81a16')}
    </defs>
    <rect width="400" height="120" fill="url(#sky)"/>
    <g fill="#fff" filter="url(#paper)"><path d="M28 46q4 -16 20 -12q12 -18 28 -2q18 -4 20 14z"/>
    <path d="M318 34q6 -14 18 -8q12 -10 22 2q12 0 14 10z"/></g>
    <path d="M0 84q110 -46 210 -8t190 -22v120h-400z" fill="#2f8a35" filter="url(#paper)"/>
    <path d="M0 150q200 -36 400 -6v160h-400z" fill="url(#field)" filter="url(#paper)"/>
    <g stroke-width="1.3" fill="none">${many(420, () => grass(400, 160, 298))}</g>
    <g transform="translate(-37 -27) scale(1.18)">
    <g filter="url(#paper)">
      <path d="M96 222v-104l30 -50l72 -34l72 34l30 50v104z" fill="url(#boards)"/>
      <path d="M88 124l34 -60l76 -36l76 36l34 60l-10 4l-34 -54l-66 -31l-66 31l-34 54z" fill="#4a3a3a"/>
    </g>
    <path d="${many(11, (i) => svg`M${112 + i * 17} ${Math.max(70, 112 - i * 17, i * 17 - 58)}v${216 - Math.max(70, 112 - i * 17, i * 17 - 58)}`)}" stroke="#8f120f" stroke-width="1.2" opacity=".7"/>
    <g fill="#b5160f" stroke="#fff" stroke-width="4"><path d="M160 150h76v72h-76z"/>
    <path d="M160 150l76 72m0 -72l-76 72" stroke-width="3.5"/><path d="M182 84h32v30h-32z" fill="#3a1512"/></g>
    </g>
    <g filter="url(#paper)"><path d="M346 214v-44h9v44z" fill="#6b4420"/>
    <circle cx="350" cy="146" r="32" fill="#2a8130"/><circle cx="332" cy="160" r="20" fill="#37963a"/></g>
    <g stroke="#fff" stroke-width="4" filter="url(#paper)">
    <path d="M0 250h92m0 -14v32m-30 -32v32m-30 -32v32" fill="none"/></g>`,
};

const trotter = (x: number, fill: string): string =>
  svg`<path d="M${x} 160h22l-3 46h-16z" fill="${fill}"/><path d="M${x + 3} 196h16v10h-16z" fill="#8a4a52"/>`;

const piglet: Scene = {
  file: 'piglet.avif',
  width: 300,
  height: 240,
  expected: ['brown', 'pink'],
  storage: { format: 'avif', quality: 50 },
  grain: 0.14,
  drawing: svg`
    <defs>${round('skin', '#ffc4d8', '#ffa9c6', '#f58bb0')}${fade('mud', '#7c4c22', '#5f3816')}</defs>
    <g filter="url(#bark)">
    ${many(6, (i) => svg`<path d="M${i * 50} 0h48v170h-48z" fill="${pick('#8a5628', '#80501f', '#784a20')}"/>`)}
    <path d="M0 34h300v14h-300z" fill="#6a3f18"/></g>
    <path d="M0 168q150 -18 300 0v72h-300z" fill="url(#mud)" filter="url(#paper)"/>
    <ellipse cx="150" cy="206" rx="104" ry="12" fill="#3f240c" opacity=".5" filter="url(#soft)"/>
    <path d="M236 120c26 -6 30 -30 16 -32s-14 20 2 20s26 -12 24 -24" fill="none" stroke="#f58bb0" stroke-width="6" stroke-linecap="round"/>
    ${trotter(86, '#ee86aa')}${trotter(186, '#ee86aa')}
    <ellipse cx="158" cy="124" rx="98" ry="72" fill="url(#skin)" filter="url(#paper)"/>
    ${trotter(112, '#fb9cbc')}${trotter(208, '#fb9cbc')}
    <g filter="url(#paper)"><path d="M38 60l14 -40l34 24z" fill="#f387ac"/>
    <path d="M100 40l32 -22l8 44z" fill="#f387ac"/><circle cx="88" cy="94" r="58" fill="url(#skin)"/></g>
    <ellipse cx="74" cy="110" rx="25" ry="19" fill="#f685ab" stroke="#dc6a92" stroke-width="2"/>
    <g fill="#8c3a56"><ellipse cx="66" cy="110" rx="4" ry="7"/><ellipse cx="83" cy="110" rx="4" ry="7"/></g>
    <g fill="#1b1214"><circle cx="60" cy="78" r="5"/><circle cx="104" cy="80" r="5"/></g>
    <g fill="#fff"><circle cx="58.5" cy="76.5" r="1.7"/><circle cx="102.5" cy="78.5" r="1.7"/></g>
    <path d="M62 136q16 10 32 -1" fill="none" stroke="#b84e75" stroke-width="3" stroke-linecap="round"/>
    <g fill="#6b4220" filter="url(#paper)"><circle cx="190" cy="160" r="9"/><circle cx="206" cy="148" r="5"/>
    <circle cx="168" cy="176" r="6"/></g>`,
};

const ROWS = 15;

/** One row of lavender: bushes along a line from the horizon to the foot of the picture, larger as they come nearer. */
const lavenderRow = (row: number): string => {
  const spread = (row - (ROWS - 1) / 2) * 86;
  return many(34, (i) => {
    const near = ((i + 1) / 34) ** 1.7;
    const x = 200 + spread * near + between(-3, 3) * near;
    return svg`<ellipse cx="${x}" cy="${84 + near * 190}" rx="${2 + near * 31}" ry="${2 + near * 20}" fill="${pick('#7d35b0', '#8a44c0', '#6f2ba2', '#9450c8')}"/>`;
  });
};

const lavenderSpike = (): string => {
  const near = between(0.05, 1) ** 0.7;
  const row = Math.floor(between(0, ROWS)) - (ROWS - 1) / 2;
  const x = 200 + (row * 86 + between(-26, 26)) * near;
  return svg`<path d="M${x} ${84 + near * 180}v${-2 - near * 9}" opacity="${between(0.3, 0.9)}"/>`;
};

const lavender: Scene = {
  file: 'lavender.avif',
  width: 400,
  height: 260,
  expected: ['purple'],
  storage: { format: 'avif', quality: 46 },
  grain: 0.12,
  drawing: svg`
    <defs>${fade('sky', '#5fa9f2', '#d7ebfb')}${fade('earth', '#47722f', '#35601f')}</defs>
    <rect width="400" height="90" fill="url(#sky)"/>
    <path d="M0 74q70 -34 150 -10t250 -14v60h-400z" fill="#4a7cc4" filter="url(#paper)"/>
    <path d="M0 82h400v180h-400z" fill="url(#earth)"/>
    <g filter="url(#fur)">${many(ROWS, lavenderRow)}</g>
    <g stroke="#b583e0" stroke-width="1.6" stroke-linecap="round">${many(700, lavenderSpike)}</g>
    <g filter="url(#paper)"><path d="M300 88v-30l22 -14l22 14v30z" fill="#f1e4c8"/>
    <path d="M294 60l28 -20l28 20l-3 5l-25 -15l-25 15z" fill="#b5532d"/>
    <path d="M262 88q-10 -46 4 -66q14 20 4 66z" fill="#2c5a2c"/></g>
    <path d="M317 70h10v18h-10z" fill="#5b7fb0"/>`,
};

/** Scenes of the country: red, green, pink, brown, purple. */
export const farm: readonly Scene[] = [redBarn, piglet, lavender];
