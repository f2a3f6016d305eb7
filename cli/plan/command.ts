import { Option } from 'commander';
import { type PlanFlag, type PlanOptions, planDefaults, planFlags } from '../../planner/plan-options.ts';
import type { AddCommand } from '../command.ts';
import { readNumber, wholeNumber } from '../options.ts';
import { columnsOf } from '../terminal.ts';

const DESCRIPTION = `Say what a batch of N items takes, before anything is spent.

The exact tree for these numbers: invocations, depth, peak concurrency, bytes,
wall time and cost, with warm and with cold environments; and the W and P to
prefer for the times you have measured.`;

const HELP = `
Examples:
  droste plan 1000000 --slots 1000
  droste plan 10000000 --job
  droste plan 5000 --item 180 --cold 1200 --memory 3538
  droste plan 5000 --item 400 --cpu 0.1 --at-once 8
  droste plan 100000 --slots 500 --within 60000 --json`;

const LARGEST_BATCH = 10_000_000;

const optionOf = ({ name, key, value, help, words, isWhole, least = 0, most }: PlanFlag): Option => {
  const option = new Option(`--${name} <${value}>`, help);
  if (words) option.choices(words);
  else
    option.argParser(isWhole ? wholeNumber(least, most ?? Number.MAX_SAFE_INTEGER) : readNumber(least, most));
  const fallback = key in planDefaults ? planDefaults[key as keyof typeof planDefaults] : undefined;
  return fallback === undefined ? option : option.default(fallback);
};

/** The options by the planner's names; commander has them by their flags, in camel case. */
const readOptions = (parsed: Readonly<Record<string, unknown>>): Partial<PlanOptions> => {
  const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const given = planFlags.flatMap(({ name, key }) => {
    const value = parsed[camelCase(name)];
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(given) as Partial<PlanOptions>;
};

/** `droste plan <items>` */
export const planCommand: AddCommand = (program, { terminal }) => {
  const command = program
    .command('plan')
    .summary('say what a batch takes, before it runs')
    .description(DESCRIPTION)
    .argument('<items>', 'how many items', wholeNumber(0, LARGEST_BATCH))
    .option('--job', 'as a job, which outlives the time-out as often as it takes')
    .option('--json', 'print it as JSON');
  for (const flag of planFlags) command.addOption(optionOf(flag));
  command
    .addHelpText('after', HELP)
    .action(async (items: number, parsed: Readonly<Record<string, unknown>>) => {
      const { planReport } = await import('../../planner/index.ts');
      const { wrapped } = await import('../output/text.ts');
      const report = planReport({ items, job: parsed.job === true, ...readOptions(parsed) });
      const text =
        parsed.json === true
          ? JSON.stringify(report.json, null, 2)
          : wrapped(report.text, columnsOf(terminal.stdout));
      terminal.stdout.write(`${text}\n`);
    });
};
