/** Runs a batch on the endpoint of the first argument, prints how it ended, and leaves the rest to Node.js. */
import { runBatch } from '../../../client/batch.ts';

const { summary, stopped } = await runBatch({
  functionName: 'tree',
  items: Array.from({ length: 6 }, (_, n) => ({ n })),
  connection: {
    endpoint: process.argv[2] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  },
});
process.stdout.write(`${summary.succeeded} ${stopped}`);
