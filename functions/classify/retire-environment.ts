/**
 * Time for the answer to leave: the runtime posts it to a local socket, which takes about a millisecond, and asks for
 * the next invocation, upon which Lambda freezes the environment a little later.
 */
const ANSWER_LEAVES_MS = 5;

/**
 * Ends this execution environment after its answer: native code that has failed once may have left its memory in any
 * state, so nobody else's picture is to meet it. Lambda starts another environment, as it does after any exit. Should
 * the environment be frozen before the exit, the next invocation dies with it, which its parent takes for what it is,
 * a crash, and sends elsewhere.
 */
export const retireEnvironment = (): void => {
  setTimeout(() => process.exit(1), ANSWER_LEAVES_MS);
};
