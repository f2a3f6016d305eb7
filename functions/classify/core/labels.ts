import * as z from 'zod';
import { ModelLoadError } from '../../../platform/index.ts';
import { parseDocument } from './json-document.ts';
import { type OutputKind, outputKinds } from './scores.ts';

/** What is read from `config.json`. */
export interface ModelConfig {
  /** The class names, by index. */
  readonly labels: readonly string[];
  /** What is odd about the file, and no reason to refuse it. */
  readonly warnings: readonly string[];
  /** Absent where the file does not say; it then means logits. */
  readonly output?: OutputKind;
  /** Name of the graph's output to take, where there are several. */
  readonly outputName?: string;
}

const schema = z.object({
  id2label: z.record(z.string(), z.string()),
  output: z
    .enum(outputKinds, {
      error: ({ input }) => `expected ${outputKinds.join(' or ')}, received ${JSON.stringify(input)}`,
    })
    .nullish(),
  output_name: z.string().nullish(),
  problem_type: z.string().nullish(),
});

/**
 * Parses `config.json`: `id2label`, whose keys are the class indexes as strings, and our own `output` and `output_name`.
 *
 * @param where what the file is called in messages, for example its path
 * @throws ModelLoadError for text that is no JSON, no or malformed `id2label`, an index that is none or missing
 *   between others, an unknown `output`, and a model whose classes do not exclude each other (`problem_type`)
 */
export const parseModelConfig = (text: string, where = 'config.json'): ModelConfig => {
  const document = parseDocument(schema, text, where);
  const problem = document.problem_type ?? 'single_label_classification';
  if (problem !== 'single_label_classification') {
    throw new ModelLoadError(
      `${where}: expected problem_type single_label_classification or none, received ${problem}`,
    );
  }
  const labels = ordered(document.id2label, where);
  const warnings = duplicates(labels).map((what) => `${where}: ${what}`);
  return {
    ...{ labels, warnings },
    ...(document.output != null && { output: document.output }),
    ...(document.output_name != null && { outputName: document.output_name }),
  };
};

/** How many of the labels that several classes have are named. */
const NAMED = 3;

/** Results name classes by their labels alone, so two classes of one label cannot be told apart in them. */
const duplicates = (labels: readonly string[]): readonly string[] => {
  const indexes = Map.groupBy(labels.keys(), (index) => labels[index] ?? '');
  const several = [...indexes].filter(([, classes]) => classes.length > 1);
  if (several.length === 0) return [];
  const named = several.slice(0, NAMED).map(([label, classes]) => `${label} (${classes.join(', ')})`);
  const more = several.length > NAMED ? ` and ${several.length - NAMED} more` : '';
  return [`classes share labels, so results do not tell them apart: ${named.join('; ')}${more}`];
};

const ordered = (id2label: Readonly<Record<string, string>>, where: string): readonly string[] => {
  const count = Object.keys(id2label).length;
  const stray = Object.keys(id2label).find((key) => !/^(0|[1-9]\d*)$/.test(key));
  if (stray !== undefined) {
    throw new ModelLoadError(
      `${where}: expected the keys of id2label to be class indexes, received ${JSON.stringify(stray)}`,
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const label = id2label[index];
    if (label !== undefined) return label;
    throw new ModelLoadError(
      `${where}: expected the keys of id2label to be 0 to ${count - 1} without a gap, received no ${index}`,
    );
  });
};

/**
 * Checks that there is one label per class of the graph.
 *
 * @throws ModelLoadError naming both counts
 */
export const checkLabelCount = (
  labels: readonly string[],
  classes: number,
  where = 'config.json',
): readonly string[] => {
  if (labels.length === classes) return labels;
  throw new ModelLoadError(
    `${where}: expected ${classes} labels in id2label (the graph's outputs), received ${labels.length}`,
  );
};
