import {
  Architecture,
  type Code,
  type FunctionOptions,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { ConfigurationError } from '../../platform/index.ts';
import { requireShim } from '../bundle/require-shim.ts';

/** Where a function's code comes from: a module to be bundled, or code that is bundled already. */
export interface FunctionSource {
  /** Module that exports `handler`, TypeScript or JavaScript; relative to the working directory. esbuild bundles it. */
  readonly entry?: string;
  /**
   * Packages with native files, or others that esbuild cannot bundle: they are installed by npm for the function's
   * processor, in the versions of the lock file. Default none.
   */
  readonly nativePackages?: readonly string[];
  /** npm's, pnpm's, yarn's or bun's. Default: the first found from the working directory upwards. */
  readonly lockFile?: string;
  /** Instead of `entry`: bundled code, for the architecture. */
  readonly code?: Code;
  /** Of `code`: `path/to/module.handler`. Default `index.handler`. */
  readonly handler?: string;
}

const runtime = Runtime.NODEJS_24_X;

/** npm installs for another machine than this one, and there needs no Docker to do it. */
const npmTarget = (architecture: Architecture | undefined) => ({
  npm_config_os: 'linux',
  npm_config_libc: 'glibc',
  npm_config_cpu: architecture === Architecture.X86_64 ? 'x64' : 'arm64',
});

/**
 * Makes the function. A bundle is one ES module with the AWS SDK in it (the runtime's own is loaded slower, and is of
 * another version from one month to the next), and with a `require`: CommonJS packages inside an ES module ask for one,
 * and without it the SDK fails at the first call (`Dynamic require of "node:https" is not supported`).
 *
 * @throws ConfigurationError for neither `entry` nor `code`, and for both.
 */
export const createFunction = (
  scope: Construct,
  id: string,
  { entry, nativePackages = [], lockFile, code, handler = 'index.handler' }: FunctionSource,
  options: FunctionOptions,
): LambdaFunction => {
  if (entry !== undefined && code === undefined) {
    return new NodejsFunction(scope, id, {
      ...options,
      runtime,
      entry,
      handler: 'handler',
      ...(lockFile !== undefined && { depsLockFilePath: lockFile }),
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        // ES modules first: what a package loads lazily stays lazy, and unused parts of the AWS SDK fall away
        mainFields: ['module', 'main'],
        banner: requireShim,
        minify: true,
        // error types travel by name
        keepNames: true,
        externalModules: [],
        nodeModules: [...nativePackages],
        environment: npmTarget(options.architecture),
      },
    });
  }
  if (entry === undefined && code !== undefined) {
    return new LambdaFunction(scope, id, { ...options, runtime, code, handler });
  }
  throw new ConfigurationError(
    `${scope.node.path}: expected entry or code, received ${entry === undefined ? 'neither' : 'both'}`,
  );
};
