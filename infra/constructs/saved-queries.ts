import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { errorNames } from '../../platform/index.ts';
import type { VersionedFunction } from './versioned-function.ts';

/** How many items failed by the name of their error, over all trees: a root counts those of its whole tree. */
export const failuresQuery: readonly string[] = [
  'filter depth = 0 and failed > 0',
  `stats ${errorNames.map((name) => `sum(errors.${name}) as ${name}`).join(', ')}`,
];

const queries: Readonly<Record<string, readonly string[]>> = {
  'a tree by its root request id': [
    'filter rootRequestId = "put it here"',
    'fields path, requestId, items, failed, elapsedMs, cold, throttled, takenOver, stopped, @logStream',
    'sort path',
    'limit 10000',
  ],
  'failures by error name': failuresQuery,
  'the slowest trees': [
    'filter depth = 0',
    'fields @timestamp, rootRequestId, items, failed, elapsedMs, subtree.invocations, subtree.depth, subtree.throttled, stopped',
    'sort elapsedMs desc',
    'limit 50',
  ],
  'trees that were stopped': ['filter depth = 0 and ispresent(stopped)', 'stats count(*) by stopped'],
};

/** Saves queries for CloudWatch Logs Insights, under the stack's name, over the logs of its functions. They cost nothing. */
export const saveQueries = (
  scope: Construct,
  stackName: string,
  functions: Iterable<VersionedFunction>,
): void => {
  const logGroupNames = Array.from(functions, ({ logGroup }) => logGroup.logGroupName);
  for (const [index, [name, lines]] of Object.entries(queries).entries()) {
    new CfnQueryDefinition(scope, `Query${index}`, {
      name: `${stackName}/${name}`,
      queryString: lines.join('\n| '),
      logGroupNames,
    });
  }
};
