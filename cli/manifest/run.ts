import { once } from 'node:events';
import { readPrefixSource } from '../../engine/driver.ts';
import { type Listed, listBelow } from '../../engine/index.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import { csvField } from '../output/delimited.ts';
import type { Terminal } from '../terminal.ts';

export type ManifestFormat = 'text' | 'jsonl' | 'csv';

const fieldsOf = ({ reference, bytes, modifiedMs }: Listed) => ({
  url: reference,
  bytes,
  modified: new Date(modifiedMs).toISOString(),
});

/** As it stands where it is one line that reads back as itself, and as JSON otherwise. */
const textLine = ({ reference }: Listed): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f]|\s$/.test(reference) ? JSON.stringify(reference) : reference;

const lines = {
  text: textLine,
  jsonl: (listed: Listed) => JSON.stringify(fieldsOf(listed)),
  csv: (listed: Listed) => Object.values(fieldsOf(listed)).map(String).map(csvField).join(','),
} as const satisfies Readonly<Record<ManifestFormat, (listed: Listed) => string>>;

const counted = (found: number, seen: number): string =>
  `${found.toLocaleString('en')} of ${seen.toLocaleString('en')} objects`;

/**
 * `droste manifest`: writes what is below a prefix to standard output as it is listed, a page at a time, and how many
 * there are to standard error.
 *
 * @throws InvalidRequestError for what is no prefix, or no filter; what keeps it from being listed
 */
export const runManifest = async (
  prefix: string,
  args: AwsArguments & {
    readonly suffix?: readonly string[];
    readonly newerThan?: string;
    readonly format: ManifestFormat;
  },
  { stdout, stderr }: Terminal,
): Promise<void> => {
  const { suffix, newerThan, format } = args;
  const filters = readPrefixSource({
    // of a key's beginning any is right here, as in S3 itself
    uri: prefix.endsWith('/') ? prefix : `${prefix}/`,
    ...(suffix && { suffix }),
    ...(newerThan !== undefined && { newerThan }),
  });
  let found = 0;
  let seen = 0;
  const pages = listBelow(prefix, filters, {
    allowFile: true,
    connection: connectionOf(args),
    seen: (objects) => {
      seen += objects;
    },
  });
  if (format === 'csv') stdout.write('url,bytes,modified\n');
  for await (const page of pages) {
    found += page.length;
    const wasTaken = stdout.write(page.map((listed) => `${lines[format](listed)}\n`).join(''));
    if (stderr.isTTY) stderr.write(`\r${counted(found, seen)}`);
    // whoever read has enough (`| head`)
    if (stdout.destroyed) return;
    if (!wasTaken) await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]);
  }
  stderr.write(`${stderr.isTTY ? '\r' : ''}${counted(found, seen)}\n`);
};
