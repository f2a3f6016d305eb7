import { join } from 'node:path';
import { App, type AppProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { functions } from '../functions/index.ts';
import { bundleFunction, projectRoot } from './bundle/bundle.ts';
import { readDeployedModel } from './deployed-model.ts';
import { DrosteStack } from './droste-stack.ts';
import { readOptions } from './options.ts';

const readUpload = async (reference: string) => ({
  model: await readDeployedModel(reference, join(projectRoot, 'models')),
  copier: await bundleFunction('model-upload'),
});

/**
 * Makes the CDK app from its context. It bundles the functions itself, so what is deployed is never older than the
 * sources; unchanged sources leave the bundle, and with it the deployed version, as they are.
 *
 * @throws ConfigurationError for options that cannot be deployed
 */
export const buildApp = async (props?: AppProps): Promise<App> => {
  const app = new App(props);
  const options = readOptions((name) => app.node.tryGetContext(name));
  const { architecture, model, stackName } = options;
  const bundled = functions.map(
    async ({ name }) => [name, await bundleFunction(name, { architecture })] as const,
  );
  const bundles = Object.fromEntries(await Promise.all(bundled));
  const upload = model === undefined ? undefined : await readUpload(model);
  new DrosteStack(app, stackName, { options, bundles, ...(upload && { upload }) });
  Validations.of(app).addPlugins(new AwsSolutionsChecks());
  return app;
};
