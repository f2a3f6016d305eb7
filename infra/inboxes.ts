import { Annotations, CfnOutput, Stack } from 'aws-cdk-lib';
import type { IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { treeNames } from '../functions/index.ts';
import { readS3Url } from '../platform/index.ts';
import { acknowledge } from './acknowledge.ts';
import { Inbox } from './constructs/inbox.ts';
import { SelfRecursiveFunction } from './constructs/self-recursive-function.ts';
import type { VersionedFunction } from './constructs/versioned-function.ts';
import type { Options } from './options.ts';

/** The formats that are decoded, by what keys end with; EventBridge heeds the case of letters. */
const suffixes = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif', '.tif', '.tiff'].flatMap((suffix) => [
  suffix,
  suffix.toUpperCase(),
]);

interface InboxesProps {
  readonly inbox: string;
  readonly options: Options;
  readonly functions: ReadonlyMap<string, VersionedFunction>;
  readonly alarmActions: readonly IAlarmAction[];
}

/** Pictures that land below a prefix of a bucket that is there already are worked on by functions of the stack. */
export class Inboxes extends Construct {
  constructor(scope: Construct, id: string, { inbox, options, functions, alarmActions }: InboxesProps) {
    super(scope, id);
    const placeOf = (url: string) => {
      const { bucket: name = '', key: prefix = '' } = readS3Url(url) ?? {};
      const id = `Bucket-${name}`;
      const bucket = this.node.tryFindChild(id) ?? Bucket.fromBucketName(this, id, name);
      return { bucket: bucket as IBucket, prefix };
    };
    const place = placeOf(inbox);
    const results = options.inboxResults === undefined ? undefined : placeOf(options.inboxResults);
    const asked = options.inboxFunctions ?? { [treeNames[0] ?? '']: {} };
    for (const [name, given] of Object.entries(asked)) {
      const fn = functions.get(name);
      if (!(fn instanceof SelfRecursiveFunction)) {
        throw new Error(`Expected a function ${name} that invokes itself, found none`);
      }
      const { deadLetters } = new Inbox(this, fn.node.id, {
        function: fn,
        ...place,
        suffixes,
        ...(results && { results }),
        options: given,
        alarmActions,
      });
      new CfnOutput(Stack.of(this), `${fn.node.id}DeadLettersArn`, {
        value: deadLetters.queueArn,
        description: 'What landed and failed in all its tries',
      });
      for (const { bucket, prefix } of [place, results ?? place]) {
        acknowledge(
          fn.role,
          `IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket.bucketName}/${prefix}*]`,
          'What lands below a prefix, and what its results are called, is not known before; the prefix was named by the deploy (-c inbox).',
        );
      }
    }
    Annotations.of(this).addInfo(
      `Pictures that land in ${inbox} are worked on as soon as the bucket tells EventBridge of ` +
        'them (its properties: "Send notifications to Amazon EventBridge for all events in this bucket").',
    );
  }
}
