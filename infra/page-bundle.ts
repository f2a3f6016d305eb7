import { treeDefaults } from '../engine/limits.ts';
import { functionNamed } from '../functions/index.ts';
import { dollarsOf } from '../planner/index.ts';
import { loadPage, pageHtml } from '../view/index.ts';
import { bundleFunction } from './bundle/bundle.ts';
import type { Options } from './options.ts';

/** The function that serves the page of a deploy, with the document in it. @param model the one that answers */
export const bundlePageFunction = async (options: Options, model: string | undefined) => {
  const { memoryMb, architecture, maxWork, parallel, slots } = options;
  const [embedded = ''] = functionNamed('classify')?.models?.embedded ?? [];
  const machine = { memoryMb, architecture: architecture === 'x64' ? ('x86_64' as const) : architecture };
  const document = pageHtml(
    {
      kind: 'deployed',
      models: [model ?? embedded],
      samples: { folder: '', names: [] },
      shape: { maxWork: maxWork === 'auto' ? treeDefaults.maxWorkPerRequest : maxWork, parallel, slots },
      price: { ms: dollarsOf(1, 0, machine), invocation: dollarsOf(0, 1, machine) },
    },
    await loadPage('page'),
  );
  return bundleFunction('page', { architecture, beside: { 'page.json': JSON.stringify(document) } });
};
