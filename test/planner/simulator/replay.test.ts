import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { formatDistribution, parseDistribution } from '../../../planner/simulator/distribution.ts';
import { readInput, replayCommand } from '../../../planner/simulator/replay.ts';
import { summarise } from '../../../planner/simulator/report.ts';
import { simulate } from '../../../planner/simulator/simulate.ts';
import type { SimulationInput } from '../../../planner/simulator/simulation.ts';
import { crashes, crowded, optionsOf, trees, wireFaults } from './random-trees.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../../planner/simulator/main.ts', import.meta.url));

test('every run can be written as one command, and read back', () => {
  fc.assert(
    fc.property(
      trees.chain(crowded),
      wireFaults,
      crashes,
      fc.uniqueArray(fc.nat({ max: 600 }), { maxLength: 3 }),
      (tree, faults, crash, poison) => {
        const input: SimulationInput = {
          ...tree,
          faults: { ...tree.faults, ...faults, crash, poison },
          root: 'caller',
        };
        assert.deepEqual(readInput(optionsOf(replayCommand(input))), input);
      },
    ),
    { numRuns: 500 },
  );
});

test('the command prints the figures of the same run', async () => {
  const options = { items: '300', limit: '12', throttle: '0.3', cut: '0.2', crash: '0.1', seed: '-7' };
  const input = readInput(options);
  const args = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  const { stdout } = await run(process.execPath, [main, ...args, '--json']);
  assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(summarise(input, simulate(input)))));
});

test('the command says what it expected of a wrong option, and its help names every one', async () => {
  await assert.rejects(run(process.execPath, [main, '--work=0']), (error: { stderr: string }) => {
    assert.match(error.stderr, /--work: expected a whole number from 1 .*received "0"/);
    return true;
  });
  const { stdout } = await run(process.execPath, [main, '--help']);
  for (const name of ['--items', '--slots', '--alias-moves', '--seed'])
    assert.ok(stdout.includes(name), name);
});

test('times are read as they are written; anything else is refused', () => {
  for (const text of ['100', '0.5', '1..100', '100~0.3']) {
    assert.equal(formatDistribution(parseDistribution(text)), text);
  }
  for (const text of ['', '-1', '5..1', '1..', 'x', '1~', '~1', '1..2..3', 'Infinity']) {
    assert.throws(() => parseDistribution(text), { name: 'InvalidRequestError' }, text);
  }
});
