import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, halo, many, round, svg } from '../svg.ts';

const { between, pick } = chance(11);

const star = (width: number, height: number): string =>
  svg`<circle cx="${between(0, width)}" cy="${between(0, height)}" r="${between(0.3, 1.1) ** 2 + 0.3}" fill="${pick('#fff', '#ffe9c0', '#cfe0ff')}" opacity="${between(0.4, 1)}"/>`;

const fir = (x: number, foot: number, tall: number): string =>
  svg`<path d="M${x} ${foot - tall}l${tall * 0.12} ${tall * 0.3}h${-tall * 0.06}l${tall * 0.13} ${tall * 0.35}h${-tall * 0.08}l${tall * 0.14} ${tall * 0.4}h${-tall * 0.5}l${tall * 0.14} ${-tall * 0.4}h${-tall * 0.08}l${tall * 0.13} ${-tall * 0.35}h${-tall * 0.06}z"/>`;

const nightSky: Scene = {
  file: 'night-sky.jpg',
  width: 480,
  height: 320,
  expected: ['black'],
  storage: { format: 'jpeg', quality: 74, progressive: true },
  grain: 0.1,
  drawing: svg`
    <defs>${fade('sky', '#04040a', '#080a14', '#1a1d2c')}${halo('shine', '#fff3c8', 0.35)}</defs>
    <rect width="480" height="320" fill="url(#sky)"/>
    <ellipse cx="190" cy="130" rx="270" ry="20" transform="rotate(-24 190 130)" fill="#7d7a9c" opacity=".3" filter="url(#mist)"/>
    ${many(190, () => star(480, 270))}
    <circle cx="384" cy="78" r="80" fill="url(#shine)"/>
    <path d="M398 46a36 36 0 1 0 16 54a30 30 0 1 1 -16 -54z" fill="#ffeeb0" filter="url(#peel)"/>
    <path d="M0 276c90 -40 150 -22 230 -6s160 -34 250 -10v60h-480z" fill="#0d0f14" filter="url(#paper)"/>
    <g fill="#050608" filter="url(#paper)">
      ${many(13, (i) => fir(i * 40 + between(-12, 12) - (i > 6 ? 0 : 8), 318, between(44, 86)))}
      <path d="M0 300q240 -22 480 4v20h-480z"/>
    </g>
    <g transform="translate(252 254)"><path d="M0 14l22 -16l22 16v26h-44z" fill="#050506"/>
    <path d="M16 20h13v11h-13z" fill="#ffd24a"/><path d="M22.5 20v11m-6.5 -5.5h13" stroke="#5c3d10"/></g>`,
};

const blackCat: Scene = {
  file: 'black-cat.avif',
  width: 320,
  height: 240,
  expected: ['black', 'yellow'],
  storage: { format: 'avif', quality: 52 },
  grain: 0.12,
  drawing: svg`
    <defs>
    ${fade('sky', '#0b0a12', '#1d1b2a')}${round('moon', '#fff27a', '#ffe22e', '#f5cd1c')}${halo('shine', '#ffe14a', 0.3)}
    </defs>
    <rect width="320" height="240" fill="url(#sky)"/>
    ${many(60, () => star(320, 180))}
    <circle cx="160" cy="108" r="150" fill="url(#shine)"/>
    <circle cx="160" cy="108" r="92" fill="url(#moon)" filter="url(#peel)"/>
    <g fill="#e3b71a" opacity=".55" filter="url(#soft)"><circle cx="118" cy="72" r="13"/>
    <circle cx="206" cy="66" r="9"/><ellipse cx="222" cy="118" rx="14" ry="10"/><circle cx="96" cy="124" r="8"/></g>
    <g fill="#060508" filter="url(#paper)">
      <path d="M0 206h320v40h-320z"/>
      ${many(10, (i) => svg`<path d="M${i * 34 - 6} 206q17 -13 34 0z"/>`)}
    </g>
    <g fill="#0b0a0d">
      <path d="M190 196c34 6 58 -4 56 -34c-1 -18 -20 -20 -20 -6c0 9 10 8 10 16c0 10 -26 8 -46 4z"/>
      <path d="M124 206c-6 -44 8 -78 36 -84c30 4 44 42 38 84z" filter="url(#fur)"/>
      <path d="M128 76l6 34c-12 26 8 42 26 42s38 -16 26 -42l6 -34l-21 16q-11 -4 -22 0z"/>
    </g>
    <g fill="#8fd14a"><ellipse cx="148" cy="114" rx="7.5" ry="6"/><ellipse cx="172" cy="114" rx="7.5" ry="6"/></g>
    <g fill="#000"><ellipse cx="148" cy="114" rx="1.8" ry="5.5"/><ellipse cx="172" cy="114" rx="1.8" ry="5.5"/></g>
    <path d="M156 126h8l-4 5z" fill="#c9828f"/>
    <path d="M142 130l-30 -4m30 8l-28 5m64 -9l30 -4m-30 8l28 5" stroke="#777" stroke-width=".8"/>`,
};

const rib = (offset: number, radius: number): string =>
  svg`<ellipse cx="${140 + offset}" cy="158" rx="${radius}" ry="${98 - Math.abs(offset) * 0.14}" fill="url(#rind)" stroke="#c85a00" stroke-width="1.5"/>`;

const pumpkin: Scene = {
  file: 'pumpkin.webp',
  width: 290,
  height: 260,
  expected: ['orange', 'black'],
  storage: { format: 'webp', quality: 74 },
  grain: 0.12,
  drawing: svg`
    <defs>${round('rind', '#ffa02c', '#fb8a10', '#ee7404')}${halo('glow', '#ff9a20', 0.4)}</defs>
    <rect width="290" height="260" fill="#0d0b10"/>
    <g transform="translate(-12 -35) scale(1.12)">
    <path d="M0 246q140 -16 290 0v44h-290z" fill="#17120f" filter="url(#paper)"/>
    <ellipse cx="140" cy="170" rx="150" ry="140" fill="url(#glow)"/>
    <g filter="url(#peel)">${rib(-76, 46)}${rib(76, 46)}${rib(-46, 48)}${rib(46, 48)}${rib(0, 42)}</g>
    <path d="M124 70q4 -16 -10 -28l22 -6q16 12 20 34z" fill="#4d7a2a" filter="url(#bark)"/>
    <g fill="#ffe23a" stroke="#7a3500" stroke-width="4" stroke-linejoin="round">
      <path d="M72 142l24 -36l22 36z"/><path d="M162 142l22 -36l24 36z"/><path d="M140 150l11 20h-22z"/>
      <path d="M62 186q78 34 156 0q-10 34 -38 44l-6 -14l-14 4l-2 14q-18 3 -36 0l-4 -14l-14 -4l-6 12q-28 -12 -36 -42z"/>
    </g></g>`,
};

/** Scenes of the night: black and what shines in it. */
export const night: readonly Scene[] = [nightSky, blackCat, pumpkin];
