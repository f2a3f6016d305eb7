import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Node, parse } from 'acorn';
import { isSafe } from 'redos-detector';

const root = fileURLToPath(new URL('../../', import.meta.url));

const sources = globSync('{platform,engine,images,functions,client,local,planner,infra,cli,models}/**/*.ts', {
  cwd: root,
})
  // the staging of packages reads what the compiler made of these very sources, and nothing else
  .filter((file) => !file.startsWith('infra/packages/'))
  .toSorted();

interface Found {
  readonly file: string;
  readonly expression: RegExp;
}

/** Every regular expression written in a syntax tree, wherever it hangs. */
const expressionsIn = (node: unknown): readonly RegExp[] => {
  if (Array.isArray(node)) return node.flatMap(expressionsIn);
  if (typeof node !== 'object' || node === null) return [];
  if ('regex' in node && 'value' in node && node.value instanceof RegExp) return [node.value];
  return Object.values(node).flatMap(expressionsIn);
};

/** The analysis reads groups without names only. */
const unnamed = ({ source, flags }: RegExp): RegExp =>
  new RegExp(source.replaceAll(/\(\?<\w+>/g, '('), flags);

const parsed = (file: string): Node =>
  parse(stripTypeScriptTypes(readFileSync(`${root}${file}`, 'utf8')), {
    ecmaVersion: 'latest',
    sourceType: 'module',
  });

const found: readonly Found[] = sources.flatMap((file) =>
  expressionsIn(parsed(file)).map((expression) => ({ file, expression })),
);

describe('regular expressions', () => {
  it('are found in the sources', () => assert.ok(found.length > 20, `found ${found.length}`));

  it('tell a slow one from a fast one', () => {
    assert.equal(isSafe(/^(<!--[\s\S]*?-->|\s)*<svg/).safe, false);
    assert.equal(isSafe(/-+$/).safe, false);
    assert.equal(isSafe(/^\d+$/).safe, true);
  });

  for (const { file, expression } of found) {
    it(`${expression} of ${file} takes time in proportion to the text, whatever the text`, () => {
      const { safe, error } = isSafe(unnamed(expression), { timeout: 20_000 });
      assert.ok(safe, `backtracks without bound (${error})`);
    });
  }
});
