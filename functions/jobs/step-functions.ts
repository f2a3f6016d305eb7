import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StartExecution } from '../../engine/jobs/index.ts';

/**
 * Executions of a state machine of Step Functions, or of the local host's. Standard workflows take a name once within
 * 90 days, and answer a second start of the same name and input with the first while that is running (API reference of
 * StartExecution); one that has ended since is told apart.
 */
export const stepFunctions = (stateMachineArn: string): StartExecution => {
  const client = new SFNClient({});
  return async (name, input) => {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    return client.send(command).then(
      () => true,
      (error: Error) => {
        if (error.name === 'ExecutionAlreadyExists') return false;
        throw error;
      },
    );
  };
};
