import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

const MOST_LINES = 200;
const MOST_FLOORS = 9;

/** The sources of the rooms, by their paths: nothing that was made, and no tests. */
const readSources = (): ReadonlyMap<string, string> => {
  const notRooms = new Set(['node_modules', 'dist', 'test', 'cdk.out', 'coverage']);
  const found = globSync('*/**/*.{ts,tsx,mjs}', { cwd: root, exclude: (path) => notRooms.has(path) });
  const paths = found.map((path) => path.split(sep).join('/'));
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
};

/** The engine's folders are rooms inside it. */
const roomOf = (path: string): string => {
  const [room = '', inner = '', ...rest] = path.split('/');
  return room === 'engine' && rest.length > 0 ? `${room}/${inner}` : room;
};

/** What is loaded before a module: types are gone by then, and what is loaded lazily comes later. */
const IMPORT = /^(?:import|export)\b(?! type\b)[^;']*\bfrom '(\.[^']+)'/gm;

/** The longest chain of modules in every room, each of which imports the next; from its top. */
const longestChains = (sources: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> => {
  const known = new Map<string, readonly string[]>();
  const chainOf = (path: string): readonly string[] => {
    const before = known.get(path);
    if (before) return before;
    const imported = [...(sources.get(path) ?? '').matchAll(IMPORT)]
      .map(([, specifier = '']) =>
        normalize(join(dirname(path), specifier))
          .split(sep)
          .join('/'),
      )
      .filter((other) => sources.has(other) && roomOf(other) === roomOf(path));
    const chain = [path, ...imported.map(chainOf).reduce((a, b) => (b.length > a.length ? b : a), [])];
    known.set(path, chain);
    return chain;
  };
  const longest = new Map<string, readonly string[]>();
  for (const path of sources.keys()) {
    const chain = chainOf(path);
    if (chain.length > (longest.get(roomOf(path))?.length ?? 0)) longest.set(roomOf(path), chain);
  }
  return longest;
};

test('a chain of imports is followed inside its room, without types', () => {
  const sources = new Map([
    ['a/top.ts', "import { b } from './b.ts';\n"],
    ['a/b.ts', "export {\n  c,\n} from './in/c.ts';\n"],
    ['a/in/c.ts', "import { d } from '../../b/d.ts';\n"],
    ['a/type.ts', "import type { top } from './top.ts';\n"],
    ['b/d.ts', ''],
    ['engine/x.ts', "import { y } from './policy/y.ts';\n"],
    ['engine/policy/y.ts', ''],
  ]);
  assert.deepEqual(Object.fromEntries(longestChains(sources)), {
    a: ['a/top.ts', 'a/b.ts', 'a/in/c.ts'],
    b: ['b/d.ts'],
    engine: ['engine/x.ts'],
    'engine/policy': ['engine/policy/y.ts'],
  });
});

test(`no source file has more than ${MOST_LINES} lines`, () => {
  const sources = readSources();
  assert.ok(sources.size > 400, `expected the sources, found ${sources.size}`);
  const long = [...sources]
    .map(([path, text]) => [path, text.split('\n').length - 1] as const)
    .filter(([, lines]) => lines > MOST_LINES);
  assert.deepEqual(long, []);
});

test(`the files of a room are on ${MOST_FLOORS} floors of imports at most`, () => {
  const chains = longestChains(readSources());
  const high = [...chains].filter(([, chain]) => chain.length > MOST_FLOORS);
  assert.deepEqual(high, []);
});
