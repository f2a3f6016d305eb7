import { withHttp } from '../http/entrance.ts';
import { createLambdaInvoke } from '../recursion/adapters/lambda.ts';
import { readOrchestrateConfig } from './config.ts';
import { createOrchestrate } from './create-orchestrate.ts';

const config = readOrchestrateConfig(process.env);

export const handler = withHttp(
  createOrchestrate({ config, invoke: createLambdaInvoke({ maxSockets: config.calls }) }),
);
