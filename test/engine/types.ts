/** What the types promise. Nothing here runs: `npm run types` fails where an error is missing or is none. */
import * as z from 'zod';
import * as z3 from 'zod/v3';
import {
  type ContractOf,
  each,
  type Handler,
  type ItemContext,
  recursive,
  type Work,
} from '../../engine/index.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <Condition extends true>(): Condition | undefined => undefined;

// options of one's own are inferred, and so is the item
const scaled = recursive(
  each(async (n, { options }) => n * options.factor + (options.offset ?? 0)),
  { item: z.number(), options: { factor: z.number(), offset: z.number().optional() } },
);
holds<Same<ContractOf<typeof scaled>['item'], number>>();
holds<Same<ContractOf<typeof scaled>['result'], number>>();
const given: ContractOf<typeof scaled>['options'] = { factor: 2 };
void given;
// @ts-expect-error factor has to be given
const without: ContractOf<typeof scaled>['options'] = { offset: 1 };
void without;

// with the item of the function alone
const plain = recursive(each((url: string) => url.length));
holds<Same<ContractOf<typeof plain>['item'], string>>();
holds<Same<ContractOf<typeof plain>['result'], number>>();

// any Standard Schema: Zod 3 among them
recursive(
  each((n, { options }) => n.toFixed(options.digits)),
  { item: z3.number(), options: { digits: z3.number().default(2) } },
);

// what callers send is what the schema takes, what the function is given is what it makes of it
const parsed = recursive(
  each((url, { options }) => url.pathname.slice(options.from)),
  { item: z.string().transform((text) => new URL(text)), options: { from: z.coerce.number<string>() } },
);
holds<Same<ContractOf<typeof parsed>['item'], string>>();
holds<Same<ContractOf<typeof parsed>['options']['from'], string>>();

// results have come through JSON
const dated = recursive(each((_: string) => ({ at: new Date(), n: 1, all: ['a'] })));
holds<Same<ContractOf<typeof dated>['result'], { at: string; n: number; all: string[] }>>();

// an annotated function holds its schema to it
const annotated = (n: number, { options }: ItemContext<{ readonly factor: number }>) => n * options.factor;
recursive(each(annotated), { options: { factor: z.number() } });
// @ts-expect-error the schema says text
recursive(each(annotated), { options: { factor: z.string() } });
// @ts-expect-error no schema says that there is a factor
recursive(each(annotated));
// @ts-expect-error the schema's items are text
recursive(each(annotated), { item: z.string(), options: { factor: z.number() } });
recursive(
  // @ts-expect-error no such option
  each((n: number, { options }) => n * options.factor),
  { options: { faktor: z.number() } },
);
// @ts-expect-error a schema for each option, not one for all
recursive(each(annotated), { options: z.object({ factor: z.number() }) });

// a work function of rounds, without each
const rounds: Work<number, number, { readonly factor: number }> = async (items, { options }) =>
  items.map((n) => ({ results: n * options.factor }));
const whole: Handler<number, number, { readonly factor: number }> = recursive(rounds, {
  options: { factor: z.number() },
});
void whole;
