import type { Colour, Scene } from '../scene.ts';
import { animals } from './animals.ts';
import { birds } from './birds.ts';
import { farm } from './farm.ts';
import { fruit } from './fruit.ts';
import { night } from './night.ts';
import { sea } from './sea.ts';
import { table } from './table.ts';
import { town } from './town.ts';
import { winter } from './winter.ts';

/** Every sample picture. */
export const scenes: readonly Scene[] = [
  ...night,
  ...farm,
  ...sea,
  ...fruit,
  ...winter,
  ...animals,
  ...birds,
  ...table,
  ...town,
];

/** File name → the one or two colours that cover most of the picture, the larger share first. */
export const expected: Readonly<Record<string, readonly Colour[]>> = Object.fromEntries(
  scenes.map((scene) => [scene.file, scene.expected]),
);
