/** `node examples/runner/main.ts <example>`: runs it on this machine and prints its reply. */
import { examples, runExample } from './run.ts';

const [example = ''] = process.argv.slice(2);
if (examples.some((known) => known === example)) {
  process.stdout.write(`${JSON.stringify(await runExample(example), undefined, 2)}\n`);
} else {
  process.stderr.write(
    `Expected one of ${examples.join(', ')}, received ${JSON.stringify(example)}: node examples/runner/main.ts <example>\n`,
  );
  process.exitCode = 2;
}
