import {
  GetAccountSettingsCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { readFunctionName } from '../function-name.ts';
import { type AwsArguments, connectionOf } from '../options.ts';
import type { Finding } from './finding.ts';

/** Time for a question to AWS: offline, the answer to which it is must not take minutes. */
const PATIENCE_MS = 5_000;

const describe = (failure: unknown): string =>
  failure instanceof Error ? `${failure.name}: ${failure.message}` : String(failure);

/** Whether AWS has answered, and refused; otherwise it could not be asked. */
const isRefusal = (failure: unknown): boolean =>
  failure instanceof Error && '$metadata' in failure && '$fault' in failure;

/** A finding of what AWS answers; `unchecked` where it cannot be asked. */
const ask = async (
  check: string,
  question: () => Promise<Omit<Finding, 'check'>>,
  remedy: string,
): Promise<Finding> => {
  try {
    return { check, ...(await question()) };
  } catch (failure) {
    const state = isRefusal(failure) ? 'wrong' : 'unchecked';
    return { check, state, found: describe(failure), ...(state === 'wrong' && { remedy }) };
  }
};

/** The account's concurrency that AWS gives to new accounts; 1,000 is the usual one (Lambda quotas). */
const NEW_ACCOUNT_CONCURRENCY = 10;

const checkConfiguration = (client: LambdaClient, name: string): Promise<Finding> => {
  const { functionName, qualifier } = readFunctionName(name);
  return ask(
    'function',
    async () => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const command = new GetFunctionConfigurationCommand({
        FunctionName: functionName,
        Qualifier: qualifier,
      });
      const { MemorySize, Timeout, State, Version, Environment } = await client.send(command, {
        abortSignal: signal,
      });
      const alias = Environment?.Variables?.FUNCTION_ALIAS;
      const found = `${functionName}:${qualifier}, version ${Version}, ${MemorySize} MB, ${Timeout} s, ${State ?? 'Active'}`;
      if (State !== undefined && State !== 'Active') {
        return { state: 'wrong', found, remedy: 'wait until it is Active, or deploy it again' };
      }
      if (alias !== undefined && alias !== '' && alias !== qualifier) {
        return {
          state: 'wrong',
          found: `${found}; its children are called by ${alias}`,
          remedy: `use ${functionName}:${alias}`,
        };
      }
      return { state: 'ok', found };
    },
    "see the stack's output AliasArn, --region, and the permission lambda:GetFunctionConfiguration",
  );
};

const checkInvoke = (client: LambdaClient, name: string): Promise<Finding> => {
  const { functionName, qualifier } = readFunctionName(name);
  return ask(
    'permission to invoke',
    async () => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const target = `${functionName}:${qualifier}`;
      await client.send(new InvokeCommand({ FunctionName: target, InvocationType: 'DryRun' }), {
        abortSignal: signal,
      });
      return { state: 'ok', found: target };
    },
    'allow lambda:InvokeFunction on the function and its aliases',
  );
};

const checkConcurrency = (client: LambdaClient): Promise<Finding> =>
  ask(
    'concurrency of the account',
    async () => {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}), { abortSignal: signal });
      const limit = AccountLimit?.UnreservedConcurrentExecutions ?? AccountLimit?.ConcurrentExecutions;
      if (limit === undefined) return { state: 'unchecked', found: 'AWS does not say' };
      if (limit > NEW_ACCOUNT_CONCURRENCY) return { state: 'ok', found: String(limit) };
      return {
        state: 'wrong',
        found: String(limit),
        remedy: 'ask for more in Service Quotas (Lambda, concurrent executions); until then --slots 5',
      };
    },
    'allow lambda:GetAccountSettings, or look into Service Quotas',
  );

/** Credentials and region, and what a deployed function needs. Where AWS cannot be asked, that is what is found. */
export const examineAws = async (
  args: AwsArguments & { readonly function?: string },
): Promise<readonly Finding[]> => {
  const client = new LambdaClient({ ...connectionOf(args), maxAttempts: 1 });
  const isNeeded = args.function !== undefined;
  const missing = (check: string, found: string, remedy: string): Finding => ({
    ...{ check, found, remedy },
    state: isNeeded ? 'wrong' : 'unchecked',
  });
  try {
    const credentials = await client.config.credentials().then(
      ({ accessKeyId }): Finding => ({
        check: 'AWS credentials',
        state: 'ok',
        found: `${accessKeyId.slice(0, 4)}…`,
      }),
      () =>
        missing(
          'AWS credentials',
          'none (for s3:// and --function)',
          'set AWS_PROFILE, or log in: aws sso login',
        ),
    );
    const region = await client.config.region().then(
      (found): Finding => ({ check: 'AWS region', state: 'ok', found }),
      () => missing('AWS region', 'none (for s3:// and --function)', 'set AWS_REGION, or say --region'),
    );
    if (args.function === undefined || credentials.state !== 'ok' || region.state !== 'ok')
      return [credentials, region];
    return [
      credentials,
      region,
      await checkConfiguration(client, args.function),
      await checkInvoke(client, args.function),
      await checkConcurrency(client),
    ];
  } finally {
    client.destroy();
  }
};
