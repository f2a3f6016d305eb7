/** Events as AWS documents them, with what the entrances read and some of what they do not. */

/** A record of a notification; `key` as S3 writes it: URL-encoded. */
export const s3Record = (key: string, { bucket = 'photos', eventName = 'ObjectCreated:Put' } = {}) => ({
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-west-1',
  eventTime: '2026-01-31T12:00:00.000Z',
  eventName,
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'inbox',
    bucket: { name: bucket, ownerIdentity: { principalId: 'A' }, arn: `arn:aws:s3:::${bucket}` },
    object: { key, size: 1_024, eTag: 'd41d8cd98f00b204e9800998ecf8427e', sequencer: '0A1B2C3D4E5F678901' },
  },
});

export const s3Notification = (...records: readonly ReturnType<typeof s3Record>[]) => ({ Records: records });

/** What S3 sends when a notification is set up. */
export const s3Test = {
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2026-01-31T12:00:00.000Z',
  Bucket: 'photos',
  RequestId: '5582815E1AEA5ADF',
  HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
};

/** An event of EventBridge; `key` as it is. */
export const bridged = (key: string, { bucket = 'photos', type = 'Object Created' } = {}) => ({
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': type,
  source: 'aws.s3',
  account: '111122223333',
  time: '2026-01-31T12:00:00Z',
  region: 'eu-west-1',
  resources: [`arn:aws:s3:::${bucket}`],
  detail: {
    version: '0',
    bucket: { name: bucket },
    object: { key, size: 5, etag: 'b1946ac92492d2347c6235b4d2611184', sequencer: '617f08299329d189' },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '123456789012',
    reason: 'PutObject',
  },
});

/** What an event source mapping delivers: a message for each body, called `m0`, `m1`, … */
export const sqsEvent = (...bodies: readonly unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:inbox',
    awsRegion: 'eu-west-1',
  })),
});

/** An invocation of S3 Batch Operations; keys as S3 writes them: URL-encoded. */
export const batchOperation = (
  version: '1.0' | '2.0',
  keys: readonly string[],
  userArguments?: Readonly<Record<string, string>>,
) => ({
  invocationSchemaVersion: version,
  invocationId: 'YXNkbGZqYWRmaiBhc2RmdW9hZHNmZGpmaGFzbGtkaGZza2RmaAo',
  job: { id: 'f3cc4f60-61f6-4a2b-8a21-d07600c373ce', ...(userArguments && { userArguments }) },
  tasks: keys.map((s3Key, index) => ({
    taskId: `t${index}`,
    s3Key,
    s3VersionId: null,
    ...(version === '1.0' ? { s3BucketArn: 'arn:aws:s3:::photos' } : { s3Bucket: 'photos' }),
  })),
});
