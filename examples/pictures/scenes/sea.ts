import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, halo, many, svg } from '../svg.ts';

const { between, pick } = chance(37);

const gull = (x: number, y: number, span: number, stroke: string): string =>
  svg`<path d="M${x} ${y}q${span * 0.28} ${-span * 0.36} ${span * 0.5} 0q${span * 0.22} ${-span * 0.36} ${span * 0.5} 0" fill="none" stroke="${stroke}" stroke-width="2" stroke-linecap="round"/>`;

/** A band of water across the picture, its upper edge in waves. */
const wave = (width: number, top: number, length: number, fill: string): string =>
  svg`<path d="M${-length} ${top}${many(Math.ceil(width / length) + 2, () => svg`q${length * 0.25} ${-length * 0.22} ${length * 0.5} 0t${length * 0.5} 0`)}v400h${-width - 3 * length}z" fill="${fill}" filter="url(#paper)"/>`;

const lighthouse: Scene = {
  file: 'lighthouse.jpg',
  width: 240,
  height: 360,
  expected: ['blue'],
  storage: { format: 'jpeg', quality: 72, orientation: 6 },
  grain: 0.14,
  drawing: svg`
    <defs>${fade('sky', '#1f6fe0', '#4b9bf5')}${halo('lamp', '#fff2a0', 0.95)}
      <linearGradient id="turn"><stop offset="0" stop-color="#fff" stop-opacity=".25"/>
      <stop offset=".45" stop-color="#fff" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".35"/>
      </linearGradient>
      <clipPath id="tower"><path d="M98 112h46l16 186h-78z"/></clipPath>
    </defs>
    <rect width="240" height="360" fill="url(#sky)"/>
    <g fill="#fff" filter="url(#paper)"><path d="M8 122q4 -18 20 -12q12 -18 28 -2q18 -2 20 14z"/>
    <path d="M172 66q6 -14 18 -8q12 -12 24 2q14 0 16 10z"/></g>
    ${wave(240, 268, 60, '#1d5fc4')}${wave(240, 292, 52, '#1651b4')}
    <path d="M50 318q10 -28 44 -26h58q36 -2 50 28z" fill="#77706a" filter="url(#paper)"/>
    <g filter="url(#paper)"><path d="M98 112h46l16 186h-78z" fill="#f7f5ef"/></g>
    <g clip-path="url(#tower)"><path d="M60 130h120v32h-120zm0 66h120v32h-120zm0 66h120v40h-120z" fill="#d8231d"/>
    <path d="M70 100h100v200h-100z" fill="url(#turn)"/></g>
    <g fill="#3b2a22"><path d="M114 176h12v-9a6 6 0 0 0 -12 0z"/><path d="M114 244h12v-9a6 6 0 0 0 -12 0z"/>
    <path d="M110 298h20v-20a10 10 0 0 0 -20 0z"/></g>
    <g filter="url(#paper)"><path d="M90 104h62v10h-62z" fill="#30343c"/><path d="M104 76h34v29h-34z" fill="#ffe45c"/>
    <path d="M98 78q4 -26 23 -28q19 2 23 28z" fill="#d8231d"/></g>
    <path d="M112 76v28m9 -28v28m9 -28v28" stroke="#30343c" stroke-width="1.5"/>
    <circle cx="121" cy="90" r="46" fill="url(#lamp)"/>
    ${gull(24, 200, 24, '#fff')}${gull(182, 168, 28, '#fff')}${gull(200, 220, 18, '#fff')}
    ${wave(240, 318, 48, '#2a70d8')}${wave(240, 340, 64, '#1a58bd')}`,
};

const sailingBoat: Scene = {
  file: 'sailing-boat.avif',
  width: 360,
  height: 240,
  expected: ['blue', 'white'],
  storage: { format: 'avif', quality: 54 },
  grain: 0.12,
  drawing: svg`
    <defs>${fade('sky', '#2f82ea', '#5aa6f6')}${fade('sail', '#ffffff', '#f3f5f7')}</defs>
    <rect width="360" height="240" fill="url(#sky)"/>
    <g fill="#fff" filter="url(#paper)"><path d="M10 70q6 -22 28 -16q16 -24 40 -4q24 -4 28 20z"/>
    <path d="M256 52q8 -20 26 -12q18 -18 36 2q22 -2 24 14z"/></g>
    ${wave(360, 150, 90, '#1c62c8')}${wave(360, 168, 72, '#2471dc')}
    <g transform="rotate(-4 180 180)">
      <path d="M178 186v-170" stroke="#6e4a24" stroke-width="4"/>
      <g filter="url(#paper)"><path d="M184 20q74 70 80 150h-80z" fill="url(#sail)"/>
      <path d="M172 34q-44 66 -66 132q34 6 66 2z" fill="url(#sail)"/></g>
      <path d="M178 16l22 6l-22 8z" fill="#e0301e"/>
      <path d="M190 66q34 52 46 96m-46 -58q18 30 26 60m-52 -84q-22 42 -36 80" stroke="#ccd6e2" stroke-width="1.2" fill="none"/>
      <path d="M92 178h190q-12 36 -44 36h-104q-32 0 -42 -36z" fill="#a8501e" filter="url(#paper)"/>
      <path d="M94 184h186" stroke="#f7efe0" stroke-width="3"/>
    </g>
    ${wave(360, 196, 80, '#1758be')}${wave(360, 216, 62, '#2a78e2')}
    ${gull(60, 112, 26, '#fff')}${gull(300, 100, 22, '#fff')}${gull(322, 124, 16, '#fff')}`,
};

const glitter = (): string => {
  const down = between(0, 1);
  const half = between(4, 12) + down * 24;
  return svg`<path d="M${200 + between(-1, 1) * (20 + down * 50) - half} ${158 + down * 80}h${half * 2}" stroke="${pick('#ffd35a', '#ffb42e', '#fff0a8')}" stroke-width="${1 + down * 2}" stroke-linecap="round" opacity=".85"/>`;
};

const sunset: Scene = {
  file: 'sunset.webp',
  width: 400,
  height: 240,
  expected: ['orange'],
  storage: { format: 'webp', quality: 78 },
  grain: 0.16,
  drawing: svg`
    <defs>
    ${fade('sky', '#f26a12', '#ff8612', '#ffa126', '#ffb640')}${fade('sea', '#ff9a1c', '#f07410', '#c9560e')}${halo('blaze', '#fff3b0', 0.9)}
    </defs>
    <rect width="400" height="156" fill="url(#sky)"/>
    <circle cx="200" cy="130" r="120" fill="url(#blaze)"/><circle cx="200" cy="130" r="44" fill="#ffee90"/>
    <g fill="#ffa53a" filter="url(#paper)" opacity=".9">
    <path d="M30 60h120q14 0 14 -8h-50q-10 -14 -34 -8q-40 -2 -50 16z"/>
    <path d="M262 88h110q10 -2 8 -8h-40q-10 -12 -30 -6q-36 -2 -48 14z"/>
    <path d="M196 34h90q8 -2 6 -7h-36q-14 -10 -30 -3q-20 0 -30 10z"/></g>
    <rect y="152" width="400" height="90" fill="url(#sea)" filter="url(#water)"/>
    ${many(46, glitter)}
    <path d="M0 154q40 -30 84 -16q30 -22 66 16z" fill="#5a2440" filter="url(#paper)"/>
    <path d="M292 154q40 -20 60 -12t60 -18v30z" fill="#6d2c42" filter="url(#paper)"/>
    <g fill="#2a1018"><path d="M352 240c2 -50 -2 -80 -16 -108l6 -2c14 28 20 62 20 110z"/>
    ${many(7, (i) => svg`<path d="M338 132q${-50 + i * 16} ${-34 + Math.abs(i - 3) * 5} ${-62 + i * 21} ${Math.abs(i - 3) * 13 - 6}q${22 - i * 7} -12 ${62 - i * 21} ${6 - Math.abs(i - 3) * 13}z"/>`)}
    </g>
    ${gull(70, 96, 24, '#4a1a20')}${gull(104, 82, 18, '#4a1a20')}${gull(276, 52, 16, '#4a1a20')}`,
};

/** Scenes of the sea: blue, white, orange. */
export const sea: readonly Scene[] = [lighthouse, sailingBoat, sunset];
