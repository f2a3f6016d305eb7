/** The local host: a re-entrant, fault-injecting Lambda on one machine, for any module with a `handler`. */

export type { Admission } from './admission.ts';
export { type MachineContext, machineArn, type StateMachine } from './executions.ts';
export type { ChooseFault, Fault } from './faults.ts';
export {
  type InvokeOptions,
  type LocalConnection,
  type LocalHost,
  type LocalHostOptions,
  startLocalHost,
} from './host.ts';
export type { EnvironmentEnd, HostEvent, Observe } from './host-events.ts';
export { type HttpApi, type HttpApiOptions, type SitePage, startHttpApi } from './http-api.ts';
export type { HttpRoute } from './http-route.ts';
export type { Answer, HttpReply, HttpRequest, StreamedReply } from './http-server.ts';
export type { LocalFunction } from './local-function.ts';
export type { Refusal, ThrottleReason } from './refusals.ts';
export type { InvokeReply } from './replies.ts';
export type { VersionChanges } from './versions.ts';
