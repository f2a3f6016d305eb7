import { functions } from '../functions/index.ts';

/** What is reserved for a function: the first one by `reservedConcurrency`, every one by its name. */
export const reservedOf = (
  {
    reservedConcurrency,
    reservedConcurrencyOf,
  }: { readonly reservedConcurrency?: number | undefined; readonly reservedConcurrencyOf: readonly string[] },
  name = functions[0]?.name,
): number | undefined => {
  const named = reservedConcurrencyOf.find((each) => each.startsWith(`${name}=`));
  if (named !== undefined) return Number(named.slice(named.indexOf('=') + 1));
  return name === functions[0]?.name ? reservedConcurrency : undefined;
};
