import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { decodePixels } from '../../../images/sharp.ts';
import { InvalidRequestError, ModelLoadError } from '../../../platform/index.ts';
import type { Answer } from '../core/answer.ts';
import type { TensorDescription } from '../core/graph.ts';
import { parseDocument } from '../core/json-document.ts';
import { answerWords, preprocessingSteps } from '../core/preprocessing-steps.ts';
import { unusual } from '../core/unusual.ts';
import { type OpenModel, openModel } from './load.ts';
import { readOnnxFile } from './onnx-file.ts';

/** What there is to say about a model. */
export interface ModelCheck {
  readonly name: string;
  readonly folder: string;
  readonly sha256: string;
  readonly graph: {
    /** The graph's file and those of its weights outside, relative to the folder. */
    readonly files: readonly string[];
    readonly irVersion: number;
    readonly opset: number;
    readonly producer: string;
    readonly operations: readonly string[];
    readonly inputs: readonly TensorDescription[];
    readonly outputs: readonly TensorDescription[];
    /** Name of the output that is taken, and the type of the operation that makes it. */
    readonly output: string;
    readonly endsIn: string | undefined;
    readonly layout: 'NCHW' | 'NHWC';
    readonly batch: number | 'symbolic';
  };
  /** What becomes of a picture before the graph has it, a sentence a step. */
  readonly steps: readonly string[];
  /** What becomes of the graph's numbers. */
  readonly answers: string;
  /** How many numbers the graph gives a picture. */
  readonly classes: number;
  readonly labels: readonly string[];
  readonly samples: readonly { readonly picture: string; readonly answer: Answer }[];
  /** What is odd about it, and no reason to refuse it. */
  readonly unusual: readonly string[];
  /** Absent where the folder has no {@link EXAMPLES_FILE}. */
  readonly agreement?: Agreement;
}

/** How the model's answers compare with those that Python gave. */
export interface Agreement {
  readonly pictures: number;
  /** Pictures whose classes are the same ones in the same order. */
  readonly same: number;
  /** The largest difference of a score, over classes that both name. */
  readonly largestDifference: number;
  /** Of the pictures that differ, what each said. */
  readonly differing: readonly {
    readonly picture: string;
    readonly expected: readonly string[];
    readonly received: readonly string[];
  }[];
}

/**
 * Answers of `transformers.pipeline("image-classification")` (timm's models go through it, too), beside the model:
 * `{"cat.jpg": pipeline("cat.jpg"), …}`, pictures by their paths in the folder.
 */
export const EXAMPLES_FILE = 'examples.json';

const examples = z.record(z.string(), z.array(z.object({ label: z.string(), score: z.number() })).min(1));

const answerTo = async (model: OpenModel, path: string, topK?: number): Promise<Answer> => {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new InvalidRequestError(`${path}: expected a picture that can be read, received none: ${cause}`, {
      cause,
    });
  });
  const { classifier } = model;
  // of multi-label models the pipeline answers all, whatever the threshold
  const all = topK === undefined ? {} : { topK, minConfidence: 0 };
  return classifier.answer(await decodePixels(bytes, classifier.plan), all);
};

/** An answer as the pipeline writes it. */
const pairsOf = (answer: Answer): readonly (readonly [label: string, score: number])[] => {
  if ('tags' in answer) return answer.tags.map((tag) => [tag.class, tag.confidence]);
  if ('scores' in answer) return answer.scores.map(({ class: label, score }) => [label, score]);
  return [];
};

const compare = async (model: OpenModel): Promise<Agreement | undefined> => {
  const path = join(model.folder, EXAMPLES_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  if (model.classifier.kind.form === 'embedding') {
    throw new ModelLoadError(`${path}: expected none beside an embedding: it has labels and scores`);
  }
  const expected = Object.entries(parseDocument(examples, text, path));
  const differing: Agreement['differing'][number][] = [];
  let largestDifference = 0;
  for (const [picture, pairs] of expected) {
    const received = pairsOf(await answerTo(model, join(model.folder, picture), pairs.length));
    const scores = new Map(received);
    for (const { label, score } of pairs) {
      const difference = Math.abs(score - (scores.get(label) ?? score));
      largestDifference = Math.max(largestDifference, difference);
    }
    const labels = pairs.map(({ label }) => label);
    if (labels.every((label, index) => label === received[index]?.[0])) continue;
    differing.push({ picture, expected: labels, received: received.map(([label]) => label) });
  }
  return {
    pictures: expected.length,
    same: expected.length - differing.length,
    largestDifference,
    differing,
  };
};

/**
 * Loads a model and says what it is, what becomes of a picture on its way through it, what it answers to some, and what
 * is unusual about it.
 *
 * @param pictures paths of sample pictures
 * @throws ModelLoadError as `loadModel`, and for an `examples.json` that is none; InvalidRequestError and the errors of
 *   decoding for a picture that is none
 */
export const checkModel = async (
  folder: string,
  { name, pictures = [] }: { readonly name?: string; readonly pictures?: readonly string[] } = {},
): Promise<ModelCheck> => {
  const model = await openModel(folder, name === undefined ? {} : { name });
  const { classifier, files, preprocessing, input, inputs, outputs, output, size } = model;
  try {
    const { makers, ...file } = await readOnnxFile(join(model.folder, files.graph));
    const samples: ModelCheck['samples'][number][] = [];
    for (const picture of pictures) {
      samples.push({ picture: basename(picture), answer: await answerTo(model, picture) });
    }
    const agreement = await compare(model);
    const { kind, classes, sha256, warnings, plan } = classifier;
    const endsIn = makers.get(output);
    return {
      ...{ name: classifier.name, folder: model.folder, sha256 },
      graph: {
        files: [files.graph, ...files.externalData],
        ...file,
        ...{ inputs, outputs, output, endsIn, layout: input.layout, batch: input.batch },
      },
      steps: preprocessingSteps(preprocessing, input, plan, size),
      answers: answerWords(kind, classes),
      classes,
      labels: kind.form === 'embedding' ? [] : kind.labels,
      samples,
      unusual: [
        ...warnings,
        ...unusual({ preprocessing, input, kind, endsIn, answers: samples.map(({ answer }) => answer) }),
      ],
      ...(agreement && { agreement }),
    };
  } finally {
    await classifier.release();
  }
};
