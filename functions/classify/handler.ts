import * as z from 'zod';
import { withHttp } from '../../engine/http/entrance.ts';
import { each, recursive } from '../../engine/index.ts';
import { reportLater } from '../../engine/report/report-later.ts';
import { describeReference } from '../../images/describe-reference.ts';
import { createSources } from '../../images/sources/create-sources.ts';
import { type ClassifyOptions, createClassify } from './classify.ts';
import { readClassifyConfig } from './config.ts';
import { decodingKeys } from './core/preprocessor-document.ts';
import { createModels } from './models.ts';
import { createRetirement } from './retire-environment.ts';

const config = readClassifyConfig(process.env);
const models = createModels(config);
const retirement = createRetirement();
// begins during Lambda's init phase, at full CPU; a failure is the first request's to tell
models.default().catch(() => {});

const classify = createClassify({
  models,
  sources: createSources(config.sources),
  maxPixels: config.maxPixels,
  onNativeFailure: retirement.mark,
});

export const handler = retirement.last(
  withHttp(
    recursive(each<string, unknown, ClassifyOptions>(classify, { concurrency: config.inFlight }), {
      itemKey: 'image',
      item: z.string({ error: 'expected an image reference as text' }),
      options: {
        topK: z.number().int().min(1).max(100).optional(),
        models: z.array(z.string()).min(1).max(16).optional(),
        ...decodingKeys,
      },
      label: describeReference,
      config: config.recursion,
      report: reportLater('classify'),
    }),
  ),
);
