import type { AwsArguments } from '../options.ts';
import { paintFor } from '../output/paint.ts';
import { wrapped } from '../output/text.ts';
import { columnsOf, type Terminal } from '../terminal.ts';
import { examineAws } from './aws.ts';
import type { Finding } from './finding.ts';
import { examineMachine } from './machine.ts';

const signs = { ok: ['ok', 'green'], wrong: ['wrong', 'red'], unchecked: ['not checked', 'yellow'] } as const;

const WIDTH = Math.max(...Object.values(signs).map(([sign]) => sign.length));

/**
 * Checks this machine, and a deployed function where one is named, and prints what was found.
 *
 * @returns whether nothing is wrong
 */
export const examine = async (
  args: AwsArguments & { readonly function?: string; readonly json?: boolean },
  terminal: Terminal,
): Promise<boolean> => {
  const { stdout, env } = terminal;
  const paint = paintFor(stdout, env);
  let isWell = true;
  for (const examination of [() => examineMachine(terminal), () => examineAws(args)]) {
    for (const finding of await examination()) {
      if (finding.state === 'wrong') isWell = false;
      stdout.write(args.json ? `${JSON.stringify(finding)}\n` : lineOf(finding, paint, columnsOf(stdout)));
    }
  }
  return isWell;
};

const lineOf = (
  { check, state, found, remedy }: Finding,
  paint: ReturnType<typeof paintFor>,
  columns: number | undefined,
): string => {
  const [sign, colour] = signs[state];
  const help = remedy === undefined ? '' : `\n${' '.repeat(WIDTH + 2)}→ ${remedy}`;
  const text = wrapped(`${sign.padEnd(WIDTH)}  ${check}: ${found}${help}`, columns);
  // it is what the text begins with
  return `${text.replace(sign, () => paint(colour, sign))}\n`;
};
