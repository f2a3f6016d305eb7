import * as z from 'zod';
import { withHttp } from '../../engine/http/entrance.ts';
import { each, recursive } from '../../engine/index.ts';
import { reportLater } from '../../engine/report/report-later.ts';
import { createRender } from '../../images/adapters/sharp-render.ts';
import { describeReference } from '../../images/describe-reference.ts';
import { createSources } from '../../images/sources/create-sources.ts';
import { readThumbnailConfig } from './config.ts';
import type { ThumbnailOptions } from './core/spec.ts';
import { createOutputs } from './outputs.ts';
import { thumbnailOptionsShape } from './request-options.ts';
import { createThumbnail } from './thumbnail.ts';

const config = readThumbnailConfig(process.env);

const thumbnail = createThumbnail({
  sources: createSources(config.sources),
  render: createRender(),
  outputs: createOutputs({ output: config.output, allowOut: config.sources.allowFile }),
  maxPixels: config.maxPixels,
});

export const handler = withHttp(
  recursive(each<string, unknown, ThumbnailOptions>(thumbnail, { concurrency: config.inFlight }), {
    itemKey: 'image',
    item: z.string({ error: 'expected an image reference as text' }),
    options: thumbnailOptionsShape,
    label: describeReference,
    config: config.recursion,
    report: reportLater('thumbnail'),
  }),
);
