import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FunctionUrlAuthType, type IFunctionUrl, InvokeMode } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { treeDefaults } from '../../engine/limits.ts';
import { allowBelow } from './allow-below.ts';
import { VersionedFunction, type VersionedFunctionProps } from './versioned-function.ts';

export interface SelfRecursiveFunctionProps extends VersionedFunctionProps {
  /** W: items one invocation works on itself, at a time; `auto` lets each root choose. Default 8. */
  readonly maxWork?: number | 'auto';
  /** P: children one invocation has open at once. Default 10. */
  readonly parallel?: number;
  /** S: invocations of one tree at once, which is also what the alarm of concurrency goes by. Default 100. */
  readonly slots?: number;
  /** Children of children. Default 8, at most 12. */
  readonly maxDepth?: number;
  /**
   * Whether replies may be streamed (`withStreaming` around the handler), with a URL of the alias for requests that are
   * signed. Default false.
   */
  readonly streaming?: boolean;
  /**
   * Where payloads above 1 MB, results of stored batches and abort markers are put, below a prefix (default `store/`),
   * which should have a lifecycle rule. Default none: larger payloads are halved.
   */
  readonly store?: {
    readonly bucket: Pick<IBucket, 'bucketArn' | 'arnForObjects' | 's3UrlForObject'>;
    readonly prefix?: string;
  };
}

const treeEnvironment = ({
  maxWork,
  parallel,
  slots,
  maxDepth,
  store,
  streaming,
}: SelfRecursiveFunctionProps) => {
  const numbers = {
    MAX_WORK_PER_REQUEST: maxWork,
    NUM_PARALLEL_REQUESTS: parallel,
    MAX_SLOTS: slots,
    MAX_DEPTH: maxDepth,
  };
  return {
    ...Object.fromEntries(
      Object.entries(numbers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ),
    ),
    ...(streaming && { STREAMING: 'true' }),
    ...(store && { STORE: store.bucket.s3UrlForObject(folderOf(store.prefix)) }),
  };
};

/** With a slash at its end. */
const folderOf = (prefix = 'store/'): string => (prefix.endsWith('/') ? prefix : `${prefix}/`);

/**
 * A function that may invoke itself, and no other function: parallelism in one line of the stack.
 *
 *     new SelfRecursiveFunction(this, 'Hash', { entry: 'hash.ts' });
 *
 * It is invoked through `alias`; `grantInvoke` lets others do that.
 */
export class SelfRecursiveFunction extends VersionedFunction {
  /** W (of `auto` the default, from which it starts) and S, as its trees have them. */
  readonly shape: { readonly maxWork: number; readonly slots: number };
  /**
   * Where replies are streamed, what to send signed requests to (`url.grantInvokeUrl` lets others); undefined without
   * `streaming`.
   */
  readonly url: IFunctionUrl | undefined;

  constructor(scope: Construct, id: string, props: SelfRecursiveFunctionProps) {
    const { slots = treeDefaults.slots, maxWork = 'auto', alarms, environment } = props;
    super(scope, id, {
      ...props,
      environment: { ...treeEnvironment(props), ...environment },
      // two trees at once are nothing to be told of
      alarms: alarms === false ? false : { concurrency: 2 * slots, ...alarms },
    });
    this.shape = { maxWork: maxWork === 'auto' ? treeDefaults.maxWorkPerRequest : maxWork, slots };
    this.url = props.streaming
      ? this.alias.addFunctionUrl({
          authType: FunctionUrlAuthType.AWS_IAM,
          invokeMode: InvokeMode.RESPONSE_STREAM,
        })
      : undefined;
    this.allowSelfInvoke();
    const { store } = props;
    // to put payloads and results aside, and find and read them again
    if (store)
      allowBelow(this.role, store.bucket, folderOf(store.prefix), [
        's3:GetObject',
        's3:PutObject',
        's3:ListBucket',
      ]);
  }

  /**
   * By any qualifier (`name:live`, `name:7`) and not without one: children are called through the alias, and versions
   * that were replaced go on calling themselves until their batches are done.
   *
   * A policy of its own, since every grant to the function's role goes into the policy on which the function depends,
   * and the function's ARN in there closes a cycle that CloudFormation refuses.
   */
  private allowSelfInvoke(): void {
    const policy = new Policy(this, 'SelfInvoke', {
      roles: [this.role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [`${this.function.functionArn}:*`],
        }),
      ],
    });
    this.alias.node.addDependency(policy);
  }
}
