import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join, normalize, sep } from 'node:path';

/** What follows `import … from`, `export … from`, `import` and `import(` in what the compiler writes; not in comments. */
const SPECIFIER = /(?<=^(?:import|export)\b[^;'"]*\bfrom\s*|^import\s*|\bimport\()(['"])([^'"\n]+)\1/gm;

/** The compiler writes `.js` into JavaScript, and leaves declarations as they are. */
const MODULE_ENDING = /\.[jt]s$/;

/** A module that is named by its URL, as the start of a process: the compiler leaves its ending as it is. */
const MODULE_URL = /\bnew URL\((['"`])(\.{1,2}\/[^'"`\n]*)\.ts\1, import\.meta\.url\)/g;

/** What modules import, in JavaScript and in declarations alike. */
export interface Imports {
  /** Modules of the project, relative to it, without their ending. */
  readonly modules: ReadonlySet<string>;
  /** Names of npm packages. */
  readonly packages: ReadonlySet<string>;
}

const builtins = new Set(builtinModules);

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** The module that a relative specifier names, from the module in which it stands. */
const moduleAt = (from: string, specifier: string): string =>
  normalize(join(dirname(from), specifier))
    .split(sep)
    .join('/')
    .replace(MODULE_ENDING, '');

/** The two files of a compiled module. */
export const filesOf = (module: string): readonly string[] => [`${module}.js`, `${module}.d.ts`];

/** Reads what a compiled module imports. */
const importsOf = async (compiled: string, module: string): Promise<Imports> => {
  const texts = await Promise.all(filesOf(module).map((file) => readFile(join(compiled, file), 'utf8')));
  const specifiers = texts.flatMap((text) => [...text.matchAll(SPECIFIER)].map(([, , found]) => found ?? ''));
  // of those with a part to fill in, packages.ts says which there are
  const byUrl = texts
    .flatMap((text) => [...text.matchAll(MODULE_URL)].map(([, , found]) => `${found}.js`))
    .filter((found) => !found.includes('${'));
  const foreign = specifiers.filter((found) => !found.startsWith('.'));
  return {
    modules: new Set(
      [...specifiers, ...byUrl]
        .filter((found) => found.startsWith('.') && MODULE_ENDING.test(found))
        .map((found) => moduleAt(module, found)),
    ),
    packages: new Set(
      foreign.filter((found) => !found.startsWith('node:') && !builtins.has(found)).map(packageOf),
    ),
  };
};

/** Everything these modules reach, themselves included, with what each imports. */
export const reachable = async (
  compiled: string,
  entries: readonly string[],
): Promise<ReadonlyMap<string, Imports>> => {
  const found = new Map<string, Imports>();
  const pending = [...entries];
  for (let module = pending.pop(); module !== undefined; module = pending.pop()) {
    if (found.has(module)) continue;
    const imports = await importsOf(compiled, module);
    found.set(module, imports);
    pending.push(...imports.modules);
  }
  return found;
};

/**
 * Rewrites one compiled file: imports that lead to modules of another package, and URLs of modules.
 *
 * @param elsewhere what to import a module by, or nothing where it is in the same package
 */
export const rewriteImports = (
  text: string,
  module: string,
  elsewhere: (module: string) => string | undefined,
): string =>
  text
    .replaceAll(MODULE_URL, 'new URL($1$2.js$1, import.meta.url)')
    .replaceAll(SPECIFIER, (whole, quote: string, specifier: string) => {
      if (!specifier.startsWith('.')) return whole;
      const other = elsewhere(moduleAt(module, specifier)) ?? specifier.replace(MODULE_ENDING, '.js');
      return `${quote}${other}${quote}`;
    });
