import { createSources } from '../../images/sources/index.ts';
import { pictureHandler } from '../picture-handler.ts';
import { createRetirement } from '../retire-environment.ts';
import { createClassify, createDecode, memoryOf } from './classify.ts';
import { readClassifyConfig } from './config.ts';
import { classify as definition } from './definition.ts';
import { createModels } from './models.ts';

const config = readClassifyConfig(process.env);
const models = createModels(config);
const retirement = createRetirement(config.limits.admission.underWay);
// begins during Lambda's init phase, at full CPU; a failure is the first request's to tell
models.default().catch(() => {});

const decode = createDecode({ models, sources: createSources(config.sources), limits: config.limits });

const classify = createClassify({ models, decode, onNativeFailure: retirement.mark });

export const handler = retirement.last(
  pictureHandler(definition, classify, config, {
    module: import.meta.url,
    // downloads wait, and decoding has libuv's threads and one budget of memory: both stay on the main thread
    prepare: decode,
    transfer: memoryOf,
    ahead: config.inFlight,
    // ONNX Runtime throws where nobody catches when a thread ends during a run, and the process with it
    abortGraceMs: Number.POSITIVE_INFINITY,
  }),
);
