import { Duration } from 'aws-cdk-lib';
import { Architecture, Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { VersionedFunction } from './constructs/versioned-function.ts';
import type { BundledCode } from './functions.ts';
import type { Options } from './options.ts';

/** It sends a text that it has read at its start. */
const MEMORY_MB = 256;

/** Where the page is, below the API's URL. */
export const PAGE_ROUTE = 'GET /page';

/** Adds the function that serves the page. It may do nothing, and reads nothing but itself. */
export const addPage = (
  scope: Construct,
  { directory, handler }: BundledCode,
  { architecture, logRetentionDays }: Options,
): VersionedFunction => {
  const page = new VersionedFunction(scope, 'Page', {
    description: 'Serves a page that labels pictures',
    code: Code.fromAsset(directory),
    handler,
    architecture: architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
    memoryMb: MEMORY_MB,
    timeout: Duration.seconds(10),
    logRetention: logRetentionDays,
    alarms: false,
  });
  acknowledge(
    page.role,
    'IAM5[Resource::*]',
    'X-Ray: PutTraceSegments and PutTelemetryRecords know no resources.',
  );
  return page;
};
