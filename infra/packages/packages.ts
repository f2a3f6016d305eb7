import type { PageName } from '../../view/index.ts';
import { bundledNames } from '../bundle/bundle.ts';

/** A package that is published, and what of the project is in it. */
export interface PublishedPackage {
  readonly name: string;
  readonly description: string;
  readonly keywords: readonly string[];
  /** Public subpaths and the modules behind them, relative to the project, without their ending. */
  readonly exports: Readonly<Record<string, string>>;
  /** Modules that are no export: commands, and what is found by its place. */
  readonly entries: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  /** Folders and files that travel as they are. */
  readonly assets: readonly string[];
  /** Files that travel by another name than the project's. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Pages for browsers that are bundled into it. */
  readonly pages?: readonly PageName[];
  /** Lowest Node, by what the code and its dependencies ask for. */
  readonly node: string;
  /** Packages that only some of the exports need; the user has them already, or has no use for those. */
  readonly optionalPeers: Readonly<Record<string, string>>;
  /** `^` lets a library share what its user has; a command brings exactly what its results were tested with. */
  readonly range: '^' | '';
}

/** A module is in the first of them whose exports and entries reach it; a later one imports it from there. */
export const publishedPackages = [
  {
    name: 'droste',
    description:
      'Make an AWS Lambda function that invokes itself: any work over any number of items, in one call',
    keywords: ['aws', 'lambda', 'serverless', 'recursive', 'parallel', 'map', 'batch', 'fan-out', 'cdk'],
    exports: {
      '.': 'engine/public',
      './client': 'client/public',
      './local': 'local/index',
      './cdk': 'infra/constructs/index',
    },
    entries: [],
    assets: [],
    // require() of ES modules without a flag
    node: '>=22.12',
    optionalPeers: { 'aws-cdk-lib': '^2.230.0', constructs: '^10.4.2', esbuild: '>=0.25' },
    range: '^',
  },
  {
    name: 'droste-pictures',
    description:
      'Label pictures and make thumbnails by Lambda functions that invoke themselves, or on this machine',
    keywords: ['aws', 'lambda', 'images', 'classification', 'onnx', 'thumbnail', 'sharp', 'cli', 'recursive'],
    exports: { './cdk': 'infra/pictures' },
    entries: [
      'cli/main',
      ...bundledNames.map((name) => `functions/${name}/handler`),
      'functions/classify/model/check-handler',
    ],
    bin: { droste: 'cli/main', 'droste-pictures': 'cli/main' },
    assets: ['models/basic-colours', 'examples/pictures'],
    pages: ['report', 'page'],
    // what bundles for other machines are made of; npm packs no lock file
    renamed: { 'natives-lock.json': 'package-lock.json' },
    // undici 8
    node: '>=22.19',
    optionalPeers: { 'aws-cdk-lib': '^2.275.0', constructs: '^10.4.2', esbuild: '>=0.25' },
    range: '',
  },
] as const satisfies readonly PublishedPackage[];
