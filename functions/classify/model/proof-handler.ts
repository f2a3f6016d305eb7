import { loadModel } from './load.ts';

/** A Lambda handler that loads a model once, so that a model nobody knows is met in a process that can be ended. */
export const handler = async ({ folder, name }: { readonly folder: string; readonly name: string }) => {
  const model = await loadModel(folder, { name });
  return { classes: model.classes, sha256: model.sha256, warnings: model.warnings };
};
