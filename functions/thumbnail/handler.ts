import { createRender } from '../../images/sharp.ts';
import { createSources } from '../../images/sources/index.ts';
import { pictureHandler } from '../picture-handler.ts';
import { createRetirement } from '../retire-environment.ts';
import { readThumbnailConfig } from './config.ts';
import { thumbnail as definition } from './definition.ts';
import { createOutputs } from './outputs.ts';
import { createThumbnail, type Thumbnails } from './thumbnail.ts';

const config = readThumbnailConfig(process.env);

const thumbnail = createThumbnail({
  sources: createSources(config.sources),
  render: createRender(),
  outputs: createOutputs({ output: config.output, allowOut: config.sources.allowFile }),
  limits: config.limits,
});

export const handler = createRetirement(config.limits.admission.underWay).last(
  pictureHandler<typeof definition.options, Thumbnails>(definition, thumbnail, config),
);
