import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { functionNamed, functions, jobs } from '../../functions/index.ts';
import { InvalidRequestError } from '../../platform/index.ts';
import { type Architecture, defaultArchitecture } from './architecture.ts';
import { bundlesFolder, packageName } from './folders.ts';
import { bundleJavaScript } from './javascript.ts';
import { describeBundle, type Manifest } from './manifest.ts';
import { embeddedModelFiles } from './models.ts';
import { nativeFiles } from './natives.ts';
import { NOTICES_FILE, thirdPartyNotices } from './notices.ts';
import { writeBundle } from './write-bundle.ts';

/** The project's folder; of the package, where this is installed. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url));

/** `.ts` in the project, `.js` in the package. */
const ending = extname(import.meta.url);

export interface BundleOptions {
  /** Default arm64. */
  readonly architecture?: Architecture;
  /** Where it goes, replacing what is there. Default `dist/<function>` of the project, or the package's cache. */
  readonly directory?: string;
  /** Files that lie beside the handler, by their names. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** What can be bundled: the functions, that of jobs, the one that serves the page, and the custom resource of the deploy. */
export const bundledNames: readonly string[] = [
  ...functions.map(({ name }) => name),
  jobs.name,
  'page',
  'model-upload',
];

/** A function as Lambda gets it. */
export interface Bundle extends Manifest {
  /** Absolute. */
  readonly directory: string;
  /** Module that exports `handler`, relative to the directory. */
  readonly module: string;
  /** As Lambda's configuration has it: the module without its ending, a dot, the export. */
  readonly handler: string;
}

/**
 * Bundles a function for Lambda: its code as ES modules, minified with names kept, the AWS SDK included, the native
 * files of one platform, its embedded models, the licences of all that is in it. The bundle has the repository's layout, so that it runs wherever the
 * directory lies, on Lambda and under the local host. The same sources and lock file give the same `sha256`.
 *
 * @throws InvalidRequestError for a name that is none; ConfigurationError for packages of the platform that cannot be had or say nothing of their licence, and for a missing model; what esbuild
 *   failed with
 */
export const bundleFunction = async (name: string, options: BundleOptions = {}): Promise<Bundle> => {
  const { architecture = defaultArchitecture } = options;
  const { directory = join(bundlesFolder(projectRoot, architecture), name), beside = {} } = options;
  if (!bundledNames.includes(name)) {
    throw new InvalidRequestError(`Expected a function (${bundledNames.join(', ')}), received ${name}`);
  }
  const entry = `functions/${name}/handler${ending}`;
  const models = functionNamed(name)?.models?.embedded ?? [];
  const code = await bundleJavaScript(projectRoot, entry, architecture);
  const natives = await nativeFiles(projectRoot, new Set([...code.folders].map(packageName)), architecture);
  const notices = await thirdPartyNotices([...code.folders, ...natives.folders]);
  const files = [
    ...code.files,
    ...natives.files,
    ...(await embeddedModelFiles(projectRoot, models)),
    ...Object.entries(beside).map(([file, text]) => ({
      ...{ path: `functions/${name}/${file}`, purpose: 'page' as const },
      content: Buffer.from(text),
    })),
    { path: NOTICES_FILE, purpose: 'licence' as const, content: Buffer.from(notices) },
  ];
  await writeBundle(directory, files);
  const stem = entry.slice(0, -ending.length);
  return { ...describeBundle(files), directory, module: `${stem}.mjs`, handler: `${stem}.handler` };
};
