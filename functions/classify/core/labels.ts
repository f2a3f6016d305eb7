import * as z from 'zod';
import { ModelLoadError, quote } from '../../../platform/index.ts';
import { parseDocument } from './json-document.ts';

/** What the graph's numbers are (`"output"` in `config.json`, a key of ours). */
const outputKinds = ['logits', 'probabilities', 'scores', 'embedding'] as const;

/** What they are of, in the words of transformers (`problem_type`). */
const problemTypes = ['single_label_classification', 'multi_label_classification', 'regression'] as const;

/** What is read from `config.json`. */
export interface ModelConfig {
  /** The names of classes or scores, by index; none for an embedding. */
  readonly labels: readonly string[];
  /** What is odd about the file, and no reason to refuse it. */
  readonly warnings: readonly string[];
  /** Absent where the file does not say. */
  readonly output?: (typeof outputKinds)[number];
  readonly problem?: (typeof problemTypes)[number];
  /** Least confidence of a tag, where a request says none. */
  readonly threshold?: number;
  /** Name of the graph's output to take, where there are several. */
  readonly outputName?: string;
}

const oneOf = <const Words extends readonly string[]>(words: Words) =>
  z
    .enum(words, {
      error: ({ input }) =>
        `expected ${words.slice(0, -1).join(', ')} or ${words.at(-1)}, received ${quote(input)}`,
    })
    .nullish();

/** What timm has instead of `id2label`, beside `pretrained_cfg` or in it (timm/models/_hub.py, `_parse_model_cfg`). */
const labelNames = z.union([z.array(z.string()), z.record(z.string(), z.string())]).nullish();

/** The keys of `config.json` that are read. */
export const configDocument = z.object({
  id2label: z.record(z.string(), z.string()).nullish(),
  label_names: labelNames,
  pretrained_cfg: z.object({ label_names: labelNames }).nullish(),
  architectures: z.array(z.string()).nullish(),
  output: oneOf(outputKinds),
  output_name: z.string().nullish(),
  problem_type: oneOf(problemTypes),
  threshold: z.number().min(0).max(1).nullish(),
});

/** Heads of models that answer more than one row of numbers a picture, by how transformers names their classes. */
const otherTasks: readonly (readonly [architecture: RegExp, task: string, answer: string])[] = [
  [/(Semantic|Instance|Universal|Image|Panoptic)Segmentation$/, 'segmentation', 'a class for every pixel'],
  [/ObjectDetection$/, 'detection', 'boxes'],
  [/DepthEstimation$/, 'depth estimation', 'a number for every pixel'],
  [/(MaskGeneration|ImageToImage|ImageSuperResolution|MaskedImageModeling)$/, 'its task', 'pictures'],
];

const refuseOtherTasks = (architectures: readonly string[], where: string): void => {
  for (const [pattern, task, answer] of otherTasks) {
    const found = architectures.find((architecture) => pattern.test(architecture));
    if (found === undefined) continue;
    throw new ModelLoadError(
      `${where}: expected a model that answers one row of numbers a picture (classes, scores, an embedding), ` +
        `received ${found}: ${task} answers ${answer}`,
    );
  }
};

/**
 * Parses `config.json`: `id2label`, whose keys are the class indexes as strings, or timm's `label_names`;
 * `problem_type`; and our own `output`, `output_name` and `threshold`.
 *
 * @param where what the file is called in messages, for example its path
 * @throws ModelLoadError for text that is no JSON, no (but for an embedding) or malformed `id2label`, an index that is
 *   none or missing between others, an unknown `output` or `problem_type`, and a model for another task
 */
export const parseModelConfig = (text: string, where = 'config.json'): ModelConfig => {
  const document = parseDocument(configDocument, text, where);
  refuseOtherTasks(document.architectures ?? [], where);
  const { output, problem_type, threshold, output_name } = document;
  const names = document.id2label ?? document.label_names ?? document.pretrained_cfg?.label_names;
  if (names == null && output !== 'embedding') {
    throw new ModelLoadError(
      `${where}: expected id2label, the labels by class index, or timm's label_names, received none`,
    );
  }
  const labels = output === 'embedding' || names == null ? [] : ordered(names, where);
  const warnings = duplicates(labels).map((what) => `${where}: ${what}`);
  return {
    ...{ labels, warnings },
    ...(output != null && { output }),
    ...(problem_type != null && { problem: problem_type }),
    ...(threshold != null && { threshold }),
    ...(output_name != null && { outputName: output_name }),
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

const ordered = (
  names: Readonly<Record<string, string>> | readonly string[],
  where: string,
): readonly string[] => {
  const byIndex: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(names));
  const keys = Object.keys(byIndex);
  const stray = keys.find((key) => !/^(0|[1-9]\d*)$/.test(key));
  if (stray !== undefined) {
    throw new ModelLoadError(
      `${where}: expected the keys of id2label to be class indexes, received ${quote(stray)}`,
    );
  }
  return keys.map((_, index) => {
    const label = byIndex[index];
    if (label !== undefined) return label;
    throw new ModelLoadError(
      `${where}: expected the keys of id2label to be 0 to ${keys.length - 1} without a gap, received no ${index}`,
    );
  });
};
