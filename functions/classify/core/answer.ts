import { ModelLoadError } from '../../../platform/index.ts';
import type { AnswerKind } from './answer-kind.ts';
import { activate } from './scores.ts';
import { topK } from './top-k.ts';

/** A class and how sure the model is of it, from 0 to 1. */
export interface Tag {
  readonly class: string;
  readonly confidence: number;
}

/** A number with its name, as the graph gives it. */
export interface Score {
  readonly class: string;
  readonly score: number;
}

/** What a model says of a picture. */
export type Answer =
  /** Best first, exact ties by lower class index. */
  | { readonly tags: readonly Tag[] }
  /** In the order of the graph. */
  | { readonly scores: readonly Score[] }
  /** float32 in little-endian order as base64, or the numbers. */
  | { readonly embedding: string | readonly number[] };

/** What a request may say of answers. */
export interface AnswerOptions {
  /** Tags per picture; default 5, and all where classes do not exclude each other. */
  readonly topK?: number | undefined;
  /** Tags of less confidence are left out; default the model's threshold. */
  readonly minConfidence?: number | undefined;
  /** How an embedding is written; default `base64`. */
  readonly embeddingFormat?: 'base64' | 'array' | undefined;
}

const DEFAULT_TOP_K = 5;

/** Enough digits to tell any two float32 apart. */
const FLOAT32_DIGITS = 9;

/** The shortest number whose float32 is this one: 0.1, not 0.10000000149011612. */
const shortest = (value: number): number => {
  for (let digits = 6; digits < FLOAT32_DIGITS; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(FLOAT32_DIGITS));
};

/** JSON has no NaN and no Infinity. */
const checkFinite = (numbers: Float32Array): void => {
  const index = numbers.findIndex((number) => !Number.isFinite(number));
  if (index === -1) return;
  throw new ModelLoadError(`expected finite numbers, received ${numbers[index]} at ${index}`);
};

const base64Of = (numbers: Float32Array): string => {
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [index, number] of numbers.entries()) bytes.writeFloatLE(number, index * 4);
  return bytes.toString('base64');
};

/**
 * Makes the answer of the graph's numbers for one picture.
 *
 * @throws ModelLoadError for NaN, and in scores and embeddings for Infinity
 */
export const answerOf = (numbers: Float32Array, kind: AnswerKind, options: AnswerOptions = {}): Answer => {
  switch (kind.form) {
    case 'tags': {
      const { labels, isBinary, isMultiLabel, threshold } = kind;
      const { minConfidence = threshold, topK: most = isMultiLabel ? labels.length : DEFAULT_TOP_K } =
        options;
      const given = activate(numbers, kind.activation);
      const [second = Number.NaN] = given;
      const best = topK(isBinary ? Float64Array.of(1 - second, second) : given, most);
      const tags = best.map(({ index, confidence }) => ({
        class: labels[index] ?? String(index),
        confidence,
      }));
      return { tags: tags.filter(({ confidence }) => confidence >= minConfidence) };
    }
    case 'scores':
      checkFinite(numbers);
      return {
        scores: kind.labels.map((label, index) => ({
          class: label,
          score: shortest(numbers[index] ?? Number.NaN),
        })),
      };
    case 'embedding':
      checkFinite(numbers);
      return {
        embedding: options.embeddingFormat === 'array' ? Array.from(numbers, shortest) : base64Of(numbers),
      };
    default:
      return kind satisfies never;
  }
};
