import type { configFiles } from './files.ts';

/**
 * Reads one of a model's two JSON files, to refuse it early: if it is of no use, the graph need not come at all. The
 * readers are loaded for that, and not with the command.
 *
 * @param isAlone whether `config.json` is the only one of the two, and has to say what becomes of pictures too
 * @throws ModelLoadError naming what is wrong in it, by `where`
 */
export const checkConfigFile = async (
  name: (typeof configFiles)[number],
  text: string,
  where: string,
  isAlone: boolean,
): Promise<void> => {
  const { parsePreprocessing, parseTimmPreprocessing } = await import('../core/preprocessor-config.ts');
  switch (name) {
    case 'config.json':
      (await import('../core/labels.ts')).parseModelConfig(text, where);
      if (isAlone) parseTimmPreprocessing(text, where);
      return;
    case 'preprocessor_config.json':
      parsePreprocessing(text, where);
      return;
    default:
      name satisfies never;
  }
};
