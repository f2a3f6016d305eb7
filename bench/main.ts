/** `npm run bench [name…]`: every row prints a ratio against a limit or a peer measured in the same run. */
import { hasData } from './data.ts';

const withData = (name: string, run: () => Promise<void>) => async (): Promise<void> => {
  if (hasData) return run();
  console.log(`skipped: ${name} (expected models and photos in ../shared/data, found none)`);
};

const rows: Readonly<Record<string, () => Promise<void> | void>> = {
  engine: async () => (await import('./engine-cost.ts')).engineCost(),
  invalid: async () => (await import('./invalid-items.ts')).invalidItems(),
  throughput: withData('throughput', async () => {
    const { throughput } = await import('./throughput.ts');
    await throughput('squeezenet1.1', 0.93);
    await throughput('mobilenetv2-int8', 0.93);
  }),
  preprocess: withData('preprocess', async () => (await import('./preprocess.ts')).preprocess()),
  transformers: withData('transformers', async () => (await import('./transformers.ts')).transformers()),
  'cold-start': withData('cold-start', async () => (await import('./cold-start.ts')).coldStart()),
  thumbnails: withData('thumbnails', async () => (await import('./thumbnails.ts')).thumbnails()),
  map: async () => (await import('./map-overhead.ts')).mapOverhead(),
  downloads: async () => (await import('./downloads.ts')).downloads(),
  simulation: async () => (await import('./simulation.ts')).simulation(),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in rows));
if (unknown.length > 0) {
  console.error(`Expected some of ${Object.keys(rows).join(', ')}, received ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(rows)) if (asked.length === 0 || asked.includes(name)) await run();
}
