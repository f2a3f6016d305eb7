import { describeReference } from '../../images/index.ts';
import { isRecord } from '../../platform/index.ts';
import type { SaidInReport } from './format.ts';
import { tagsShape } from './tags.ts';
import { cutEnd, onOneLine } from './text.ts';

/** Characters of a result that is no answer of a model, in a report. */
const REPORTED_WIDTH = 200;

/** A value as words: names and values, without the marks of JSON. A picture inside it would be all that is seen. */
const words = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(words).join('; ');
  if (typeof value === 'string') return /^data:/i.test(value) ? 'inline' : describeReference(value);
  if (!isRecord(value)) return String(value);
  return Object.entries(value)
    .map(([name, each]) => (isRecord(each) ? words(each) : `${name} ${words(each)}`))
    .join(', ');
};

/**
 * What a report shows of the results of any function: tags where they are some, else names and values; of several functions
 * by their names.
 *
 * @param name of what answered
 */
export const anyAnswers = (name: string, results: unknown): readonly SaidInReport[] => {
  const said = tagsShape(name, name).answers?.(results) ?? [];
  if (said.length > 0) return said;
  return [{ model: name, tags: [], text: cutEnd(onOneLine(words(results)), REPORTED_WIDTH) }];
};

/** Answers as one text; what gave them is said where it is not the one of that name. */
export const oneLineOf = (answers: readonly SaidInReport[], name: string): string =>
  answers
    .map(({ model, tags, text }) => {
      const said = text ?? tags.map((tag) => `${tag.class} ${(tag.confidence * 100).toFixed(1)}%`).join(', ');
      return model === name ? said : `${model}: ${said}`;
    })
    .join('; ');

/** {@link anyAnswers} where results are several functions' by name; an answer by a model of several is `function: model`. */
export const severalAnswers = (results: unknown): readonly SaidInReport[] =>
  Object.entries(isRecord(results) ? results : {}).flatMap(([part, own]) =>
    anyAnswers(part, own).map((said) =>
      said.model === part ? said : { ...said, model: `${part}: ${said.model}` },
    ),
  );
