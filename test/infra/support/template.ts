import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { functions, jobs } from '../../../functions/index.ts';
import type { DeployedModel } from '../../../infra/deployed-model.ts';
import { DrosteStack } from '../../../infra/droste-stack.ts';
import { readOptions } from '../../../infra/options.ts';
import { newApp } from './new-app.ts';

const folder = mkdtempSync(join(tmpdir(), 'droste-stack-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const name of ['handler.mjs', 'model.onnx', 'config.json']) writeFileSync(join(folder, name), name);

const code = { directory: folder, handler: 'handler.handler' };

/** A model, as far as a template knows it. */
export const someModel: DeployedModel = {
  name: 'some-model',
  folder,
  files: ['config.json', 'model.onnx'],
  bytes: 2 ** 20,
  digest: '0123456789abcdef',
};

/** A resource of a template. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a template says, for assertions
  readonly Properties: any;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A stack, and what it is deployed by. */
interface Templated {
  readonly stack: DrosteStack;
  readonly template: Template;
  readonly resources: Readonly<Record<string, Resource>>;
}

const templates = new Map<string, Templated>();

/** The stack's template; its code and model are stand-ins. Made once for one context: to be read only. */
export const templateOf = (
  context: Readonly<Record<string, string>> = {},
  model?: DeployedModel,
): Templated => {
  const key = JSON.stringify([context, model]);
  const templated = templates.get(key) ?? synthesise(context, model);
  templates.set(key, templated);
  return templated;
};

const synthesise = (context: Readonly<Record<string, string>>, model?: DeployedModel): Templated => {
  const options = readOptions((name) => context[name]);
  const stack = new DrosteStack(newApp(), options.stackName, {
    options,
    bundles: Object.fromEntries([...functions, jobs, { name: 'page' }].map(({ name }) => [name, code])),
    ...(model && { upload: { model, copier: code } }),
  });
  const template = Template.fromStack(stack);
  return { stack, template, resources: template.toJSON().Resources };
};
