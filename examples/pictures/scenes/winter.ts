import { chance } from '../chance.ts';
import type { Scene } from '../scene.ts';
import { fade, many, round, svg } from '../svg.ts';

const { between } = chance(53);

const twig = (side: number): string =>
  svg`<path d="M${120 + side * 42} 160l${side * 48} -26m${-side * 18} 10l${side * 4} -18m${side * 2} 14l${side * 18} 4" stroke="#6b4423" stroke-width="5" stroke-linecap="round" fill="none"/>`;

const snowman: Scene = {
  file: 'snowman.png',
  width: 240,
  height: 300,
  expected: ['white', 'blue'],
  storage: { format: 'png' },
  grain: 0,
  drawing: svg`
    <defs>${fade('sky', '#1f5fc6', '#3f86e4')}${round('snow', '#ffffff', '#fbfcfd', '#e2e9f0')}</defs>
    <rect width="240" height="300" fill="url(#sky)"/>
    <path d="M0 178l24 -60l22 50l26 -74l30 80l20 -46l24 54l26 -82l28 70l22 -56l20 64v60h-242z" fill="#2461ba"/>
    <path d="M0 172q70 -26 130 -8t112 -14v150h-242z" fill="#f6f8fa"/>
    <path d="M0 250q90 -22 240 10v40h-240z" fill="#fdfdfd"/>
    ${twig(-1)}${twig(1)}
    <circle cx="120" cy="226" r="64" fill="url(#snow)"/><circle cx="120" cy="148" r="47" fill="url(#snow)"/>
    <circle cx="120" cy="84" r="34" fill="url(#snow)"/>
    <g fill="#22242a"><circle cx="108" cy="76" r="4.5"/><circle cx="134" cy="76" r="4.5"/>
    <circle cx="120" cy="150" r="4.5"/><circle cx="120" cy="172" r="4.5"/><circle cx="120" cy="216" r="5"/>
    ${many(5, (i) => svg`<circle cx="${104 + i * 8.5}" cy="${97 + (i % 4 ? 4 : 0) + (i === 2 ? 1.5 : 0)}" r="2.4"/>`)}
      <path d="M90 56h62l-1 8h-60z"/><path d="M100 18h42l2 40h-46z"/></g>
      <path d="M98.5 46h45l.5 9h-46z" fill="#c8242a"/>
    <path d="M120 86l34 7l-34 5z" fill="#f58a1a"/>
    <path d="M88 108q32 18 64 0l2 13q-34 18 -68 0z" fill="#d3282c"/>
    <path d="M140 118l12 40l-17 5l-9 -41z" fill="#bb1d24"/>
    <g fill="#fff">
    ${many(70, () => svg`<circle cx="${between(0, 240)}" cy="${between(0, 290)}" r="${between(1, 3.2)}"/>`)}</g>`,
};

/** A wood along a hill: fir beside fir, each of its own height. */
const wood = (foot: number, tall: number, step: number, fill: string): string =>
  svg`<path fill="${fill}" d="M-10 260L-10 ${foot}${many(Math.ceil(380 / step), (i) => {
    const x = i * step - 10;
    const hill = foot + Math.sin(x / 70 + foot) * 16;
    const top = hill - tall * between(0.5, 1);
    return svg`L${x} ${hill}L${x + step * 0.3} ${top + 9}l${step * 0.1} 1L${x + step / 2} ${top}l${step * 0.1} 10l${step * 0.1} -1`;
  })}L380 260z"/>`;

const foggyHills: Scene = {
  file: 'foggy-hills.jpg',
  width: 360,
  height: 230,
  expected: ['grey'],
  storage: { format: 'jpeg', quality: 78, grey: true },
  grain: 0.16,
  drawing: svg`
    <defs>${fade('sky', '#a2a2a2', '#bcbcbc')}</defs>
    <rect width="360" height="230" fill="url(#sky)"/><circle cx="268" cy="50" r="21" fill="#e8e8e8"/>
    <circle cx="268" cy="50" r="34" fill="#dadada" opacity=".5" filter="url(#soft)"/>
    <path d="M-10 118q60 -62 120 -30t110 -22t150 20v160h-380z" fill="#a0a0a0"/>
    <ellipse cx="120" cy="132" rx="200" ry="14" fill="#c4c4c4" filter="url(#mist)"/>
    ${wood(138, 26, 12, '#8c8c8c')}
    <ellipse cx="250" cy="162" rx="180" ry="12" fill="#b4b4b4" opacity=".8" filter="url(#mist)"/>
    ${wood(170, 38, 16, '#747474')}
    <ellipse cx="90" cy="198" rx="160" ry="12" fill="#a8a8a8" opacity=".7" filter="url(#mist)"/>
    ${wood(216, 60, 24, '#575757')}
    <path d="M70 54q8 -9 14 0q6 -9 14 0m10 12q6 -7 11 0q5 -7 11 0" fill="none" stroke="#4a4a4a" stroke-width="1.8"/>`,
};

/** Cold weather: white, grey, blue. */
export const winter: readonly Scene[] = [snowman, foggyHills];
