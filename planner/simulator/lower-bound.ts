/**
 * The makespan, in milliseconds, that no schedule can beat: the sum of all items' times spread evenly over `workers`
 * workers, or the longest item if that is more (the two lower bounds of Graham, 1969, for machine scheduling).
 */
export const lowerBoundMs = (times: Float64Array, workers: number): number => {
  let sum = 0;
  let longest = 0;
  for (const ms of times) {
    sum += ms;
    longest = Math.max(longest, ms);
  }
  return Math.max(sum / workers, longest);
};
