import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigurationError } from '../../platform/index.ts';
import type { Architecture } from './architecture.ts';
import type { BundleFile, FilePurpose } from './manifest.ts';
import { type PackagePlaces, platformPackages } from './platform-packages.ts';

/** Files of a package that its JavaScript, once bundled, still needs beside it. */
interface NativePart {
  readonly package: string;
  /** Folder of the files, relative to the package. */
  readonly folder: string;
  /** What in the folder is needed. */
  readonly files: RegExp;
  readonly purpose: FilePurpose;
}

/** What native files there are, and where they come from. */
export interface Natives {
  readonly files: readonly BundleFile[];
  /** Folders of their packages. */
  readonly folders: ReadonlySet<string>;
}

/**
 * sharp finds its addon as the package `@img/sharp-linux-<cpu>`, and that finds libvips by a path relative to itself
 * (its RPATH).
 */
const sharpParts = (architecture: Architecture): readonly NativePart[] => {
  const addon = `@img/sharp-linux-${architecture}`;
  const libvips = `@img/sharp-libvips-linux-${architecture}`;
  return [
    { package: addon, folder: 'lib', files: /\.node$/, purpose: 'native' },
    { package: addon, folder: '.', files: /^(package\.json|index\.cjs)$/, purpose: 'code' },
    { package: libvips, folder: 'lib', files: /^libvips-cpp\.so/, purpose: 'native' },
    { package: libvips, folder: '.', files: /^(package|versions)\.json$/, purpose: 'code' },
  ];
};

/** ONNX Runtime's package has all platforms (290 MB); the addon finds the library in its own folder (its RUNPATH). */
const onnxRuntimeParts = (architecture: Architecture): readonly NativePart[] => [
  {
    package: 'onnxruntime-node',
    folder: `bin/napi-v6/linux/${architecture}`,
    files: /^(onnxruntime_binding\.node|libonnxruntime\.so\.\d+)$/,
    purpose: 'native',
  },
];

const partsOf: Readonly<Record<string, (architecture: Architecture) => readonly NativePart[]>> = {
  sharp: sharpParts,
  'onnxruntime-node': onnxRuntimeParts,
};

const readPart = async (part: NativePart, places: PackagePlaces): Promise<readonly BundleFile[]> => {
  const folder = join(places(part.package), part.folder);
  const names = (await readdir(folder).catch(() => [])).filter((name) => part.files.test(name)).sort();
  if (names.length === 0) {
    throw new ConfigurationError(
      `${folder}: expected files like ${part.files.source} of ${part.package}, received none`,
    );
  }
  return Promise.all(
    names.map(async (name) => ({
      path: ['node_modules', part.package, ...(part.folder === '.' ? [] : [part.folder]), name].join('/'),
      purpose: part.purpose,
      content: await readFile(join(folder, name)),
    })),
  );
};

/**
 * The native files that bundled code needs, for Linux with glibc on one architecture and nothing else. They keep the
 * places their packages give them, so that they find each other.
 *
 * @param packages names of the packages in the code
 * @throws ConfigurationError when a package of that platform cannot be had, or lacks what is expected in it
 */
export const nativeFiles = async (
  root: string,
  packages: ReadonlySet<string>,
  architecture: Architecture,
): Promise<Natives> => {
  const parts = [...packages].sort().flatMap((name) => partsOf[name]?.(architecture) ?? []);
  const names = new Set(parts.map((part) => part.package));
  const places = await platformPackages(root, [...names], architecture);
  const files = await Promise.all(parts.map((part) => readPart(part, places)));
  return { files: files.flat(), folders: new Set([...names].map(places)) };
};
