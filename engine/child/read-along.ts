import { parseJson } from '../../platform/index.ts';
import { sizeOf } from '../policy/range.ts';
import type { EnvelopeReply, ReplyPart } from '../protocol/child-reply.ts';
import { openPart } from '../protocol/open-reply.ts';
import type { ChildOutcome, ChildRequest } from './ports.ts';

/** A reply that is read as it comes about. */
export interface ReadAlong {
  onLine(line: string): void;
  /** What the parts have said so far. */
  readonly outcomes: EnvelopeReply['outcomes'];
  /** How many of them were told. */
  readonly told: number;
  /** Why the call comes to nothing but what was told: a line that is no part, or one that is not to be merged. */
  readonly fault: ChildOutcome | string | undefined;
}

/**
 * Reads the parts of a child's reply, and tells of their outcomes: in order, up to the first item that is given back.
 * The last item's outcome waits for the reply itself: a batch is over when every item has its outcome, and by then each
 * of its calls has to have said what it took.
 *
 * @param admit says why what a part says of its teller keeps it from being merged, if it does
 */
export const readAlong = (
  path: string,
  { range, onTold }: Pick<ChildRequest, 'range' | 'onTold'>,
  admit: (part: ReplyPart) => ChildOutcome | undefined,
): ReadAlong => {
  const outcomes: EnvelopeReply['outcomes'][number][] = [];
  const items = sizeOf(range);
  const most = items - 1;
  let told = 0;
  let fault: ReadAlong['fault'];
  return {
    onLine: (line) => {
      // what comes after something else is nobody's any more
      if (fault !== undefined) return;
      const part = openPart(parseJson(line), path);
      fault = typeof part === 'string' ? part : admit(part);
      if (fault !== undefined || typeof part === 'string') return;
      const said = outcomes.length + part.outcomes.length;
      if (said > items) {
        fault = `expected ${items} outcomes at most, received ${said}`;
        return;
      }
      outcomes.push(...part.outcomes);
      for (let next = outcomes[told]; next && told < most; next = outcomes[told]) {
        onTold?.(told++, next, part.version);
      }
    },
    outcomes,
    get told() {
      return told;
    },
    get fault() {
      return fault;
    },
  };
};
