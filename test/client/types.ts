/** What the client's types promise. Nothing here runs: `npm run types` fails where an error is missing or is none. */
import * as z from 'zod';
import { concurrent, droste } from '../../client/index.ts';
import { each, recursive } from '../../engine/index.ts';

const handler = recursive(
  each(async (n, { options }) => ({ scaled: n * options.factor, at: new Date() })),
  { item: z.number(), options: { factor: z.number() } },
);

// a function called by its handler's types
export const byHandler = async (): Promise<number> => {
  const scaled = droste<typeof handler>({ functionName: 'scaled' });
  for await (const result of scaled.map([1, 2], { options: { factor: 2, receipts: true } })) {
    const at: string = result.at;
    return result.scaled + at.length;
  }
  for await (const result of scaled.map([1], { options: { factor: 2 }, onError: 'collect' })) {
    if ('results' in result) return result.results.scaled;
    return result.error.message.length + result.item;
  }
  // @ts-expect-error items are numbers
  scaled.map(['1']);
  // @ts-expect-error no such option
  scaled.map([1], { options: { faktor: 2 } });
  const one = concurrent<typeof handler>('scaled', { options: { factor: 2 } });
  // @ts-expect-error items are numbers
  void one('1');
  // @ts-expect-error the factor is a number
  concurrent<typeof handler>('scaled', { options: { factor: '2' } });
  return (await one(1)).scaled;
};

// or by types that are said
export const bySaying = async (): Promise<number> => {
  const scaled = droste<number, { readonly scaled: number }>({ functionName: 'scaled' });
  const [first] = await scaled.map([1], { options: { anything: 'goes' } }).all();
  return (first?.scaled ?? 0) + (await concurrent<string, number>('length')('text'));
};
