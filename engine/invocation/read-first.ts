import type { Outcome } from '../policy/outcome.ts';
import { type RequestForm, readItem } from '../protocol/request.ts';
import type { Work } from '../work.ts';
import { wrongCount } from './worked-outcome.ts';

/**
 * A work function of items as the caller wrote them. Items travel unread, for what reading makes of them need not be
 * JSON; and a caller outside Lambda sends them unread in the first place. One that cannot be read is answered here.
 */
export const readFirst =
  (work: Work<unknown, unknown, unknown>, form: RequestForm): Work<unknown, unknown, unknown> =>
  async (items, context) => {
    const reads = items.map((item) => readItem(item, form.itemKey, form));
    const answers = reads.map((read): Outcome<unknown> | undefined =>
      'invalid' in read ? { error: read.invalid } : undefined,
    );
    const places = [...answers.keys()].filter((index) => !answers[index]);
    if (places.length === 0) return answers.filter((answer) => answer !== undefined);
    const outcomes = await work(
      reads.flatMap((read) => ('item' in read ? [read.item] : [])),
      { ...context, report: (index, outcome) => context.report(places[index] ?? -1, outcome) },
    );
    if (!Array.isArray(outcomes)) {
      throw new TypeError(`Expected a list of outcomes of the work function, received ${typeof outcomes}.`);
    }
    if (outcomes.length !== places.length) throw wrongCount(places.length, outcomes.length);
    const worked: Iterator<Outcome<unknown> | undefined> = outcomes.values();
    return answers.map((answer) => answer ?? worked.next().value);
  };
