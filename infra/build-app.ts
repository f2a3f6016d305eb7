import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { checkNames, optionNames, readOptions } from './options.ts';
import { bundlePicturesFor, DrosteStack } from './pictures.ts';

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
  process.stderr.write(`${settingsOf(context)}\n`);
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  return app;
};

/** What is deployed with, where it is not the default: whoever deploys again sees what they leave out. */
const settingsOf = (context: Readonly<Record<string, unknown>>): string => {
  const given = optionNames.filter((name) => (context[name] ?? '') !== '');
  const texts = given.map(
    (name) =>
      `${name}=${[context[name]]
        .flat()
        .map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))
        .join(',')}`,
  );
  return `settings: ${texts.join(' ') || 'none'} (-c, and context in cdk.json); everything else as by default`;
};
