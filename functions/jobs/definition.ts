/**
 * The function that starts, shows, steers and steps jobs. It is none of the functions over items: it has its own HTTP
 * routes (`/jobs`), and a state machine in place of children.
 */
export const jobs = {
  name: 'jobs',
  description: 'Jobs: batches that take longer than a call',
  /** Of the local host's state machine; a stack gives its own a name. */
  stateMachine: 'jobs',
} as const;
