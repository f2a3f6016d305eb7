import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'droste-rooms-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What the project's linter says of files that import each other like this. */
const lint = (files: Readonly<Record<string, string>>): string => {
  const project = mkdtempSync(join(folder, 'project-'));
  for (const [path, imported] of Object.entries(files)) {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    const line = imported === '' ? '' : `import { a } from '${imported}';\n`;
    writeFileSync(join(project, path), `${line}export const b = ${imported === '' ? 1 : 'a'};\n`);
  }
  cpSync(join(root, 'biome.json'), join(project, 'biome.json'));
  writeFileSync(join(project, '.gitignore'), '');
  const binary = join(root, 'node_modules/.bin/biome');
  const { stdout, stderr } = spawnSync(binary, ['lint', '--vcs-enabled=false', '.'], {
    cwd: project,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`;
};

const refused = [
  ['platform/x.ts', '../engine/index.ts'],
  ['engine/protocol/x.ts', '../../images/index.ts'],
  ['engine/policy/x.ts', '../../client/index.ts'],
  ['images/x.ts', '../functions/index.ts'],
  ['client/x.ts', '../functions/index.ts'],
  ['functions/classify/x.ts', '../../infra/index.ts'],
  ['functions/classify/core/x.ts', '../../../local/index.ts'],
  ['functions/classify/definition.ts', '../../infra/index.ts'],
  ['functions/x.ts', '../view/index.ts'],
  ['view/x.ts', '../engine/index.ts'],
  ['local/x.ts', '../cli/main.ts'],
  ['planner/simulator/x.ts', '../../local/index.ts'],
  ['infra/constructs/x.ts', '../../cli/main.ts'],
  ['cli/run/x.ts', '../../bench/main.ts'],
] as const;

for (const [file, imported] of refused) {
  test(`the linter refuses ${imported} in ${file}: imports go one way`, () => {
    assert.match(lint({ [file]: imported }), /Imports go one way/);
  });
}

test('the linter refuses imports past the door of the local host', () => {
  for (const [file, imported] of [
    ['cli/run/x.ts', '../../local/host.ts'],
    ['cli/x.ts', '../local/host.ts'],
    ['infra/x.ts', '../local/host.ts'],
    ['bench/x.ts', '../local/host.ts'],
  ] as const) {
    assert.match(lint({ [file]: imported }), /A room is entered by its index\.ts/, file);
  }
});

test('the linter refuses circles', () => {
  const circle = { 'engine/a.ts': './c.ts', 'engine/c.ts': './a.ts' };
  assert.match(lint(circle), /noImportCycles/);
});

test('the linter lets imports through that go the right way, by the door', () => {
  const right = lint({
    'engine/x.ts': '../platform/errors.ts',
    'functions/x.ts': '../client/index.ts',
    'cli/run/x.ts': '../../local/index.ts',
    'cli/run/y.ts': '../local/serve.ts',
  });
  assert.doesNotMatch(right, /Imports go one way|A room is entered|noImportCycles/);
});
