import { droste } from '../../../client/index.ts';
import type { Invoke, TreeShape } from '../../../engine/index.ts';
import { ENVELOPE_KEY } from '../../../engine/protocol/envelope.ts';

interface EchoInput {
  readonly isBad?: (item: unknown) => boolean;
  readonly turns?: number;
  readonly shape?: Partial<TreeShape>;
}

/**
 * A deployed function of which every invocation answers each item with itself, or with an error for `isBad` ones, after
 * so many turns of the event loop: an answer that takes none would let no timer run.
 */
export const echo = ({ isBad = () => false, turns = 1, shape = {} }: EchoInput = {}) => {
  const sent: unknown[] = [];
  let open = 0;
  const invoke: Invoke = async ({ payload, signal, sent: left }) => {
    left?.();
    open += 1;
    const { path, items } = JSON.parse(payload)[ENVELOPE_KEY];
    for (let turn = 0; turn < turns && !signal.aborted; turn++) await new Promise(setImmediate);
    open -= 1;
    if (signal.aborted) return { kind: 'aborted' };
    sent.push(...items);
    const outcomes = items.map((item: unknown) =>
      isBad(item) ? { error: { name: 'TypeError', message: `no ${item}` } } : { results: item },
    );
    const stats = { invocations: 1, depth: 1, throttled: 0, retried: 0 };
    const reply = { path, version: '7', outcomes, undone: [], stats, identity: {} };
    return { kind: 'replied', payload: JSON.stringify({ [ENVELOPE_KEY]: reply }) };
  };
  return { ...droste<unknown, unknown>({ functionName: 'echo', invoke, shape }), sent, open: () => open };
};
