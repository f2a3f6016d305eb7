import { retireEnvironment } from '../../../../functions/classify/retire-environment.ts';

/** Fails in native code on `true`, and answers with its process. */
export const handler = async (event: unknown) => {
  if (event === true) retireEnvironment();
  return process.pid;
};
