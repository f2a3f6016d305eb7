/**
 * Milliseconds that are far more than `work` takes here and now: a second, and ten times as long as it has just
 * taken. For a deadline before which something has to be done, on a busy machine too.
 */
export const farBeyond = async (work: () => Promise<unknown>): Promise<number> => {
  const beganMs = performance.now();
  await work();
  return 1_000 + Math.ceil(10 * (performance.now() - beganMs));
};
