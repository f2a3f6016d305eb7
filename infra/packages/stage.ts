import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bundlePage, type PageName } from '../../view/index.ts';
import { packageFolder } from '../bundle/folders.ts';
import { NOTICES_FILE, thirdPartyNotices } from '../bundle/notices.ts';
import { filesOf, type Imports, reachable, rewriteImports } from './graph.ts';
import { manifestOf, type ProjectManifest } from './manifest.ts';
import { type PublishedPackage, publishedPackages } from './packages.ts';

/** A package as it is staged: what is in it, and where each module is to be had by others. */
interface Staged {
  readonly description: PublishedPackage;
  readonly modules: ReadonlyMap<string, Imports>;
  /** Modules that later packages import, beside its exports. */
  readonly internal: Set<string>;
}

const publicSpecifier = ({ name, exports }: PublishedPackage, module: string): string | undefined => {
  const found = Object.entries(exports).find(([, target]) => target === module)?.[0];
  return found === undefined ? undefined : join(name, found);
};

/** How a module of an earlier package is imported: by its export, or as one of its internal ones, which are noted. */
const importFrom = (earlier: readonly Staged[], module: string): string | undefined => {
  const home = earlier.find(({ modules }) => modules.has(module));
  if (home === undefined) return undefined;
  const known = publicSpecifier(home.description, module);
  if (known !== undefined) return known;
  home.internal.add(module);
  return `${home.description.name}/internal/${module}`;
};

const writeModules = async (compiled: string, folder: string, staged: Staged, earlier: readonly Staged[]) => {
  for (const module of staged.modules.keys()) {
    await mkdir(dirname(join(folder, module)), { recursive: true });
    for (const file of filesOf(module)) {
      const text = await readFile(join(compiled, file), 'utf8');
      await writeFile(
        join(folder, file),
        rewriteImports(text, module, (other) => importFrom(earlier, other)),
      );
    }
    await cp(join(compiled, `${module}.js.map`), join(folder, `${module}.js.map`));
  }
};

/** Bundles a page, which an installed package cannot: esbuild is no dependency of it. Its files are returned. */
const writePage = async (page: PageName, folder: string): Promise<readonly string[]> => {
  const { script, style, inputs } = await bundlePage(page);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${page}.js`), script);
  await writeFile(join(folder, `${page}.css`), style);
  return inputs;
};

/** Writes a package's pages, and the licences of what is bundled into them: all else of others is a dependency. */
const writePages = async (pages: readonly PageName[], folder: string): Promise<void> => {
  const inputs = await Promise.all(pages.map((page) => writePage(page, join(folder, 'view', 'dist'))));
  const folders = inputs.flat().flatMap((input) => packageFolder(input) ?? []);
  await writeFile(join(folder, NOTICES_FILE), await thirdPartyNotices(folders));
};

/**
 * Cuts the compiled project into its packages. A module that several reach is in the first of them only, and the others
 * import it from there, so that there is one `DrosteError` at run time.
 *
 * @param root the project's folder
 * @param compiled what the compiler made of it, in the same layout
 * @param target where the packages go, each into a folder of its name
 * @throws Error where a module imports what the project does not depend on
 */
export const stagePackages = async (
  root: string,
  compiled: string,
  target: string,
): Promise<readonly string[]> => {
  const project = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as ProjectManifest;
  const staged: Staged[] = [];
  for (const description of publishedPackages as readonly PublishedPackage[]) {
    const all = await reachable(compiled, [...Object.values(description.exports), ...description.entries]);
    const isElsewhere = (module: string) => staged.some(({ modules }) => modules.has(module));
    const modules = new Map([...all].filter(([module]) => !isElsewhere(module)));
    const folder = join(target, description.name);
    await rm(folder, { recursive: true, force: true });
    const one = { description, modules, internal: new Set<string>() };
    await writeModules(compiled, folder, one, staged);
    for (const asset of description.assets) {
      await cp(join(root, asset), join(folder, asset), {
        recursive: true,
        filter: (path) => !path.endsWith('.ts'),
      });
    }
    if (description.pages) await writePages(description.pages, folder);
    for (const [name, source] of Object.entries(description.renamed ?? {})) {
      await cp(join(root, source), join(folder, name));
    }
    await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'));
    await cp(join(root, 'CHANGELOG.md'), join(folder, 'CHANGELOG.md'));
    await cp(join(root, 'docs', 'packages', `${description.name}.md`), join(folder, 'README.md'));
    staged.push(one);
  }
  for (const { description, modules, internal } of staged) {
    const before = staged.slice(
      0,
      staged.findIndex((other) => other.description === description),
    );
    const manifest = manifestOf(
      project,
      description,
      modules,
      internal,
      before.map((other) => other.description.name),
    );
    await writeFile(join(target, description.name, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  }
  return staged.map(({ description }) => join(target, description.name));
};
