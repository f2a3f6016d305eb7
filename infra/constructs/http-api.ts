import { Annotations, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi,
  type HttpMethod,
  type HttpRoute,
  type HttpStage,
  type IAccessLogSettings,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { type Alarm, type IAlarmAction, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Alias, IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { watchFor } from './alarm.ts';

/** Who may call. */
export type Authorization =
  | { readonly kind: 'iam' }
  | { readonly kind: 'jwt'; readonly issuer: string; readonly audience: readonly string[] }
  | { readonly kind: 'none' };

/** The aliases that answer, by their routes: `POST /classify`, `GET /jobs/{id}`. */
export type Routes = Readonly<Record<string, Alias>>;

/** Answers with a status of 500 and above in five minutes from which on somebody is told. */
const SERVER_ERRORS = 5;

export interface PicturesApiProps {
  readonly routes: Routes;
  readonly authorization: Authorization;
  /** Routes that everybody may ask for, whatever the authorization. */
  readonly open: Routes;
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly logRetention: RetentionDays;
  /** What an alarm on answers of 500 and above does; undefined for no alarm. */
  readonly alarmActions: readonly IAlarmAction[] | undefined;
}

/** One line of JSON per request: who, what, how long, and whose fault it was. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    ip: '$context.identity.sourceIp',
    caller: '$context.identity.caller',
    requestTime: '$context.requestTime',
    routeKey: '$context.routeKey',
    status: '$context.status',
    requestBytes: '$context.requestLength',
    responseBytes: '$context.responseLength',
    responseMs: '$context.responseLatency',
    functionMs: '$context.integrationLatency',
    functionError: '$context.integrationErrorMessage',
    authorizerError: '$context.authorizer.error',
    error: '$context.error.message',
  }),
);

const authorizerOf = (authorization: Authorization): IHttpRouteAuthorizer | undefined => {
  switch (authorization.kind) {
    case 'iam':
      return new HttpIamAuthorizer();
    case 'jwt':
      return new HttpJwtAuthorizer('Jwt', authorization.issuer, { jwtAudience: [...authorization.audience] });
    case 'none':
      return undefined;
    default:
      return authorization satisfies never;
  }
};

/** Routes in front of functions: authorized, throttled, with an access log. Payload format 2.0, at most 29 s. */
export class PicturesApi extends Construct {
  readonly api: HttpApi;
  /** Without a slash at its end; a function's name comes behind one. */
  readonly url: string;
  readonly alarm: Alarm | undefined;

  constructor(scope: Construct, id: string, props: PicturesApiProps) {
    super(scope, id);
    const { authorization } = props;
    this.api = new HttpApi(this, 'Api', { createDefaultStage: false });
    const authorizer = authorizerOf(authorization);
    const integrations = new Map<Alias, HttpLambdaIntegration>();
    const integrationOf = (target: Alias, route: string) => {
      // aws-cdk-lib declares the alias' role as possibly undefined, which exactOptionalPropertyTypes tells from absent
      const made = integrations.get(target) ?? new HttpLambdaIntegration(route, target as IFunction);
      integrations.set(target, made);
      return made;
    };
    const add = (routes: Routes, by: IHttpRouteAuthorizer | undefined): readonly HttpRoute[] =>
      Object.entries(routes).flatMap(([route, target]) => {
        const [method = '', path = ''] = route.split(' ');
        return this.api.addRoutes({
          path,
          methods: [method as HttpMethod],
          integration: integrationOf(target, route.replaceAll(/\W+/g, '-')),
          ...(by && { authorizer: by }),
        });
      });
    add(props.routes, authorizer);
    for (const route of add(props.open, undefined)) {
      acknowledge(
        route,
        'APIG4',
        'A document that is the same for everybody; what it asks for is authorised.',
      );
    }
    if (authorization.kind === 'none') {
      Annotations.of(this).addWarningV2(
        'droste:open-api',
        'auth=none: everybody who finds the URL can make this function fan out at your cost, and fetch what its role may read.',
      );
      acknowledge(this, 'APIG4', 'Chosen by -c auth=none, with a warning of its own.');
    }
    this.alarm = props.alarmActions && this.watch(props.alarmActions);
    this.url = this.stage(props).url.replace(/\/$/, '');
  }

  private watch(actions: readonly IAlarmAction[]): Alarm {
    return watchFor(this, 'ServerErrors', {
      metric: this.api.metricServerError({ statistic: Stats.SUM, period: Duration.minutes(5) }),
      threshold: SERVER_ERRORS,
      text: 'Requests are answered with 500 and above: 504 is a request that takes longer than 29 s, the rest is in the access log.',
      actions,
    });
  }

  private stage({ requestsPerSecond, requestBurst, logRetention }: PicturesApiProps): HttpStage {
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const accessLogSettings: IAccessLogSettings = {
      destination: new LogGroupLogDestination(logGroup),
      format: accessLogFormat,
    };
    return this.api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: requestBurst },
      accessLogSettings,
    });
  }
}
