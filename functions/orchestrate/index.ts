/** What the command knows of orchestrate: how its requests name functions. */
export { readTargets } from '../targets.ts';
export { type Callee, readOrchestrateRequest } from './request.ts';
