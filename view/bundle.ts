import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a page is made of: one script and one style sheet, with everything they need. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** A page and what it was made of. */
export interface BuiltPage extends PageBundle {
  /** Absolute paths of all files, those of packages included. */
  readonly inputs: readonly string[];
}

/** The pages there are, by the name of their entry in `browser/`. */
export type PageName = 'report' | 'page';

const prebuilt = (page: PageName, ending: string) => new URL(`./dist/${page}.${ending}`, import.meta.url);

/**
 * Bundles a page for browsers of the last two years, with esbuild. The same sources give the same bytes.
 *
 * @throws what esbuild failed with
 */
export const bundlePage = async (page: PageName): Promise<BuiltPage> => {
  const { build } = await import('esbuild');
  const absWorkingDir = fileURLToPath(new URL('.', import.meta.url));
  const { outputFiles, metafile } = await build({
    absWorkingDir,
    entryPoints: [fileURLToPath(new URL(`./browser/${page}-main.ts`, import.meta.url))],
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'eof',
    charset: 'utf8',
    metafile: true,
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  const inputs = Object.keys(metafile.inputs).map((input) => join(absWorkingDir, input));
  return { script: textOf('.js'), style: textOf('.css'), inputs };
};

/** The page as an installed package has it ready, or bundled now where the sources are; then what it is made of is known. */
export const loadPage = async (page: PageName): Promise<PageBundle & Partial<BuiltPage>> => {
  if (!existsSync(prebuilt(page, 'js'))) return bundlePage(page);
  const [script, style] = await Promise.all(
    ['js', 'css'].map((ending) => readFile(prebuilt(page, ending), 'utf8')),
  );
  return { script: script ?? '', style: style ?? '' };
};
