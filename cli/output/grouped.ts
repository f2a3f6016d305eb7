import { formatCount } from './amounts.ts';
import type { Answer, ResultShape, ResultWriter } from './format.ts';

/** What the answers are called that have no tag, and those that failed. */
const WITHOUT = { tag: 'no tag', answer: 'failed' } as const;

/** The class that the first model is surest of. */
export const bestTag = (results: unknown, shape: Pick<ResultShape, 'answers'>): string | undefined =>
  shape.answers?.(results)[0]?.tags[0]?.class;

/**
 * Keeps answers back until all are there, and writes them by their best tag: the largest group first, then by name,
 * those without a tag, and last those that failed. Inside a group the order of the batch stays.
 */
export const groupedByTag = (writer: ResultWriter, shape: Pick<ResultShape, 'answers'>): ResultWriter => {
  const groups = new Map<string, Answer[]>();
  const failed: Answer[] = [];
  const untagged: Answer[] = [];
  const placeOf = ({ outcome }: Answer): Answer[] => {
    if ('error' in outcome) return failed;
    const tag = bestTag(outcome.results, shape);
    if (tag === undefined) return untagged;
    const group = groups.get(tag) ?? [];
    groups.set(tag, group);
    return group;
  };
  const write = (title: string, answers: readonly Answer[]): void => {
    if (answers.length === 0) return;
    writer.section?.(`${title}: ${formatCount(answers.length, 'picture')}`);
    for (const answer of answers) writer.write(answer);
  };
  const clear = (): void => {
    groups.clear();
    untagged.length = 0;
    failed.length = 0;
  };
  return {
    write: (answer) => void placeOf(answer).push(answer),
    end: () => {
      const bySize = [...groups].sort(
        ([a, some], [b, others]) => others.length - some.length || (a < b ? -1 : 1),
      );
      for (const [tag, answers] of bySize) write(tag, answers);
      write(WITHOUT.tag, untagged);
      write(WITHOUT.answer, failed);
      clear();
      writer.end();
    },
  };
};
