import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ConfigurationError } from '../../platform/index.ts';

/** The file beside code of others that says whose it is, and under which licence. */
export const NOTICES_FILE = 'THIRD_PARTY_NOTICES';

/** What packages call the files of their licences, and of what these ask to be passed on. */
const LICENCE_FILE =
  /^(?:licen[cs]e|copying|unlicense|notice|third-?party-?(?:notices|licen[cs]es))(?:[-_]\w+)?(?:\.(?:md|txt))?$/i;

/** A README's section on it; libvips' lists there the libraries it is built of. */
const LICENCE_HEADING = /^## licen[cs](?:e|ing)$/i;

const named = z.union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)]);
const placed = z.union([z.string(), z.looseObject({ url: z.string() }).transform(({ url }) => url)]);

const manifestSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  author: named.optional(),
  repository: placed.optional(),
});

const readText = async (path: string): Promise<string> =>
  (await readFile(path, 'utf8')).replaceAll('\r\n', '\n').replace(/^\n+/, '').trimEnd();

const sectionOf = (readme: string): string => {
  const lines = readme.split('\n');
  const start = lines.findIndex((line) => LICENCE_HEADING.test(line));
  if (start < 0) return '';
  const end = lines.findIndex((line, at) => at > start && /^##? /.test(line));
  const section = lines.slice(start + 1, end < 0 ? undefined : end);
  return section.join('\n').trim();
};

/** What a package without a text says of its licence. */
const withoutText = (
  folder: string,
  { name, version, license, author, repository }: z.infer<typeof manifestSchema>,
  section: string,
): string => {
  if (license === undefined) {
    throw new ConfigurationError(
      `${folder}: expected ${name}@${version} to have a file like LICENSE, or a license in its package.json, received neither`,
    );
  }
  const said = [license, author && `by ${author}`, repository].filter(Boolean).join(', ');
  return [`The package has no text of its licence. Its package.json says: ${said}`, section]
    .filter(Boolean)
    .join('\n\n');
};

const noticeOf = async (folder: string): Promise<{ readonly title: string; readonly text: string }> => {
  const manifest = manifestSchema.parse(JSON.parse(await readText(join(folder, 'package.json'))));
  const { name, version, license } = manifest;
  const files = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  const names = files.map((entry) => entry.name).sort();
  const texts = await Promise.all(
    names.filter((file) => LICENCE_FILE.test(file)).map((file) => readText(join(folder, file))),
  );
  const readme = names.find((file) => /^readme(?:\.md)?$/i.test(file));
  const section = readme === undefined ? '' : sectionOf(await readText(join(folder, readme)));
  const text = texts.filter(Boolean).join('\n\n') || withoutText(folder, manifest, section);
  return { title: `${name} ${version}${license === undefined ? '' : ` (${license})`}`, text };
};

const rule = (character: string): string => character.repeat(80);

/**
 * The licences of packages, each text once, below all the packages it is of. The same packages give the same text,
 * wherever they are.
 *
 * @param folders of the packages, as npm puts them there
 * @throws ConfigurationError for a package that says nothing of its licence
 */
export const thirdPartyNotices = async (folders: Iterable<string>): Promise<string> => {
  const notices = await Promise.all([...new Set(folders)].map(noticeOf));
  const byTitle = [...new Map(notices.map(({ title, text }) => [title, text]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  // the same words, however a package has set them
  const sections = [...Map.groupBy(byTitle, ([, text]) => text.trim().replaceAll(/\s+/g, ' ')).values()].map(
    (packages) => [rule('='), ...packages.map(([title]) => title), rule('-'), packages[0]?.[1]].join('\n'),
  );
  return `${['This holds code of the packages below, each under the licence that follows its name.', ...sections].join('\n\n')}\n`;
};
