/** The client, for the other rooms: what the package gives, and what several calls of one process share. */
export { type CallPool, createCallPool } from './call-pool.ts';
export * from './public.ts';
export { type Shares, shareSlots } from './shares.ts';
