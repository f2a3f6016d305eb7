import { NOTICES_FILE } from '../bundle/notices.ts';
import type { Imports } from './graph.ts';
import type { PublishedPackage } from './packages.ts';

/** What is read of the project's own package.json. */
export interface ProjectManifest {
  readonly version: string;
  readonly license: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const target = (module: string) => ({ types: `./${module}.d.ts`, default: `./${module}.js` });

/** The packages that the modules import, in the project's versions; of those without code, their types. */
const dependenciesOf = (
  { dependencies, devDependencies }: ProjectManifest,
  { name, optionalPeers, range }: PublishedPackage,
  modules: ReadonlyMap<string, Imports>,
): Readonly<Record<string, string>> => {
  const versionOf = (wanted: string, module: string): readonly [string, string] => {
    const types = `@types/${wanted}`;
    if (dependencies[wanted] !== undefined) return [wanted, `${range}${dependencies[wanted]}`];
    if (devDependencies[types] !== undefined) return [types, `${range}${devDependencies[types]}`];
    throw new Error(`${name}: expected ${wanted}, which ${module} imports, among the project's dependencies`);
  };
  const wanted = new Map<string, string>();
  for (const [module, { packages }] of modules) for (const other of packages) wanted.set(other, module);
  return Object.fromEntries(
    [...wanted]
      .filter(([other]) => !(other in optionalPeers))
      .sort()
      .map(([other, module]) => versionOf(other, module)),
  );
};

/** The package.json of a package. It has one version with the project, and depends on the earlier ones exactly. */
export const manifestOf = (
  project: ProjectManifest,
  description: PublishedPackage,
  modules: ReadonlyMap<string, Imports>,
  internal: ReadonlySet<string>,
  earlier: readonly string[],
) => {
  const { name, exports, bin, assets, renamed, pages, node, optionalPeers, keywords } = description;
  const folders = new Set([...modules.keys(), ...assets].map((path) => path.split('/')[0]));
  return {
    name,
    version: project.version,
    description: description.description,
    keywords,
    license: project.license,
    type: 'module',
    sideEffects: false,
    engines: { node },
    exports: {
      ...Object.fromEntries(Object.entries(exports).map(([path, module]) => [path, target(module)])),
      ...Object.fromEntries([...internal].sort().map((module) => [`./internal/${module}`, target(module)])),
      './package.json': './package.json',
    },
    ...(bin && {
      bin: Object.fromEntries(Object.entries(bin).map(([command, module]) => [command, `${module}.js`])),
    }),
    files: [...folders, ...Object.keys(renamed ?? {}), 'CHANGELOG.md', ...(pages ? [NOTICES_FILE] : [])],
    dependencies: {
      ...Object.fromEntries(earlier.map((other) => [other, project.version])),
      ...dependenciesOf(project, description, modules),
    },
    peerDependencies: optionalPeers,
    peerDependenciesMeta: Object.fromEntries(
      Object.keys(optionalPeers).map((peer) => [peer, { optional: true }]),
    ),
  };
};
