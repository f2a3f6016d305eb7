/** What the command and jobs know of orchestrate: how its requests name functions. */
export { readTargets } from '../targets.ts';
export { readJobParts } from './job-parts.ts';
export { type Callee, readOrchestrateRequest } from './request.ts';
