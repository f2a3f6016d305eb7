/** `node planner/simulator/main.ts --items 1000000 --slots 1000 --seed 7`: replays one run and prints what it came to. */
import { Command } from 'commander';
import { InvalidRequestError } from '../../platform/index.ts';
import { defaultSimulation } from './defaults.ts';
import { flags } from './flags.ts';
import { readInput } from './replay.ts';
import { renderReport, summarise } from './report.ts';
import { simulate } from './simulate.ts';

const program = new Command('planner/simulator/main.ts')
  .description(
    'Runs one tree of droste under virtual time, with the policy that runs under Lambda. Times are milliseconds: ' +
      '100, 1..100 (uniform) or 100~0.3 (lognormal: median, sigma).',
  )
  .option('--json', 'print the figures as JSON')
  .showHelpAfterError('(--help says more)');

const given: Record<string, string> = {};
for (const flag of flags) {
  const usual = flag.show(defaultSimulation);
  const help = usual === undefined ? flag.help : `${flag.help} (default: ${usual})`;
  program.option(`--${flag.name} <${flag.value}>`, help, (text: string) => {
    given[flag.name] = text;
    return text;
  });
}
program.parse();

try {
  const input = readInput(given);
  const result = simulate(input);
  const text = program.opts<{ json?: boolean }>().json
    ? JSON.stringify(summarise(input, result), null, 2)
    : renderReport(input, result);
  process.stdout.write(`${text}\n`);
  // commander's own code for wrong usage is 1
  process.exitCode = result.ending === 'finished' ? 0 : 3;
} catch (error) {
  if (!(error instanceof InvalidRequestError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 2;
}
