import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { treeDefaults } from '../engine/limits.ts';
import { functionNamed } from '../functions/index.ts';
import { dollarsOf } from '../planner/index.ts';
import { loadPage, pageHtml } from '../view/index.ts';
import { type Bundle, bundleFunction, projectRoot } from './bundle/bundle.ts';
import { packageFolder } from './bundle/folders.ts';
import { NOTICES_FILE, thirdPartyNotices } from './bundle/notices.ts';
import type { Options } from './options.ts';

/**
 * The function that serves the page of a deploy, with the document in it, and the licences of what is in that.
 *
 * @param model the one that answers
 * @param directory where it goes. Default as of every function
 */
export const bundlePageFunction = async (
  options: Options,
  model: string | undefined,
  directory?: string,
): Promise<Bundle> => {
  const page = await loadPage('page');
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
    page,
  );
  // an installed package has its pages ready, and says by itself whose code is in them
  const notices = page.inputs
    ? await thirdPartyNotices(page.inputs.flatMap((input) => packageFolder(input) ?? []))
    : await readFile(join(projectRoot, NOTICES_FILE), 'utf8');
  const beside = { 'page.json': JSON.stringify(document), [NOTICES_FILE]: notices };
  return bundleFunction('page', { architecture, beside, ...(directory !== undefined && { directory }) });
};
