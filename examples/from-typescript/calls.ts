import { concurrent, droste, type FunctionTarget } from '../../client/index.ts';

/** Counts statuses of any number of URLs: results come in order, while later ones are still being asked for. */
export const countStatuses = async (urls: Iterable<string>, target: FunctionTarget) => {
  const { map } = droste<string, number>(target);
  const counts: Record<number, number> = {};
  for await (const status of map(urls)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** A loop that looks sequential inside: each page is asked for by itself, and the calls travel together. */
export const findBroken = async (pages: readonly string[], { functionName, ...rest }: FunctionTarget) => {
  const statusOf = concurrent<string, number>(functionName, rest);
  const broken = await Promise.all(pages.map(async (page) => ((await statusOf(page)) >= 400 ? [page] : [])));
  return broken.flat();
};
