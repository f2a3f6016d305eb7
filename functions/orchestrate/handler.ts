import { createLambdaInvoke } from '../../engine/child/lambda.ts';
import { withHttp } from '../../engine/driver.ts';
import { readOrchestrateConfig } from './config.ts';
import { createOrchestrate } from './create-orchestrate.ts';

const config = readOrchestrateConfig(process.env);

export const handler = withHttp(
  createOrchestrate({ config, invoke: createLambdaInvoke({ maxSockets: config.calls }) }),
  'image',
);
