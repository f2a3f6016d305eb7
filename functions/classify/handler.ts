import { createSources } from '../../images/sources/create-sources.ts';
import { pictureHandler } from '../picture-handler.ts';
import { createClassify } from './classify.ts';
import { readClassifyConfig } from './config.ts';
import { classify as definition } from './definition.ts';
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
  limits: config.limits,
  onNativeFailure: retirement.mark,
});

export const handler = retirement.last(pictureHandler(definition, classify, config));
