import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
// below folders that are called as rooms are: where the project lies must not matter
const project = join(mkdtempSync(join(tmpdir(), 'droste-rooms-')), 'cli', 'platform');
after(() => rmSync(dirname(dirname(project)), { recursive: true, force: true }));

const direction = 'Imports go one way';
const door = 'A room is entered by its index.ts';
const circle = 'cycle';

/** A file, what it imports, and what the linter says of that. */
const cases: readonly (readonly [file: string, imported: string, said?: string])[] = [
  ['platform/up.ts', '../engine/index.ts', direction],
  ['engine/protocol/up.ts', '../../images/index.ts', direction],
  ['engine/policy/up.ts', '../../client/index.ts', direction],
  ['images/up.ts', '../functions/index.ts', direction],
  ['images/sources/sideways.ts', '../../engine/index.ts', direction],
  ['client/up.ts', '../functions/index.ts', direction],
  ['client/sideways.ts', '../images/index.ts', direction],
  ['functions/classify/up.ts', '../../infra/index.ts', direction],
  ['functions/classify/core/up.ts', '../../../local/index.ts', direction],
  ['functions/classify/model/adapters/up.ts', '../../../../local/index.ts', direction],
  ['functions/classify/definition.ts', '../../infra/index.ts', direction],
  ['functions/up.ts', '../view/index.ts', direction],
  ['view/up.ts', '../engine/index.ts', direction],
  ['local/up.ts', '../cli/index.ts', direction],
  ['local/runtime/past-lambda.ts', '../../engine/index.ts', direction],
  ['planner/simulator/up.ts', '../../local/index.ts', direction],
  ['planner/sideways.ts', '../functions/index.ts', direction],
  ['infra/constructs/up.ts', '../../cli/index.ts', direction],
  ['infra/sideways.ts', '../local/index.ts', direction],
  ['cli/run/up.ts', '../../bench/index.ts', direction],
  ['models/up.ts', '../platform/index.ts', direction],

  ['engine/past.ts', '../platform/errors.ts', door],
  ['engine/child/past.ts', '../../platform/storage/s3-store.ts', door],
  ['images/sources/past.ts', '../../platform/errors.ts', door],
  ['functions/classify/model/past.ts', '../../../images/adapters/sharp.ts', door],
  ['infra/past.ts', '../functions/classify/handler.ts', door],
  ['cli/run/past.ts', '../../local/host.ts', door],
  ['cli/past.ts', '../local/host.ts', door],
  ['bench/limit/past.ts', '../../client/batch.ts', door],
  ['examples/word-count/past.ts', '../../images/reference.ts', door],

  ['engine/down.ts', '../platform/index.ts'],
  ['engine/policy/down.ts', '../../platform/index.ts'],
  ['functions/down.ts', '../client/index.ts'],
  ['client/down.ts', '../engine/child/lambda.ts'],
  ['functions/classify/down.ts', '../../images/sharp.ts'],
  ['planner/simulator/down.ts', '../../engine/policy/index.ts'],
  ['cli/run/down.ts', '../../local/index.ts'],
  ['cli/run/beside.ts', '../local/serve.ts'],
  ['engine/child/beside.ts', '../policy/plan.ts'],
  ['test/engine/past.ts', '../../engine/policy/plan.ts'],
  ['test/engine/beside.ts', '../local/support.ts'],

  ['engine/a.ts', './b.ts', circle],
  ['engine/b.ts', './a.ts', circle],
];

const forms = {
  import: (from: string) => `import { a } from '${from}';\nexport const b = a;\n`,
  'import type': (from: string) => `import type { a } from '${from}';\nexport type b = a;\n`,
  export: (from: string) => `export { a } from '${from}';\n`,
  'import()': (from: string) => `export const b = () => import('${from}');\n`,
};

interface Report {
  readonly diagnostics: readonly {
    readonly message: string;
    readonly location: { readonly path: string };
  }[];
}

/** What the project's linter says of these files, by their paths. */
const lint = (files: Readonly<Record<string, string>>): ReadonlyMap<string, string> => {
  rmSync(project, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(project, dirname(path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  cpSync(join(root, 'biome.json'), join(project, 'biome.json'));
  cpSync(join(root, 'infra/lint'), join(project, 'infra/lint'), { recursive: true });
  writeFileSync(join(project, '.gitignore'), '');
  const binary = join(root, 'node_modules/.bin/biome');
  const options = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
  const { stdout } = spawnSync(binary, options, { cwd: project, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(stdout) as Report;
  const said = new Map<string, string>();
  for (const { location, message } of diagnostics) {
    said.set(location.path, `${said.get(location.path) ?? ''}${message}\n`);
  }
  return said;
};

for (const [form, write] of Object.entries(forms)) {
  test(`the linter refuses an ${form} that goes up or past a door, and no other`, () => {
    const ours = cases.filter(([, , said]) => said !== circle);
    const said = lint(Object.fromEntries(ours.map(([file, imported]) => [file, write(imported)])));
    for (const [file, imported, expected] of ours) {
      const found = said.get(file) ?? '';
      const verdicts = [direction, door].filter((verdict) => found.includes(verdict));
      assert.deepEqual(
        verdicts,
        expected === undefined ? [] : [expected],
        `${imported} in ${file}: ${found}`,
      );
    }
  });
}

for (const form of ['import', 'import type'] as const) {
  test(`the linter refuses circles by ${form}`, () => {
    const said = lint(Object.fromEntries(cases.map(([file, imported]) => [file, forms[form](imported)])));
    for (const [file, , expected] of cases) {
      assert.equal(/cycle/.test(said.get(file) ?? ''), expected === circle, file);
    }
  });
}
