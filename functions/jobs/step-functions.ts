import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { StartExecution } from '../../engine/jobs/index.ts';
import { toWireError } from '../../platform/index.ts';

/** At most, those of two machines of AWS: they are synchronised, and a job that is asked to go on is older. */
const CLOCKS_DIFFER_MS = 500;

/**
 * Executions of a state machine of Step Functions, or of the local host's. Standard workflows take a name once within
 * 90 days, and answer a second start of the same name and input with the first while that is running (API reference of
 * StartExecution), and with that one's start; one that has ended since is told apart.
 */
export const stepFunctions = (stateMachineArn: string): StartExecution => {
  const client = new SFNClient({});
  return async (name, input) => {
    const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
    const askedMs = Date.now();
    try {
      const { startDate } = await client.send(command);
      return (startDate?.getTime() ?? 0) > askedMs - CLOCKS_DIFFER_MS ? 'started' : 'running';
    } catch (error) {
      if (toWireError(error).name === 'ExecutionAlreadyExists') return 'ended';
      throw error;
    }
  };
};
