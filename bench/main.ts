/** `npm run bench`: every row prints a ratio against a limit or a peer measured in the same run. */
import { hasData } from './data.ts';
import { engineCost } from './engine-cost.ts';
import { throughput } from './throughput.ts';

await engineCost();
if (hasData) {
  await throughput('squeezenet1.1', 0.85);
  await throughput('mobilenetv2-int8');
} else {
  console.log('skipped: throughput (expected models and photos in ../shared/data, found none)');
}
