import { availableParallelism } from 'node:os';
import { type Environment, VCPUS_MAX, vcpusOfMemory } from '../../platform/index.ts';

/**
 * vCPUs of this execution environment: as many as a function has of its memory (`AWS_LAMBDA_FUNCTION_MEMORY_SIZE`), to
 * the nearest whole one, and never more than the machine shows, which on Lambda is two for functions that have only a
 * part of one. Where nobody says how much memory there is, the machine's.
 */
export const vcpusOf = (
  { AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memory }: Environment,
  machine = availableParallelism(),
): number => {
  const memoryMb = Number(memory);
  return Math.min(memoryMb > 0 ? vcpusOfMemory(memoryMb) : VCPUS_MAX, machine);
};
