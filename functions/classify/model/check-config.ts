import type { configFiles } from './files.ts';

/**
 * Reads one of a model's two JSON files, to refuse it early: if it is of no use, the graph need not come at all. The
 * readers are loaded for that, and not with the command.
 *
 * @throws ModelLoadError naming what is wrong in it, by `where`
 */
export const checkConfigFile = async (
  name: (typeof configFiles)[number],
  text: string,
  where: string,
): Promise<void> => {
  switch (name) {
    case 'config.json':
      (await import('../core/labels.ts')).parseModelConfig(text, where);
      return;
    case 'preprocessor_config.json':
      (await import('../core/preprocessor-config.ts')).parsePreprocessing(text, where);
      return;
    default:
      name satisfies never;
  }
};
