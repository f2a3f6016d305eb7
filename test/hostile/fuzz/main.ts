import { parseArgs } from 'node:util';
import { fuzz } from './law.ts';
import { pictureFuzzer } from './pictures.ts';
import { readers } from './readers.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
    from: { type: 'string', default: '0' },
    cases: { type: 'string', default: 'Infinity' },
  },
});

const all = [pictureFuzzer, ...readers];
const chosen = all.filter(({ name }) => values.only === undefined || values.only === name);
if (chosen.length === 0) {
  process.stderr.write(`--only: expected one of ${all.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

// half of the time is for pictures, where all but what we wrote ourselves is in C
const shares = chosen.map(({ name }) => (name === pictureFuzzer.name ? all.length - 1 : 1));
const sum = shares.reduce((left, right) => left + right, 0);

for (const [index, fuzzer] of chosen.entries()) {
  const ms = (Number(values.seconds) * 1_000 * (shares[index] ?? 1)) / sum;
  try {
    const run = { seed: Number(values.seed), ms, from: Number(values.from), cases: Number(values.cases) };
    const { cases, slowestCpuMs } = await fuzz(fuzzer, run);
    process.stdout.write(`${fuzzer.name}: ${cases} cases twice, the slowest ${slowestCpuMs} ms of CPU\n`);
  } catch (error) {
    process.stdout.write(`${(error as Error).stack}\n${(error as Error).cause}\n`);
    process.exitCode = 1;
  }
}
