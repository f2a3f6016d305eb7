let invocations = 0;

/** How often this environment was used, and which process it is. */
export const handler = async () => {
  invocations += 1;
  return { invocations, pid: process.pid, version: process.env.AWS_LAMBDA_FUNCTION_VERSION };
};
