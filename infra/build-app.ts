import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { checkNames, readOptions } from './options.ts';
import { bundlePicturesFor, DrosteStack } from './pictures.ts';
import { describeSettings, keptContext } from './settings.ts';

/**
 * Makes the CDK app from its context. It bundles the functions itself, so what is deployed is never older than the
 * sources; unchanged sources leave the bundle, and with it the deployed version, as they are.
 *
 * @throws ConfigurationError for options that cannot be deployed
 */
export const buildApp = async (props?: AppProps): Promise<App> => {
  const app = new App(props);
  const context: Readonly<Record<string, unknown>> = app.node.getAllContext();
  checkNames(context);
  const options = readOptions((name) => app.node.tryGetContext(name));
  new DrosteStack(app, options.stackName, await bundlePicturesFor(options));
  // where the CDK found its own file
  process.stderr.write(`${describeSettings(context, await keptContext(process.cwd()))}\n`);
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  return app;
};
