import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const rule = readFileSync(join(root, 'infra/lint/rooms.grit'), 'utf8');

/** The rooms that the lint rule knows. */
const rooms = (/\$left <: r"\^\(\?:([a-z|]+)\)\$"/.exec(rule)?.[1] ?? '').split('|');

/** What is quoted as a path: it begins with a room, and goes on below it. */
const quotedPaths = (of: string): readonly string[] =>
  [...of.matchAll(/`([a-z]+\/[^`\s]*)`/g)].flatMap(([, path = '']) =>
    [...rooms, 'docs', 'test'].includes(path.split('/')[0] ?? '') ? [path] : [],
  );

/** The first cells of a table, by its heading. */
const firstCells = (heading: string): string =>
  (text.split(`| ${heading} |`)[1]?.split('\n\n')[0] ?? '')
    .split('\n')
    .map((line) => line.split('|')[1] ?? '')
    .join('\n');

test('every path that the architecture names is there', () => {
  const named = quotedPaths(text);
  assert.ok(named.length > 40, `${named.length} paths`);
  const missing = named.filter((path) => globSync(path.replace('<name>', '*'), { cwd: root }).length === 0);
  assert.deepEqual(missing, []);
});

test('the architecture has a row for every room, and for every one inside the engine', () => {
  const listed = quotedPaths(firstCells('room'));
  const inner = readdirSync(join(root, 'engine'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `engine/${name}/`);
  assert.ok(rooms.length > 10 && rooms.every((room) => existsSync(join(root, room))), String(rooms));
  assert.deepEqual(
    [...rooms.map((room) => `${room}/`), ...inner].filter((room) => !listed.includes(room)),
    [],
  );
});

test('the architecture lists the doors that the lint rule opens, and no others', () => {
  const listed = new Set(
    quotedPaths(firstCells('door'))
      .flatMap((path) => globSync(path.replace('<name>', '*'), { cwd: root }))
      .map((path) => path.split(sep).join('/')),
  );
  const opened = [...rule.matchAll(/r"(\^[^"]*\\\.ts\$)"/g)].map(([, pattern = '']) => new RegExp(pattern));
  const doors = rooms
    .flatMap((room) => globSync(`${room}/**/*.ts`, { cwd: root }))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/^[a-z]+\/index\.ts$/.test(path) && opened.some((door) => door.test(path)));
  assert.ok(doors.length > 10, String(doors));
  assert.deepEqual([...listed].sort(), doors.sort());
});
